import { describe, ModelError } from '../foundation/errors.js'
import { didYouMean } from '../foundation/nearest-name.js'
import type { LatentSpace } from './latent-space.js'
import { nameUnit } from './architecture.js'
import { labelOf, type Partition } from './partitions.js'

/**
 * `unit`: one unit at a time moves, the others stay (a row for each unit).
 * `scale`: all elements of a partition are multiplied by a factor (a row for each partition; the paper's figures).
 * `joint`: a partition moves along the first principal direction of its posterior means (a row for each partition).
 */
export const TRAVERSAL_MODES = ['unit', 'scale', 'joint'] as const
export type TraversalMode = typeof TRAVERSAL_MODES[number]

export const TRAVERSAL_DEFAULTS = { mode: 'unit', steps: 11, range: 2.5, from: -2, to: 2 } as const
/** Inclusive, except that a range is above 0. */
export const TRAVERSAL_LIMITS = { steps: [2, 32], range: [0, 10], factor: [-10, 10] } as const

export interface TraversalOptions {
  readonly mode?: TraversalMode | undefined
  /** Names, in the order of the rows. Default: all. */
  readonly partitions?: readonly string[] | undefined
  readonly steps?: number | undefined
  /** unit and joint: from −range to +range standard deviations around the base. */
  readonly range?: number | undefined
  /** scale: the first column's factor. */
  readonly from?: number | undefined
  /** scale: the last column's factor. */
  readonly to?: number | undefined
  /** [D]. Default: the card's mean. */
  readonly base?: Float32Array | undefined
}

export interface TraversalRow {
  readonly partition: string
  /** Index inside the partition; only in mode `unit`. */
  readonly unit?: number
  /** For people: `shape[2]`, or the partition's label. */
  readonly label: string
}

export interface Traversal {
  readonly rows: readonly TraversalRow[]
  readonly steps: number
  /** [steps]: standard deviations from the base (unit, joint), or factors (scale). */
  readonly values: readonly number[]
  /** [rows · steps, D], row by row. */
  readonly latents: Float32Array
}

/** A traversal before its latents are written: these can be large. */
export type TraversalOutline = Omit<Traversal, 'latents'>

function invalid (field: string, expected: string, found: unknown): ModelError {
  return new ModelError('PVAE_INVALID_PARAMETER', 'traversal', { field, expected, found: describe(found) })
}

function factor (field: string, value: number): number {
  const [lowest, highest] = TRAVERSAL_LIMITS.factor
  if (!(value >= lowest && value <= highest)) throw invalid(field, `a number from ${lowest} to ${highest}`, value)
  return value
}

/** Checks what was given and fills in the rest. Parameters of the other modes are checked too, then not used. */
function resolve (card: LatentSpace, options: TraversalOptions) {
  const { mode = TRAVERSAL_DEFAULTS.mode, steps = TRAVERSAL_DEFAULTS.steps, range = TRAVERSAL_DEFAULTS.range } = options
  if (!TRAVERSAL_MODES.includes(mode)) throw invalid('mode', TRAVERSAL_MODES.join(', '), mode)
  const [fewest, most] = TRAVERSAL_LIMITS.steps
  if (!(Number.isInteger(steps) && steps >= fewest && steps <= most)) {
    throw invalid('steps', `an integer from ${fewest} to ${most}`, steps)
  }
  const widest = TRAVERSAL_LIMITS.range[1]
  if (!(range > 0 && range <= widest)) throw invalid('range', `a number above 0 and up to ${widest}`, range)
  const from = factor('from', options.from ?? TRAVERSAL_DEFAULTS.from)
  const to = factor('to', options.to ?? TRAVERSAL_DEFAULTS.to)
  const base = options.base ?? Float32Array.from(card.latentStatistics.mean)
  if (base.length !== card.latentSize) throw invalid('latent', `${card.latentSize} numbers`, base.length)
  const wrong = base.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw invalid(`latent[${wrong}]`, 'a finite number', base[wrong])
  const ends = mode === 'scale' ? [from, to] as const : [-range, range] as const
  return { mode, steps, ends, base, partitions: choosePartitions(card, options.partitions) }
}

/**
 * Chooses partitions by their names, in that order; by default all.
 * @throws ModelError PVAE_INVALID_PARAMETER for a name that there is not, one twice, or none at all
 */
export function choosePartitions (
  { partitions }: Pick<LatentSpace, 'partitions'>,
  names: readonly string[] | undefined
): readonly Partition[] {
  if (names === undefined) return partitions
  const known = partitions.map(({ name }) => name).join(', ')
  if (names.length === 0) throw invalid('partition', `at least one of ${known}`, names)
  return names.map((name, i) => {
    const partition = partitions.find(partition => partition.name === name)
    if (partition === undefined) {
      throw invalid(
        'partition',
        `one of ${known}${didYouMean(
          name,
          partitions.map(({ name }) => name)
        )}`,
        name
      )
    }
    if (names.indexOf(name) < i) throw invalid('partition', 'each name once', name)
    return partition
  })
}

/**
 * The rows and columns of a traversal grid: what it would take to decode and draw it.
 * @throws ModelError PVAE_INVALID_PARAMETER as `planTraversal`
 */
export function outlineTraversal (card: LatentSpace, options: TraversalOptions = {}): TraversalOutline {
  const { mode, steps, ends: [first, last], partitions } = resolve(card, options)
  const values = Array.from({ length: steps }, (_, i) => first + (last - first) * i / (steps - 1))
  const rows = partitions.flatMap((partition): TraversalRow[] =>
    mode === 'unit'
      ? Array.from({ length: partition.size }, (_, unit) => ({
        partition: partition.name,
        unit,
        label: nameUnit(card, partition.offset + unit),
      }))
      : [{ partition: partition.name, label: labelOf(partition) }]
  )
  return { rows, steps, values }
}

/**
 * The latents of a traversal grid, for the decoder.
 * @throws ModelError PVAE_INVALID_PARAMETER naming the parameter as the API does (`latent` for base, `partition` for
 * partitions)
 */
export function planTraversal (card: LatentSpace, options: TraversalOptions = {}): Traversal {
  const { mode, base } = resolve(card, options)
  const { rows, steps, values } = outlineTraversal(card, options)
  const { latentSize } = card
  const latents = new Float32Array(rows.length * steps * latentSize)
  for (const [i, row] of rows.entries()) {
    const move = moverOf(card, mode, row)
    for (const [step, value] of values.entries()) {
      const start = (i * steps + step) * latentSize
      const latent = latents.subarray(start, start + latentSize)
      latent.set(base)
      move(latent, value)
    }
  }
  return { rows, steps, values, latents }
}

/** Creates the function that moves a row's latent, a copy of the base, to `value`. */
function moverOf (
  { partitions, latentStatistics }: LatentSpace,
  mode: TraversalMode,
  { partition, unit }: TraversalRow
): (latent: Float32Array, value: number) => void {
  const index = partitions.findIndex(({ name }) => name === partition)
  const { offset, size } = partitions[index]!
  if (unit !== undefined) {
    const deviation = latentStatistics.standardDeviation[offset + unit]!
    return (latent, value) => {
      latent[offset + unit]! += value * deviation
    }
  }
  const direction = latentStatistics.principalDirections[index]!
  return (latent, value) => {
    for (let i = offset; i < offset + size; i++) {
      if (mode === 'scale') latent[i]! *= value
      else latent[i]! += value * direction.standardDeviation * direction.vector[i - offset]!
    }
  }
}
