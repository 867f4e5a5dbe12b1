/** How far the pixels of each frame are from what stands still behind. */
import type { ImageShape } from '@partition-vae/models'
import { evenly, frameAt, type Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import { medianOf } from '../quantiles.js'
import { behindOf, type Behind, type Scene } from '../scene.js'

/** A colour that some pixels have at times without anything moving: a lamp, a digit, a hole that was dug. */
export interface PixelState {
  /** 8-bit range [H, W, C]; NaN where the pixel has no such state. */
  readonly colours: Float32Array
}

/** A frame as it would look at the still image's light. */
export interface FrameDifference {
  /** 8-bit range [H, W, C] */
  readonly pixels: Float32Array
  /** Root mean square over channels of the difference from the nearest state of the background, 8-bit range [H, W]. */
  readonly difference: Float32Array
}

/** Computes the difference of a frame; what it returns is overwritten by the next call. */
export type DifferenceOf = (n: number) => FrameDifference

export interface Noise {
  /** Least difference of each pixel that counts, 8-bit range [H, W]. */
  readonly thresholds: Float32Array
  /** Whether noise is so strong that differences are smoothed before they are compared. */
  readonly smoothed: boolean
}

/** Frames that tell how noisy each pixel is, at most. */
const SAMPLED_FRAMES = 240
/** A difference counts from so many times a pixel's usual one, and from so much (8-bit range). */
const NOISE_FACTOR = 3.5
const LEAST_DIFFERENCE = 6
/** Pixels that vary more than others, such as leaves and water, have thresholds of at most so many times the usual. */
const MOST_UNEVEN = 3
/** Noise (8-bit range, standard deviation) from which differences are smoothed. */
const NOISY = 1.5

/** Finds what lies behind each frame, once. */
export async function findBackgrounds (frames: Frames, scene: Scene, pause: Pause): Promise<Behind[]> {
  const backgrounds: Behind[] = []
  for (let n = 0; n < frames.count; n++) {
    await pause()
    backgrounds.push(behindOf(frameAt(frames, n), scene))
  }
  return backgrounds
}

/** Makes the function that compares frames with the background and its states. */
export function createDifference (
  frames: Frames,
  backgrounds: readonly Behind[],
  smoothed: boolean,
  states: readonly PixelState[] = []
): DifferenceOf {
  const { height, width, channels } = frames.shape
  const pixels = new Float32Array(height * width * channels)
  const difference = new Float32Array(height * width)
  const signed = new Float32Array(pixels.length)
  const scratch = new Float32Array(pixels.length)
  // Most pixels have no further state, and need not be compared with one.
  const members = states.map(({ colours }) =>
    Uint32Array.from(difference.keys()).filter(p => !Number.isNaN(colours[p * channels]!)))
  const distanceAt = (p: number): number => {
    let sum = 0
    for (let i = p * channels; i < (p + 1) * channels; i++) sum += signed[i]! * signed[i]!
    return Math.sqrt(sum / channels)
  }
  return n => {
    const frame = frameAt(frames, n)
    const { still, light } = backgrounds[n]!
    for (let c = 0; c < channels; c++) {
      const factor = 1 / light[c]!
      for (let i = c; i < pixels.length; i += channels) {
        pixels[i] = frame[i]! * factor
        signed[i] = pixels[i]! - still[i]!
      }
    }
    if (smoothed) smooth(signed, scratch, frames.shape)
    for (let p = 0; p < difference.length; p++) difference[p] = distanceAt(p)
    states.forEach(({ colours }, k) => {
      if (smoothed) {
        for (let i = 0; i < pixels.length; i++) {
          signed[i] = pixels[i]! - (Number.isNaN(colours[i]!) ? still[i]! : colours[i]!)
        }
        smooth(signed, scratch, frames.shape)
      } else {
        for (const p of members[k]!) {
          for (let i = p * channels; i < (p + 1) * channels; i++) signed[i] = pixels[i]! - colours[i]!
        }
      }
      for (const p of members[k]!) difference[p] = Math.min(difference[p]!, distanceAt(p))
    })
    return { pixels, difference }
  }
}

/** Smooths each channel by [¼ ½ ¼] along rows and columns, in place; edges repeat. */
function smooth (values: Float32Array, scratch: Float32Array, { height, width, channels }: ImageShape): void {
  const stride = width * channels
  for (let row = 0; row < height; row++) {
    const [first, last] = [row * stride, (row + 1) * stride - channels]
    for (let i = first; i < first + stride; i++) {
      const [before, after] = [i < first + channels ? i : i - channels, i >= last ? i : i + channels]
      scratch[i] = 0.25 * values[before]! + 0.5 * values[i]! + 0.25 * values[after]!
    }
  }
  for (let row = 0; row < height; row++) {
    const [above, below] = [row === 0 ? 0 : -stride, row === height - 1 ? 0 : stride]
    for (let i = row * stride; i < (row + 1) * stride; i++) {
      values[i] = 0.25 * scratch[i + above]! + 0.5 * scratch[i]! + 0.25 * scratch[i + below]!
    }
  }
}

/** Measures the noise of each pixel: its median difference, since what moves is elsewhere in most frames. */
export async function measureNoise (frames: Frames, backgrounds: readonly Behind[], pause: Pause): Promise<Noise> {
  const sampled = evenly(frames.count, SAMPLED_FRAMES)
  const usual = async (smoothed: boolean): Promise<Float32Array> => {
    const differenceOf = createDifference(frames, backgrounds, smoothed)
    const all: Float32Array[] = []
    for (const n of sampled) {
      await pause()
      all.push(differenceOf(n).difference.slice())
    }
    const medians = new Float32Array(all[0]!.length)
    for (let p = 0; p < medians.length; p++) {
      await pause()
      medians[p] = medianOf(all.map(values => values[p]!))
    }
    return medians
  }
  const raw = await usual(false)
  const smoothed = medianOf(Array.from(raw)) > NOISY
  const medians = smoothed ? await usual(true) : raw
  const overall = NOISE_FACTOR * medianOf(Array.from(medians))
  const [least, most] = [Math.max(LEAST_DIFFERENCE, overall), MOST_UNEVEN * Math.max(LEAST_DIFFERENCE, overall)]
  return { thresholds: medians.map(value => Math.min(most, Math.max(least, NOISE_FACTOR * value))), smoothed }
}
