/** What a posed model's config means for an image: which units its pose has, and how each is found. */
import type { ImageShape, Partition } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import { DEVIATIONS, type PoseUnit } from '../../config/pose-units.js'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { partitionOfPart, type Part } from './partitions.js'

type PoseConfig = Pick<PosedModelConfig, 'partitions' | 'pose'>

/** Units of a pose whose config names none: a smaller pose has the first ones. */
const USUAL_UNITS = ['slant', 'height', 'width'] as const satisfies readonly PoseUnit[]

/** Units whose means are the image's own where the config does not list them; of the slant `slantFrom` says so. */
const USUALLY_FOUND: readonly PoseUnit[] = ['row', 'column', 'scale', 'angle']

export interface PosePlan {
  /** In the latent's order. */
  readonly units: readonly PoseUnit[]
  /** Those whose means are found in the image in closed form, in the latent's order. */
  readonly found: readonly PoseUnit[]
  /** What one unit of the latent changes, near 0; an angle's unit is a share of the turn. */
  readonly deviations: Readonly<Record<Exclude<PoseUnit, 'angle'>, number>>
  /** Side of the square, in pixels, whose second moments are those of a thing of scale, height and width 0. */
  readonly extent: number
}

export interface PosedPlan extends PosePlan {
  readonly parts: Readonly<Record<Part, Partition>>
  /** By unit, the share of all steps at which it opens; empty where all are open from the first step on. */
  readonly openAt: Readonly<Partial<Record<PoseUnit, number>>>
}

/** Gives the units of a model's pose, in the latent's order. */
export function poseUnitsOf ({ partitions, pose }: PoseConfig): readonly PoseUnit[] {
  return pose.units ?? USUAL_UNITS.slice(0, partitions.find(({ kind }) => kind === 'pose')?.size)
}

/**
 * @throws TrainerError PVAE_CONFIG_INVALID unless there is exactly one partition of each kind, for units of a pose that
 * contradict each other or its size, and for moments, openings and deviations (of row, column and scale) of units that
 * it does not have
 */
export function planPosed (config: PosedModelConfig, { height, width }: ImageShape): PosedPlan {
  const parts = partitionOfPart(config)
  const { pose } = config
  checkSize(config)
  const units = poseUnitsOf(config)
  checkUnits(units)
  const expected = `a unit of the pose (${units.join(', ')})`
  pose.moments?.forEach((unit, i) => {
    if (!units.includes(unit)) throw invalid(`model.pose.moments[${i}]`, expected, JSON.stringify(unit))
  })
  if (pose.moments?.includes('slant') && pose.slantFrom === 'network') {
    throw invalid('model.pose.slantFrom', '"moments", as model.pose.moments names the slant,', '"network"')
  }
  for (const unit of ['row', 'column', 'scale'] as const) {
    if (pose[unit] === undefined || units.includes(unit)) continue
    const allowed = `no deviation of what is no unit of the pose (${units.join(', ')})`
    throw invalid(`model.pose.${unit}`, allowed, String(pose[unit]))
  }
  const openAt = pose.openAt ?? {}
  const stranger = (Object.keys(openAt) as PoseUnit[]).find(unit => !units.includes(unit))
  if (stranger !== undefined) throw invalid('model.pose.openAt', expected, JSON.stringify(stranger))
  const listed = pose.moments ?? [...USUALLY_FOUND, ...pose.slantFrom === 'moments' ? ['slant' as const] : []]
  const found = units.filter(unit => listed.includes(unit))
  checkFound(found, units)
  return {
    parts,
    units,
    found,
    deviations: { ...DEVIATIONS, ...pose },
    extent: pose.extent ?? Math.min(height, width) / 2,
    openAt,
  }
}

function checkSize ({ partitions, pose: { units } }: PosedModelConfig): void {
  const index = partitions.findIndex(({ kind }) => kind === 'pose')
  const { size } = partitions[index]!
  const field = `model.partitions[${index}].size`
  if (units === undefined && size > USUAL_UNITS.length) {
    throw invalid(
      field,
      '1 (slant), 2 (slant, height) or 3 (slant, height, width) units of the partition of kind pose',
      String(size)
    )
  }
  if (units !== undefined && size !== units.length) {
    const expected = `${units.length}, as many units as model.pose.units names (${units.join(', ')}),`
    throw invalid(field, expected, String(size))
  }
}

function checkUnits (units: readonly PoseUnit[]): void {
  const again = units.findIndex((unit, i) => units.indexOf(unit) < i)
  if (again >= 0) {
    throw invalid(`model.pose.units[${again}]`, 'a unit that is not named before', JSON.stringify(units[again]))
  }
  const part = units.findIndex(unit => unit === 'height' || unit === 'width')
  if (units.includes('scale') && part >= 0) {
    const allowed = 'no height and no width beside the scale, which is both,'
    throw invalid(`model.pose.units[${part}]`, allowed, JSON.stringify(units[part]))
  }
}

/** Which unit can be found only in an image in which others are undone, and these therefore are to be found too. */
const UNDONE_BEFORE = [
  ['slant', 'angle'], ['height', 'angle'], ['width', 'angle'], ['width', 'slant'],
] as const satisfies ReadonlyArray<readonly [unit: PoseUnit, before: PoseUnit]>

function checkFound (found: readonly PoseUnit[], units: readonly PoseUnit[]): void {
  for (const [unit, before] of UNDONE_BEFORE) {
    if (found.includes(unit) && units.includes(before) && !found.includes(before)) {
      throw invalid('model.pose.moments', `${before} too, which is undone before ${unit} is found,`, found.join(', '))
    }
  }
}
