/** How small things are in footage: at a larger size than it will be trained at, before that is chosen. */
import type { Frames } from './frames.js'
import { findMovers } from './motion/movers.js'
import { areInOrder } from './order.js'
import type { Pause } from './pause.js'
import { medianOf } from './quantiles.js'
import { medianImage, type Scene } from './scene.js'
import { measureLight, measureSteadiness } from './steadiness.js'

/** What moves in some frames. */
export interface ThingSizes {
  /** Things that stand out. */
  readonly things: number
  /** Median height and width of the smallest of them, by area, in pixels of the frames: of its whole boxes. */
  readonly height: number
  readonly width: number
}

/** As in the analysis before training: frames whose light varies by more are divided by it. */
const LEAST_BRIGHTNESS_DEVIATION = 0.03
/** Where fewer pixels stand still, or they vary by more, there is no footage whose things could be told. */
const [LEAST_STILL, MOST_NOISE] = [0.7, 0.05]
/** Things at most. */
const MOST_THINGS = 12

/**
 * Measures the smallest thing that moves for long enough to be one.
 * @returns undefined for frames in no order, and where the camera moves or nothing does
 */
export async function measureSmallestThing (
  frames: Frames,
  seed: number,
  pause: Pause
): Promise<ThingSizes | undefined> {
  const still = await medianImage(frames, Array.from({ length: frames.count }, (_, n) => n), pause)
  const plain: Scene = { shape: frames.shape, stills: [still], gain: false }
  const { usualDeviation } = await measureLight(frames, plain, LEAST_BRIGHTNESS_DEVIATION, pause)
  const scene = { ...plain, gain: usualDeviation > LEAST_BRIGHTNESS_DEVIATION }
  const steadiness = await measureSteadiness(frames, scene, pause)
  if (steadiness.still < LEAST_STILL || steadiness.noise > MOST_NOISE) return undefined
  if (!await areInOrder(frames, scene, steadiness.threshold, seed, pause)) return undefined
  const { things } = await findMovers(frames, scene, { objects: MOST_THINGS, all: false }, pause)
  const sizes = things.map(({ whole }) => ({
    height: medianOf(whole.map(({ top, bottom }) => bottom - top)),
    width: medianOf(whole.map(({ left, right }) => right - left)),
  }))
  const [smallest] = sizes.sort((a, b) => a.height * a.width - b.height * b.width)
  return smallest === undefined ? undefined : { ...smallest, things: things.length }
}
