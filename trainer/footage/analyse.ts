/** What is in footage of a camera that stands still: the picture behind, and the things that move before it. */
import type { ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import { findCamera, type Camera, type CameraMovement } from './camera/find.js'
import { findChanges } from './changes.js'
import { findByColours, type ColourCues } from './colours/find.js'
import { consecutiveFrames, sampleFrames, type Frames } from './frames.js'
import { describeCuts, findCuts } from './cuts.js'
import { correctCues, type Corrections } from './correct.js'
import { findByMotion, type MotionCues } from './motion/find.js'
import { areInOrder } from './order.js'
import { createPause, type Pause } from './pause.js'
import { meanOf } from './quantiles.js'
import { findScene, type Scene } from './scene.js'
import { measureLight, measureSteadiness, type LightChanges, type Steadiness } from './steadiness.js'
import type { Thing } from './thing.js'

export interface FootageAnalysis {
  /** The frames that were looked at. */
  readonly frames: Frames
  readonly scene: Scene
  /** Where the camera moves a little: frames, scene and things are as if it stood still. */
  readonly camera?: Camera
  readonly steadiness: Steadiness
  /** How the light changes. */
  readonly light: LightChanges
  /** How what lies behind changes, where it does: images [H, W, C] of differences (see findChanges). */
  readonly changes: readonly Float32Array[]
  /** What the things are told by: how they move where frames are in order, else their colours. */
  readonly cues: ColourCues | MotionCues
  /** Those of the cues: by their share of energy, at most as many as were asked for. */
  readonly things: readonly Thing[]
  /** Where the picture becomes another, if it does: a whole sentence. */
  readonly cuts: string | undefined
  /** What speaks against a still camera and a few moving things: whole sentences for the user. */
  readonly warnings: readonly string[]
}

export interface AnalysisOptions {
  readonly seed: number
  /** Things at most; without it all that stand out. */
  readonly objects?: number | undefined
  /** What a person knows better. */
  readonly corrections?: Corrections | undefined
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
/** Where more of what changes is in no thing, those that are found mean nothing. */
const MOST_UNEXPLAINED = 0.8
/** Mean of the still image below which frames are called dark, 8 bit. */
const DARK = 16
/** Without a number asked for: so many things at most. */
const MOST_THINGS = 12
/** Things found by their colours: with so much of the energy at least, seen in so many of the frames. */
const LEAST_ENERGY = 0.002
const LEAST_SEEN = 0.25

/**
 * Finds the things that move in footage: by how they move where frames are in order, else by their colours.
 * @throws TrainerError PVAE_DATA_EMPTY for too few images, or images in which nothing moves; the signal's reason
 */
export async function analyseFootage (
  dataset: ImageDataset,
  { seed, objects, corrections, signal }: AnalysisOptions
): Promise<FootageAnalysis> {
  const pause = createPause(signal)
  let movement = await findCamera(await consecutiveFrames(dataset, SAMPLED_FRAMES), pause)
  let { frames } = movement
  let scenery = await lookBehind(frames, seed, pause)
  const ordered = await areInOrder(frames, scenery.scene, scenery.steadiness.threshold, seed, pause)
  if (!ordered && frames.count < dataset.count) {
    movement = await findCamera(await sampleFrames(dataset, seed, SAMPLED_FRAMES), pause)
    frames = movement.frames
    scenery = await lookBehind(frames, seed, pause)
  }
  const { scene, light, steadiness } = scenery
  const { threshold, still } = steadiness
  const cues = ordered
    ? await findByMotion(frames, scene, { objects: objects ?? MOST_THINGS, all: objects !== undefined }, pause)
    : chosen(await findByColours(frames, { scene, threshold, seed }, pause), objects)
  const cuts = describeCuts(await findCuts(frames, pause), frames)
  const isMoving = still < LEAST_STILL || steadiness.noise > MOST_NOISE
  const found = cues.things.length
  if (found === 0) {
    throw new TrainerError(
      'PVAE_DATA_EMPTY',
      `expected things that move before a still background in ${dataset.name} but found none: ${percent(still)} of ` +
        `the pixels look as in the still image${isMoving ? ', as if the camera moved' : ''}${isDark(scene) ? ', and they are dark' : ''}; preset images does without` +
        (cuts === undefined ? '' : ` (${cuts})`)
    )
  }
  const corrected = await correctCues(cues, corrections ?? {})
  const states = cues.by === 'motion' ? cues.pixelStates : []
  return {
    frames,
    scene,
    ...(movement.kind === 'registered' ? { camera: movement.camera } : {}),
    steadiness,
    light,
    changes: await findChanges(frames, { scene, states, threshold }, pause),
    cues: corrected,
    things: corrected.things,
    cuts,
    warnings: [
      ...cameraWarnings(movement, ordered), ...restWarnings(corrected), ...warningsOf(steadiness, found, objects),
    ],
  }
}

/** Finds what stands still behind, and how the light changes. */
async function lookBehind (frames: Frames, seed: number, pause: Pause) {
  const plain = await findScene(frames, false, seed, pause)
  const light = await measureLight(frames, plain, LEAST_BRIGHTNESS_DEVIATION, pause)
  const isLit = light.usualDeviation > LEAST_BRIGHTNESS_DEVIATION
  const scene = isLit ? await findScene(frames, true, seed, pause) : plain
  return { light, scene, steadiness: await measureSteadiness(frames, scene, pause) }
}

/** Whether differences are too small to be told from noise, since all is dark. */
function isDark ({ stills: [still] }: Scene): boolean {
  return meanOf(Array.from(still!)) < DARK
}

function chosen (cues: ColourCues, objects: number | undefined): ColourCues {
  const things = objects === undefined
    ? cues.things.filter(({ energy, seen }) => energy >= LEAST_ENERGY && seen >= LEAST_SEEN).slice(0, MOST_THINGS)
    : cues.things.slice(0, objects)
  return { ...cues, things }
}

function cameraWarnings (movement: CameraMovement, ordered: boolean): string[] {
  if (movement.kind === 'registered' && !ordered) {
    return [
      'the camera moves and the frames are in no order: things can\'t be looked for in single frames then; name the ' +
        'files in the order in which they were taken, or use preset images',
    ]
  }
  if (movement.kind !== 'beyond') return []
  const pixels = ([rows, columns]: readonly number[]) => `${Math.round(rows!)} rows and ${Math.round(columns!)} columns`
  return [
    `the camera moves by up to ${pixels(movement.reach)} from its middle (expected at most ` +
      `${pixels(movement.limit)}, an eighth of the frame): use preset images, or stabilise the clip first, or take ` +
      'stretches in which it moves less',
  ]
}

/** Things that explain next to nothing are scraps: noise in the dark, or the edge of what hides the background. */
function restWarnings (cues: ColourCues | MotionCues): string[] {
  if (cues.by === 'colours' || cues.unexplained <= MOST_UNEXPLAINED) return []
  return [
    `${percent(cues.unexplained)} of what changes is in none of the things that were found (expected at most ` +
      `${percent(MOST_UNEXPLAINED)}): the frames may be dark and noisy, or what moves may cover what is behind in most ` +
      'of them; use preset images, or brighter frames that show the background longer',
  ]
}

function warningsOf ({ still, noise }: Steadiness, found: number, objects: number | undefined): string[] {
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
    ...(objects === undefined || found === objects
      ? []
      : [`expected ${objects} moving things, as --objects says, but found ${found}`]),
  ]
}

const percent = (share: number) => `${Math.round(100 * share)}%`
