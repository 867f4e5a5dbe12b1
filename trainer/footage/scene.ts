/**
 * What stands still in footage: the picture behind everything that moves, or a few, where the scene changes between
 * states.
 */
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { createRandom } from '../random/index.js'
import { frameAt, type Frames } from './frames.js'
import { kMeans } from '../measure/k-means.js'
import type { Pause } from './pause.js'
import { medianOf } from './quantiles.js'

export interface Scene {
  readonly shape: ImageShape
  /** 8 bit [H, W, C] each, the one that most frames show first. */
  readonly stills: readonly Uint8Array[]
  /** Whether the light changes, and frames are brought to the still image's before they are compared. */
  readonly gain: boolean
}

/** What lies behind a frame's moving things. */
export interface Behind {
  readonly still: Uint8Array
  /** By channel, how much brighter the frame is than the still image: [C]. */
  readonly light: readonly number[]
}

/** Elements of the still image darker than this (in 8 bit) do not tell how bright a frame is. */
const DARK = 24
/** A channel that tells in fewer of the pixels is taken to be as bright as all channels together. */
const TELLING_SHARE = 0.05
/** Every so many pixels are looked at for a frame's brightness, and for which still image it shows. */
const STRIDE = 3
const MOST_STILLS = 3
/** A further still image has to leave less than this share of what the others leave unexplained. */
const WORTHWHILE = 0.75
/** A still image is behind at least this share of the frames. */
const LEAST_SHARE = 0.05
/** Frames are told apart by so many pixel elements that change. */
const TELLING_ELEMENTS = 256
/** In 8 bit: elements change where their mean absolute deviation is larger. */
const LEAST_CHANGE = 4

/** Per-pixel median of some frames: 8 bit [H, W, C]. */
export async function medianImage (
  { shape, bytes }: Frames,
  indices: readonly number[],
  pause: Pause
): Promise<Uint8Array> {
  const size = pixelCount(shape)
  const median = new Uint8Array(size)
  const values = new Uint8Array(indices.length)
  for (let i = 0; i < size; i++) {
    await pause()
    for (let n = 0; n < values.length; n++) values[n] = bytes[indices[n]! * size + i]!
    values.sort()
    median[i] = values[values.length >> 1]!
  }
  return median
}

/**
 * Measures how much brighter a frame is than a still image, by channel, since light changes its colour too: the median
 * ratio of their elements that are not dark. What moves hardly counts, as long as it covers less than half.
 * @returns [C], above 0; 1 where all is dark
 */
export function lightOf (frame: Uint8Array, still: Uint8Array, channels: number): number[] {
  const step = STRIDE * channels
  const all: number[] = []
  const own = Array.from({ length: channels }, (): number[] => [])
  for (let i = 0; i < still.length; i += step) {
    let [seen, known] = [0, 0]
    for (let c = 0; c < channels; c++) {
      seen += frame[i + c]!
      known += still[i + c]!
      if (still[i + c]! >= DARK) own[c]!.push(frame[i + c]! / still[i + c]!)
    }
    if (known >= DARK * channels) all.push(seen / known)
  }
  const overall = all.length === 0 ? 1 : Math.max(medianOf(all), 1e-3)
  const enough = TELLING_SHARE * still.length / step
  return own.map(ratios => ratios.length <= enough ? overall : Math.max(medianOf(ratios), 1e-3))
}

/** The still image that is nearest to a frame, of 8 bit [H, W, C]. */
export function behindOf (frame: Uint8Array, { shape: { channels }, stills, gain }: Scene): Behind {
  let best: Behind | undefined
  let least = Infinity
  for (const still of stills) {
    const light = gain ? lightOf(frame, still, channels) : new Array<number>(channels).fill(1)
    if (stills.length === 1) return { still, light }
    const distance = distanceTo(still, frame, light)
    if (distance < least) [best, least] = [{ still, light }, distance]
  }
  return best!
}

/** Mean absolute difference of some elements, in 8 bit. */
function distanceTo (still: Uint8Array, frame: Uint8Array, light: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < still.length; i += STRIDE) sum += Math.abs(frame[i]! / light[i % light.length]! - still[i]!)
  return sum * STRIDE / still.length
}

/** The still image of the frames; two or three where the frames fall into groups that this tells much better. */
export async function findScene (frames: Frames, gain: boolean, seed: number, pause: Pause): Promise<Scene> {
  const { shape, count } = frames
  const all = Array.from({ length: count }, (_, n) => n)
  let scene: Scene = { shape, stills: [await medianImage(frames, all, pause)], gain }
  let left = await unexplained(frames, scene, pause)
  const telling = await tellingElements(frames, scene, seed, pause)
  if (telling.length === 0) return scene
  const points: number[][] = []
  for (const n of all) {
    await pause()
    const frame = frameAt(frames, n)
    const { light } = behindOf(frame, scene)
    points.push(telling.map(i => frame[i]! / light[i % light.length]!))
  }
  const stillsOf = async (groups: readonly number[][]): Promise<Scene> => {
    const stills: Uint8Array[] = []
    for (const indices of groups) stills.push(await medianImage(frames, indices, pause))
    return { shape, gain, stills }
  }
  for (let k = 2; k <= MOST_STILLS; k++) {
    const { assignment } = await kMeans(points, k, createRandom(seed, 'footage-stills', k), pause)
    let groups = groupsOf(assignment, k)
    if (groups.some(group => group.length < LEAST_SHARE * count)) break
    const first = await stillsOf(groups)
    const nearest: number[] = []
    for (const n of all) {
      await pause()
      nearest.push(first.stills.indexOf(behindOf(frameAt(frames, n), first).still))
    }
    groups = groupsOf(nearest, k)
    if (groups.some(group => group.length < LEAST_SHARE * count)) break
    const found = await stillsOf(groups)
    const remains = await unexplained(frames, found, pause)
    if (remains > WORTHWHILE * left) break
    scene = found
    left = remains
  }
  return scene
}

/** Members of each of k groups, the largest group first. */
function groupsOf (assignment: ArrayLike<number>, k: number): number[][] {
  const groups = Array.from({ length: k }, (): number[] => [])
  for (let n = 0; n < assignment.length; n++) groups[assignment[n]!]!.push(n)
  return groups.sort((a, b) => b.length - a.length)
}

/** Mean absolute difference of the frames from what lies behind. */
async function unexplained (frames: Frames, scene: Scene, pause: Pause): Promise<number> {
  let sum = 0
  for (let n = 0; n < frames.count; n++) {
    await pause()
    const frame = frameAt(frames, n)
    const { still, light } = behindOf(frame, scene)
    sum += distanceTo(still, frame, light)
  }
  return sum / frames.count
}

/** Some of the elements that differ from the still image in more than a few frames, at random. */
async function tellingElements (frames: Frames, scene: Scene, seed: number, pause: Pause): Promise<number[]> {
  const [still] = scene.stills as [Uint8Array]
  const deviations = new Float64Array(still.length)
  for (let n = 0; n < frames.count; n++) {
    await pause()
    const frame = frameAt(frames, n)
    const { light } = behindOf(frame, scene)
    for (let i = 0; i < still.length; i++) {
      deviations[i] = deviations[i]! + Math.abs(frame[i]! / light[i % light.length]! - still[i]!)
    }
  }
  const changing = Uint32Array.from(still.keys()).filter(i => deviations[i]! > LEAST_CHANGE * frames.count)
  return Array.from(createRandom(seed, 'footage-elements').shuffle(changing).slice(0, TELLING_ELEMENTS))
}
