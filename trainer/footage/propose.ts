/** From what footage shows to a model of it. */
import type { ImageShape } from '@partition-vae/models'
import { packChange, packImage } from '../model/layered/still-image.js'
import type { FootageAnalysis } from './analyse.js'
import type { Camera } from './camera/find.js'
import { packPlaces } from './places.js'
import { varianceOf } from './quantiles.js'
import { boxesInFrames, stillCanvas } from './camera/config.js'
import type { Thing } from './thing.js'

/** A sprite has at most so many cells along its longer side. */
const MOST_CELLS = 16
/** Sprites take part when their attention has seen so many batches, or this share of all where there are few. */
const [BEGIN, BEGIN_SHARE] = [250, 0.15]
/** Steps of a run, about: whole epochs, at least one. */
const STEPS = 1600
/** Averages along each side that background and gain are read from, at most. */
const POOL = 8
/** Units of the background, at most: it mixes further changes by what these say. */
const MOST_CHANGES = 8
/** Things that cover fewer pixels do with a unit less. */
const SMALL = 40

export interface ProposalOptions {
  /** Training images. */
  readonly count: number
  readonly batchSize: number
  /** Where that is decided already. */
  readonly epochs?: number | undefined
  /** In place of epochs. */
  readonly steps?: number | undefined
}

/**
 * The parts of a config that footage decides: partitions, one for each thing, then background and, where brightness
 * changes, gain; what their attention is trained with; and the number of epochs. All the rest is the preset's.
 */
export function proposeConfig (analysis: FootageAnalysis, { count, batchSize, epochs: given, steps }: ProposalOptions) {
  const stepsPerEpoch = Math.max(1, Math.floor(count / batchSize))
  const epochs = given ?? Math.max(1, Math.round(STEPS / stepsPerEpoch))
  const begin = Math.min(BEGIN, Math.floor(BEGIN_SHARE * (steps ?? epochs * stepsPerEpoch)))
  const { scene, light, things, camera } = analysis
  const { shape, gain } = scene
  const stills = scene.stills.map(packImage)
  const names = things.map((_, i) => `p${i + 1}`)
  const cameraName = `p${things.length + (gain ? 3 : 2)}`
  return {
    model: {
      partitions: [
        ...things.map((thing, i) => ({
          name: names[i]!,
          kind: 'sprite',
          ...spriteOf(thing, shape, camera),
          activeFrom: begin,
        })),
        {
          name: `p${things.length + 1}`,
          kind: 'background',
          rank: 12,
          ...backgroundOf(analysis, stills[0]!),
          own: 10,
        },
        ...(gain ? [{ name: `p${things.length + 2}`, kind: 'gain', size: light.ways }] : []),
        ...(camera === undefined ? [] : [cameraOf(camera, cameraName)]),
      ],
      encoder: { poolRows: Math.min(POOL, shape.height), poolColumns: Math.min(POOL, shape.width) },
    },
    objective: {
      keyPoints: keyPointsOf(analysis, names, stills, cameraName),
    },
    fit: { epochs },
  }
}

/** A background that a camera moves is larger than the frames, and learns how it changes by itself. */
function backgroundOf ({ scene, changes, cues, camera }: FootageAnalysis, still: string) {
  if (camera !== undefined) {
    return {
      size: scene.stills.length > 1 || (cues.by === 'motion' && cues.states > 0) ? 2 : 1,
      image: packImage(stillCanvas(camera, scene)),
    }
  }
  return changes.length === 0
    ? { size: 1, image: still, still: true }
    : { size: Math.min(MOST_CHANGES, changes.length), image: still, changes: changes.map(packChange) }
}

function keyPointsOf (
  { frames, scene: { gain, shape }, steadiness: { threshold }, cues, camera }: FootageAnalysis,
  names: readonly string[],
  stills: string[],
  cameraName: string
) {
  if (cues.by === 'motion') {
    const tracked = camera === undefined
      ? { partitions: [...names], things: cues.things }
      : { partitions: [...names, cameraName], things: boxesInFrames(cues.things, camera, shape) }
    return { tracks: { partitions: tracked.partitions, places: packPlaces(frames.indices, tracked.things) } }
  }
  return {
    stills,
    gain,
    threshold,
    colours: cues.palette.map((colour, index) => ({
      colour: [...colour].map(rounded),
      weights: [...cues.classes[index]!.weights],
      centres: cues.classes[index]!.centres.map(centre => centre.map(rounded)),
      areas: cues.classes[index]!.areas.map(rounded),
      parts: cues.things.flatMap(({ parts }, i) =>
        parts
          .filter(part => part.colour === index)
          .map(({ kind, offset: [row, column] }) => ({
            kind,
            partition: names[i]!,
            row: rounded(row),
            column: rounded(column),
          }))
      ),
    })),
  }
}

function spriteOf (
  { colour, extent: [height, width], mean, variance }: Thing,
  shape: ImageShape,
  camera: Camera | undefined
) {
  const cell = Math.max(1, Math.ceil((4 * Math.max(height, width)) / MOST_CELLS) / 4)
  return {
    size: height * width < SMALL ? 3 : 4,
    rows: Math.max(1, Math.min(Math.ceil(height / cell), Math.floor(shape.height / cell))),
    columns: Math.max(1, Math.min(Math.ceil(width / cell), Math.floor(shape.width / cell))),
    cell,
    colour: colour.map(rounded),
    place: {
      row: rounded(mean[0]),
      column: rounded(mean[1]),
      rowDeviation: rounded(Math.sqrt(variance[0] + shiftVariance(camera, 0))),
      columnDeviation: rounded(Math.sqrt(variance[1] + shiftVariance(camera, 1))),
    },
  }
}

function cameraOf ({ canvas: { margin: [reachRows, reachColumns] } }: Camera, name: string) {
  return { name, kind: 'camera', size: 2, reachRows, reachColumns }
}

function shiftVariance (camera: Camera | undefined, axis: 0 | 1): number {
  return camera === undefined ? 0 : varianceOf(camera.shifts.map(shift => shift[axis]))
}

/** As many digits as mean anything. */
function rounded (value: number): number {
  return Math.round(1e4 * value) / 1e4
}
