/** Whether the camera moves a little, as in a hand or in the wind, and where to in each frame. */
import type { ImageShape } from '@partition-vae/models'
import { evenly, frameAt, type Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import { quantile } from '../quantiles.js'
import { medianCanvas, registerFrames, type Canvas } from './register.js'
import {
  createReference, createShiftOf, differenceByTile, medianShift, TILES, type GreyImage, type Reference, type Shift
} from './shift.js'

/** A camera that moves. */
export interface Camera {
  /** Of each frame. */
  readonly shifts: readonly Shift[]
  /** How far it moves from its middle, in pixels: all but a hundredth of the frames. */
  readonly reach: Shift
  /** What stands still, as far as frames show it. */
  readonly canvas: Canvas
}

export type CameraMovement =
  | { readonly kind: 'still', readonly frames: Frames }
  /** Within the limit: the frames are registered. */
  | { readonly kind: 'registered', readonly camera: Camera, readonly frames: Frames }
  /** Beyond it. */
  | { readonly kind: 'beyond', readonly frames: Frames, readonly reach: Shift, readonly limit: Shift }

/** Frames that tell whether the camera moves at all, and how far they are looked for. */
const FIRST_FRAMES = 150
const FIRST_REACH = 3
/** Shifts of less (pixels) may be chance, and those of fewer of the frames an exception. */
const [LEAST_SHIFT, LEAST_FRAMES] = [0.3, 0.08]
/** The camera may move by this share of the frame's sides from its middle; it is looked for twice as far. */
const LIMIT = 1 / 8
const ROUNDS = 2
/** Fewer places of the picture that differ from their surroundings say nothing. */
const LEAST_POINTS = 24
/** Registered, this share of the tiles fits better, and all together this much better. */
const [BETTER_TILES, BETTER] = [0.75, 0.7]
/** Of at least so many; a tile that changes by a smaller share is not asked. */
const [LEAST_TILES, LEAST_CHANGE] = [4, 0.1]
/** The canvas goes beyond the frame by multiples of this. */
const MARGIN = 2
/** Frames that may be shifted further than the reach. */
const OUTLIERS = 0.05

/** Tells whether all that stands still moves together from frame to frame, and registers the frames if it does. */
export async function findCamera (frames: Frames, pause: Pause): Promise<CameraMovement> {
  const found = await findShifts(frames, greyFrames(frames), pause)
  if (found === undefined) return { kind: 'still', frames }
  const { shifts, limit } = found
  const middle = centred(shifts)
  const reach = ([0, 1] as const).map(axis =>
    quantile(middle.map(shift => Math.abs(shift[axis])), 1 - OUTLIERS)) as [number, number]
  if (reach[0] > limit[0] || reach[1] > limit[1]) return { kind: 'beyond', frames, reach, limit }
  const most = reach.map(Math.ceil)
  const within = middle.map(shift => shift.map((value, axis) =>
    Math.min(most[axis]!, Math.max(-most[axis]!, value))) as [number, number])
  // Halves, quarters and eighths of the image have whole pixels there too.
  const margin = reach.map(value => MARGIN * Math.ceil(value / MARGIN)) as [number, number]
  const canvas = await medianCanvas(frames, within, margin, pause)
  return {
    kind: 'registered',
    camera: { shifts: within, reach, canvas },
    frames: await registerFrames(frames, within, canvas, pause),
  }
}

/** Finds the shift of each frame; undefined where the camera stands still. */
async function findShifts (frames: Frames, greyAt: (n: number) => GreyImage, pause: Pause) {
  const { shape: { height, width }, count } = frames
  const limit: Shift = [Math.floor(LIMIT * height), Math.floor(LIMIT * width)]
  const some = evenly(count, FIRST_FRAMES)
  const still = some.map((): Shift => [0, 0])
  const median = await referenceOf(frames, still, some, pause)
  const single = createReference(greyAt(count >> 1))
  // Where a fine pattern moves, nothing is left of it in the median, and one frame tells more.
  const isMoving = async (reference: Reference) => isTelling(reference) &&
    moved(await shiftsOf(greyAt, some, reference, [FIRST_REACH, FIRST_REACH], pause)).length >=
      LEAST_FRAMES * some.length
  if (!await isMoving(median) && !await isMoving(single)) return undefined
  const most: Shift = [Math.ceil(1.5 * limit[0]), Math.ceil(1.5 * limit[1])]
  let reference = single
  for (let round = 0; round < ROUNDS; round++) {
    const shifts = await shiftsOf(greyAt, some, reference, most, pause)
    reference = await referenceOf(frames, centred(shifts), some, pause)
    if (!isTelling(reference)) return undefined
  }
  const sampled = await shiftsOf(greyAt, some, reference, most, pause)
  if (!await areBetter(n => greyAt(some[n]!), reference, sampled, still, pause)) return undefined
  const shifts = await shiftsOf(greyAt, Array.from({ length: count }, (_, n) => n), reference, most, pause)
  const unshifted = shifts.map((): Shift => [0, 0])
  if (!await areBetter(greyAt, reference, shifts, unshifted, pause)) return undefined
  // Along one axis stripes tell nothing, and what is found is what some thing does.
  const byRows = await areBetter(greyAt, reference, shifts, shifts.map(([, column]) => [0, column]), pause)
  const byColumns = await areBetter(greyAt, reference, shifts, shifts.map(([row]) => [row, 0]), pause)
  if (!byRows && !byColumns) return undefined
  return { shifts: shifts.map(([row, column]): Shift => [byRows ? row : 0, byColumns ? column : 0]), limit }
}

/** Makes the function that gives one grey frame. */
function greyFrames (frames: Frames): (n: number) => GreyImage {
  return n => greyOf(frameAt(frames, n), frames.shape)
}

/**
 * Makes a grey image, smoothed by [¼ ½ ¼] along rows and columns: sharp edges would fit whole pixels only. Channels
 * have different weights, so that hardly any two colours are the same grey.
 */
function greyOf (image: Uint8Array, { height, width, channels }: ImageShape): GreyImage {
  const weights = channels < 3 ? [1] : [1 / 3, 1 / 2, 1 / 6]
  const grey = Float32Array.from({ length: height * width }, (_, p) =>
    weights.reduce((sum, weight, c) => sum + weight * image[p * channels + c]!, 0))
  const smooth = (from: Float32Array, step: number, isFirst: (p: number) => boolean, isLast: (p: number) => boolean) =>
    from.map((value, p) =>
      (from[isFirst(p) ? p : p - step]! + 2 * value + from[isLast(p) ? p : p + step]!) / 4)
  const byRows = smooth(grey, width, p => p < width, p => p >= (height - 1) * width)
  const values = smooth(byRows, 1, p => p % width === 0, p => p % width === width - 1)
  return { height, width, values: Uint8Array.from(values, Math.round) }
}

/** The picture of what stands still, of some frames that are shifted by so much. */
async function referenceOf (
  frames: Frames,
  shifts: readonly Shift[],
  indices: readonly number[],
  pause: Pause
): Promise<Reference> {
  const { shape } = frames
  const size = shape.height * shape.width * shape.channels
  const bytes = new Uint8Array(indices.length * size)
  indices.forEach((n, i) => bytes.set(frameAt(frames, n), i * size))
  const taken = { shape, count: indices.length, bytes, indices: Uint32Array.from(indices) }
  const { image } = await medianCanvas(taken, shifts, [0, 0], pause)
  return createReference(greyOf(image, shape))
}

function isTelling ({ rows, tells: [byRows, byColumns] }: Reference): boolean {
  return rows.length >= LEAST_POINTS && (byRows || byColumns)
}

async function shiftsOf (
  greyAt: (n: number) => GreyImage,
  indices: readonly number[],
  reference: Reference,
  reach: Shift,
  pause: Pause
): Promise<Shift[]> {
  const shiftOf = createShiftOf(reference, reach, indices.length > FIRST_FRAMES)
  const shifts: Shift[] = []
  for (const n of indices) {
    await pause()
    shifts.push(shiftOf(greyAt(n)))
  }
  return shifts
}

/** Which of some shifts are none by chance. */
function moved (shifts: readonly Shift[]): number[] {
  return [...shifts.keys()].filter(i => Math.hypot(...shifts[i]!) > LEAST_SHIFT)
}

function centred (shifts: readonly Shift[]): Shift[] {
  const [row, column] = medianShift(shifts)
  return shifts.map(shift => [shift[0] - row, shift[1] - column])
}

/**
 * Tells whether frames fit the reference better under some shifts than under others, in nearly all of its tiles where
 * that matters. Where large things or many alike ones move before a camera that stands still, what stands still fits
 * worse.
 */
async function areBetter (
  greyAt: (n: number) => GreyImage,
  reference: Reference,
  shifts: readonly Shift[],
  others: readonly Shift[],
  pause: Pause
): Promise<boolean> {
  const all = [...shifts.keys()].filter(n =>
    Math.hypot(shifts[n]![0] - others[n]![0], shifts[n]![1] - others[n]![1]) > LEAST_SHIFT)
  if (all.length < LEAST_FRAMES * shifts.length) return false
  const [before, after] = [new Float64Array(TILES * TILES), new Float64Array(TILES * TILES)]
  for (const i of evenly(all.length, FIRST_FRAMES)) {
    await pause()
    const n = all[i]!
    const frame = greyAt(n)
    differenceByTile(frame, reference, others[n]!, shifts[n]!).forEach((sum, t) => { before[t] = before[t]! + sum })
    differenceByTile(frame, reference, shifts[n]!, others[n]!).forEach((sum, t) => { after[t] = after[t]! + sum })
  }
  const telling = [...before.keys()].filter(tile =>
    Math.abs(before[tile]! - after[tile]!) > LEAST_CHANGE * Math.max(before[tile]!, after[tile]!))
  const better = telling.filter(tile => after[tile]! < before[tile]!)
  const sum = (values: Float64Array) => telling.reduce((total, tile) => total + values[tile]!, 0)
  return better.length >= Math.max(LEAST_TILES, BETTER_TILES * telling.length) && sum(after) < BETTER * sum(before)
}
