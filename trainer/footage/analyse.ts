/** What is in footage of a camera that stands still: the picture behind, and the things that move before it. */
import type { ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import { findBlobs, type Blob } from './blobs.js'
import { frameAt, sampleFrames, type Frames } from './frames.js'
import { classifyColours, type ColourClass } from './kinds.js'
import { findPalette } from './palette.js'
import { createPause } from './pause.js'
import { findScene, type Scene } from './scene.js'
import { measureLight, measureSteadiness, type LightChanges, type Steadiness } from './steadiness.js'
import { findThings, type Thing } from './things.js'

export interface FootageAnalysis {
  /** The frames that were looked at. */
  readonly frames: Frames
  readonly scene: Scene
  readonly steadiness: Steadiness
  /** How the light changes. */
  readonly light: LightChanges
  /** Colours of what moves, [k][C] in [0, 1]. */
  readonly palette: ReadonlyArray<readonly number[]>
  /** How the blobs of each colour are told apart. */
  readonly classes: readonly ColourClass[]
  /** By their share of energy, at most as many as were asked for. */
  readonly things: readonly Thing[]
  /** What speaks against a still camera and a few moving things: whole sentences for the user. */
  readonly warnings: readonly string[]
}

export interface AnalysisOptions {
  readonly seed: number
  /** Things at most; without it all that stand out. */
  readonly objects?: number | undefined
  /**
   * Stops the analysis within a fraction of a second; it takes seconds, a minute for large frames, and starts over next
   * time.
   */
  readonly signal?: AbortSignal | undefined
}

const SAMPLED_FRAMES = 2000
/** Frames whose brightness varies by more (standard deviation of its logarithm) are divided by it. */
const LEAST_BRIGHTNESS_DEVIATION = 0.03
/** Where fewer pixels stand still, the camera probably moves. */
const LEAST_STILL = 0.7
/** Where pixels vary by more (standard deviation), it is not noise, and the camera probably moves too. */
const MOST_NOISE = 0.05
/**
 * Without a number asked for: so many things at most, each with so much of the energy, seen in so many of the frames.
 */
const MOST_THINGS = 12
const LEAST_ENERGY = 0.002
const LEAST_SEEN = 0.25

/** @throws TrainerError PVAE_DATA_EMPTY for too few images, or images in which nothing moves; the signal's reason */
export async function analyseFootage (
  dataset: ImageDataset,
  { seed, objects, signal }: AnalysisOptions
): Promise<FootageAnalysis> {
  const pause = createPause(signal)
  const frames = await sampleFrames(dataset, seed, SAMPLED_FRAMES)
  const { shape } = frames
  const plain = await findScene(frames, false, seed, pause)
  const light = await measureLight(frames, plain, LEAST_BRIGHTNESS_DEVIATION, pause)
  const scene = light.deviation > LEAST_BRIGHTNESS_DEVIATION ? await findScene(frames, true, seed, pause) : plain
  const steadiness = await measureSteadiness(frames, scene, pause)
  const { threshold, still } = steadiness
  const palette = await findPalette(frames, scene, threshold, seed, pause)
  const blobs: Blob[][] = []
  for (let n = 0; n < frames.count; n++) {
    await pause()
    blobs.push(findBlobs(frameAt(frames, n), { scene, threshold, palette }))
  }
  const classes = await classifyColours(blobs, palette.length, shape, seed, pause)
  const found = findThings(blobs, classes, shape)
  const things =
    objects === undefined
      ? found.filter(({ energy, seen }) => energy >= LEAST_ENERGY && seen >= LEAST_SEEN).slice(0, MOST_THINGS)
      : found.slice(0, objects)
  const isMoving = still < LEAST_STILL || steadiness.noise > MOST_NOISE
  if (things.length === 0) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected things that move before a still background in ${dataset.name} but found none: ${percent(still)} of ` +
        `the pixels look as in the still image${isMoving ? ', as if the camera moved' : ''}; preset images does without`
    )
  }
  return {
    frames,
    scene,
    steadiness,
    light,
    palette,
    classes,
    things,
    warnings: warningsOf(steadiness, things, objects),
  }
}

function warningsOf ({ still, noise }: Steadiness, things: readonly Thing[], objects: number | undefined): string[] {
  return [
    ...(still >= LEAST_STILL
      ? []
      : [
          `only ${percent(still)} of the pixels look as in the still image (expected at least ` +
          `${percent(LEAST_STILL)}): the camera seems to move, and preset footage ` +
            'expects one that stands still; use preset images, or frames of one scene',
        ]),
    ...(noise <= MOST_NOISE
      ? []
      : [
          `pixels vary by ${noise.toFixed(3)} around the still image (expected at most ${MOST_NOISE}): the camera ` +
          'seems to move, and preset footage expects one ' +
            'that stands still; use preset images, or frames of one scene',
        ]),
    ...(objects === undefined || things.length === objects
      ? []
      : [`expected ${objects} moving things, as --objects says, but found ${things.length}`]),
  ]
}

const percent = (share: number) => `${Math.round(100 * share)}%`
