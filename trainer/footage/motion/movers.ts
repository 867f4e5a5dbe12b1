/**
 * Things by common fate (Wertheimer 1923): what moves together is one thing, whatever its colours, and one colour in
 * many places is many things. For frames in order.
 */
import { invalid } from '../../config/invalid.js'
import type { Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import type { Scene } from '../scene.js'
import type { Box } from '../thing.js'
import { cutAtContacts, findComposites } from './contacts.js'
import {
  createDifference, findBackgrounds, measureNoise, type FrameDifference, type Noise, type PixelState
} from './difference.js'
import { divideMover } from './divide.js'
import { fewerMovers } from './fewer.js'
import { groupByFate, type Mover } from './groups.js'
import { findIdentities } from './identities.js'
import { isInPlace } from './movement.js'
import { findRegions, type Region } from './regions.js'
import { findStates, findSwitching } from './switches.js'
import { followThroughContacts, wholeBoxes } from './touching.js'
import { chainTracklets, linkRegions, type Tracklet } from './tracklets.js'

export interface MovingThing {
  readonly mover: Mover
  /** Where it is in each frame, also where others touch or hide it; undefined where that is not known. */
  readonly places: ReadonlyArray<Box | undefined>
  /** Its boxes in frames that show all of it. */
  readonly whole: readonly Box[]
  /** Its share of all that differs from what stands still. */
  readonly energy: number
}

export interface Movers extends Explanation<MovingThing> {
  readonly noise: Noise
  readonly states: readonly PixelState[]
  /** Things that stand out beyond as many as were asked for. */
  readonly more: number
  /**
   * Finds the things anew where some are several: by index, into how many parts each of them falls.
   * @returns as many entries as there were things: itself, or its parts, those of most energy first
   * @throws TrainerError PVAE_CONFIG_INVALID for --split, naming the thing that does not fall into so many
   */
  readonly divide: (parts: ReadonlyMap<number, number>, pause: Pause) => Promise<Explanation<readonly MovingThing[]>>
}

/** Things, and what is left. */
export interface Explanation<T> {
  readonly things: readonly T[]
  /** Share of all that differs from what stands still which is in no thing. */
  readonly unexplained: number
  /** By frame, the regions of which that is most; the smallest are left out. */
  readonly rest: ReadonlyArray<readonly LeftOver[]>
}

/** A region that moves, or switches, and is in no thing. */
export interface LeftOver extends Box {
  /** Share of what frames differ by in the mean. */
  readonly energy: number
}

const MOST_ROUNDS = 3
/** Frames of which a larger share of the pixels differs say nothing about things. */
const FLASH = 0.5
/** What is a thing: seen in this share of the frames, moving in this share of them, with this share of the energy. */
const [LEAST_SEEN, LEAST_ACTIVITY, LEAST_ENERGY] = [0.05, 0.1, 0.004]
/** Not in more of its frames several things that are also seen apart. */
const MOST_COMPOSITE = 0.3
/** Regions in no thing are noted from this share of what a frame differs by in the mean. */
const LEAST_LEFT = 0.02
/** Identities that are seen in fewer frames and have less of the energy are not looked at. */
const [FEW_FRAMES, LITTLE_ENERGY] = [4, 0.003]

export interface MoverOptions {
  /** Things at most. */
  readonly objects: number
  /** Whether things that would not stand out by themselves count too, until there are as many. */
  readonly all: boolean
}

/** Finds the things that move, those of most energy first. */
export async function findMovers (
  frames: Frames,
  scene: Scene,
  { objects, all }: MoverOptions,
  pause: Pause
): Promise<Movers> {
  const { shape, count } = frames
  const backgrounds = await findBackgrounds(frames, scene, pause)
  const noise = await measureNoise(frames, backgrounds, pause)
  const shots = shotsOf(frames.indices)
  let states: PixelState[] = []
  let regions: Array<readonly Region[]> = []
  let tracklets: Tracklet[] = []
  let differenceOf = createDifference(frames, backgrounds, noise.smoothed)
  for (let round = 0; round < MOST_ROUNDS; round++) {
    regions = []
    for (let n = 0; n < count; n++) {
      await pause()
      const current = differenceOf(n)
      regions.push(isFlash(current, noise) ? [] : findRegions(current, noise, shape).regions)
    }
    tracklets = linkRegions(regions, Math.hypot(shape.height, shape.width), shots)
      .filter(({ frames }) => frames.length > 1)
    if (round === MOST_ROUNDS - 1) break
    const switching = findSwitching(tracklets)
    if (switching.length === 0) break
    const found = await findStates(switching, { frames, noise, differenceOf }, pause)
    states = [...states, ...found]
    differenceOf = createDifference(frames, backgrounds, noise.smoothed, states)
  }
  await pause()
  const chained = chainTracklets(cutAtContacts(tracklets), shots)
  const composites = findComposites(chained, shots)
  const total = regions.flat().reduce((sum, { energy }) => sum + energy, 0)
  const single = chained.filter(tracklet => !composites.has(tracklet))
  const identities = (await findIdentities(single, { shape, count }, pause)).filter(({ seen, at }) =>
    seen >= FEW_FRAMES || at.reduce((sum, region) => sum + (region?.energy ?? 0), 0) > LITTLE_ENERGY * total)
  const candidates = groupByFate(identities, chained, shots)
  const standOut = candidates.filter(mover => isMoving(mover) &&
    mover.seen >= LEAST_SEEN * count &&
    mover.energy >= LEAST_ENERGY * total)
  const others = all ? candidates.filter(mover => isMoving(mover) && !standOut.includes(mover)) : []
  const movers = all && standOut.length > objects
    ? fewerMovers(standOut, objects)
    : [...standOut, ...others].slice(0, objects)
  const explain = async (groups: ReadonlyArray<readonly Mover[]>, pause: Pause) => {
    const places = await followThroughContacts(groups.flat(), { frames, noise, differenceOf, shots }, pause)
    let at = 0
    const things = groups.map(group => group.map((mover): MovingThing => ({
      mover, places: places[at++]!, whole: wholeBoxes(mover), energy: mover.energy / total,
    })))
    return { things, ...leftOver(regions, places) }
  }
  const { things, unexplained, rest } = await explain(movers.map(mover => [mover]), pause)
  return {
    things: things.flat(),
    noise,
    states,
    unexplained,
    rest,
    more: Math.max(0, standOut.length - objects),
    async divide (parts, pause) {
      const groups: Array<readonly Mover[]> = []
      for (const [i, mover] of movers.entries()) {
        const wanted = parts.get(i) ?? 1
        const found = wanted === 1 ? [mover] : await divideMover(mover, { parts: wanted, shots }, pause)
        if (typeof found === 'string') {
          throw invalid('--split', `a thing that falls into ${wanted} parts`, `p${i + 1}, ${found}`)
        }
        groups.push(found)
      }
      return await explain(groups, pause)
    },
  }
}

/** Measures how much of the regions' energy lies outside of all things' boxes, and where. */
function leftOver (
  regions: ReadonlyArray<readonly Region[]>,
  places: ReadonlyArray<ReadonlyArray<Box | undefined>>
): Omit<Explanation<never>, 'things'> {
  const usual = regions.flat().reduce((sum, { energy }) => sum + energy, 0) / regions.length
  let outside = 0
  const rest = regions.map((inFrame, n) => inFrame.flatMap(({ top, bottom, left, right, energy }): LeftOver[] => {
    const inside = places.reduce((sum, { [n]: box }) => box === undefined
      ? sum
      : sum + Math.max(0, Math.min(bottom, box.bottom) - Math.max(top, box.top)) *
        Math.max(0, Math.min(right, box.right) - Math.max(left, box.left)), 0)
    const share = 1 - Math.min(1, inside / ((bottom - top) * (right - left)))
    outside += energy * share
    return share <= 0.5 || energy < LEAST_LEFT * usual ? [] : [{ top, bottom, left, right, energy: energy / usual }]
  }))
  return { unexplained: usual === 0 ? 0 : outside / (usual * regions.length), rest }
}

/** Tells frames that show something else than the scene: a flash, or another picture. */
function isFlash ({ difference }: FrameDifference, { thresholds }: Noise): boolean {
  let differing = 0
  difference.forEach((value, p) => {
    if (value > thresholds[p]!) differing++
  })
  return differing > FLASH * difference.length
}

function isMoving ({ movement, extent, composite, activity, boxes }: Mover): boolean {
  return movement > 2 + 0.3 * extent && composite < MOST_COMPOSITE && activity >= LEAST_ACTIVITY &&
    !isInPlace(boxes.filter(box => box !== undefined))
}

/** Frames before which others of the data set were left out: nothing is followed across. */
function shotsOf (indices: Uint32Array): Set<number> {
  return new Set(Array.from(indices.keys()).filter(n => n > 0 && indices[n] !== indices[n - 1]! + 1))
}
