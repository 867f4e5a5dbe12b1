/**
 * Plans a layered model from its config, for images of a given size: who is drawn when, where and on which grid; and
 * finds what contradicts.
 */
import { latentSizeOf, layOutPartitions, type ImageShape, type Partition } from '@partition-vae/models'
import type {
  BackgroundPartition,
  CameraPartition,
  GainPartition,
  LayeredModelConfig,
  LayerPartition,
  SpritePartition,
} from '../../config/layered-schema.js'
import { invalid } from '../../config/invalid.js'
import { cameraViews, type CameraViews } from './camera-views.js'
import { changeValues, imageLogits, unpackImage } from './still-image.js'

/** Square cells in rows and columns. */
export interface Grid {
  readonly rows: number
  readonly columns: number
  /** Side of a cell in pixels of the resolution at hand. */
  readonly cell: number
}

export interface Placed { readonly partition: Partition, readonly index: number }
export type Background = Placed &
  Pick<BackgroundPartition, 'rank' | 'own' | 'still'> & {
    /** [H', C, W'], logits at the resolution at hand */
    readonly image: Float32Array | undefined
    /** [H, C, W] each, differences in [−1, 1]; absent where nothing is known of how it changes */
    readonly changes?: readonly Float32Array[]
    /** Of the image: the frame's, or wider on each side by the camera's reach. */
    readonly height: number
    readonly width: number
  }
export interface Camera extends Placed {
  /** In pixels of the resolution at hand. */
  readonly reach: readonly [rows: number, columns: number]
  readonly views: CameraViews
}
export type Gain = Placed
export type Layer = Placed & Pick<LayerPartition, 'kind' | 'rank' | 'activeFrom'>
export interface Sprite extends Placed, Pick<SpritePartition, 'kind' | 'activeFrom'> {
  /** The grid that its decoder draws. */
  readonly drawn: Grid
  /** The grid in which its encoder sees the image. */
  readonly glimpse: Grid
  /** Its size in pixels of the attention's resolution. */
  readonly extent: readonly [height: number, width: number]
  /**
   * The place where it is at first expected, in pixels of the attention's resolution; undefined for a sprite that is
   * looked for when it begins.
   */
  readonly prior:
    | {
      readonly mean: readonly [row: number, column: number]
      readonly variance: readonly [row: number, column: number]
    }
    | undefined
  /** Power of what is usual at a pixel by which its residual is divided. */
  readonly rarity: number
  /** [C] in [0, 1] */
  readonly colour: readonly number[] | undefined
  /** Its place among the sprites. */
  readonly map: number
}
export type Foreground = Sprite | Layer

export interface LayeredPlan {
  readonly latentSize: number
  /** Height and width of the images that the network works on: 1/reduction of the image's. */
  readonly height: number
  readonly width: number
  readonly channels: number
  /** Attention has a resolution of its own, 1/factor of the one above. */
  readonly attention: { readonly factor: number, readonly height: number, readonly width: number }
  readonly background: Background
  readonly gain: Gain | undefined
  readonly camera: Camera | undefined
  /** In the order in which they are explained. */
  readonly foreground: readonly Foreground[]
  readonly sprites: readonly Sprite[]
}

/** Added to the variances that a config gives: things move beyond where they were seen. */
const LEAST_PRIOR_VARIANCE = 4

/**
 * @param reduction the network works at 1/reduction of the image: 1 or the config's coarse factor
 * @throws TrainerError PVAE_CONFIG_INVALID naming what contradicts
 */
export function planLayers (config: LayeredModelConfig, image: ImageShape, reduction: number): LayeredPlan {
  const factor = config.coarse?.factor ?? 1
  if (image.height % factor !== 0 || image.width % factor !== 0) {
    throw invalid('model.coarse.factor', `a divisor of the image's size ${image.height}×${image.width}`, String(factor))
  }
  const [attentionHeight, attentionWidth] = [image.height / factor, image.width / factor]
  for (const [field, size, most] of [
    ['poolRows', config.encoder.poolRows, attentionHeight],
    ['poolColumns', config.encoder.poolColumns, attentionWidth],
  ] as const) {
    if (size > most) {
      throw invalid(
        `model.encoder.${field}`,
        `at most ${most}, as many as the image has at 1/${factor} of its size`,
        String(size)
      )
    }
  }
  const layout = layOutPartitions(config.partitions)
  const backgrounds: Background[] = []
  const gains: Gain[] = []
  const cameras: Camera[] = []
  const reach = cameraReach(config, factor)
  const foreground: Foreground[] = []
  config.partitions.forEach((spec, index) => {
    const placed = { partition: layout[index]!, index }
    switch (spec.kind) {
      case 'background':
        backgrounds.push({ ...placed, ...backgroundPlan(spec, index, widened(image, reach), reduction) })
        break
      case 'gain':
        gains.push(placed)
        break
      case 'camera':
        cameras.push({ ...placed, ...cameraPlan(config, image, reach, factor, reduction) })
        break
      case 'layer':
        foreground.push({ ...placed, kind: spec.kind, rank: spec.rank, activeFrom: spec.activeFrom })
        break
      case 'sprite':
        foreground.push({
          ...placed,
          ...spritePlan(spec, index, image, factor, reduction),
          rarity: spec.rarity ?? config.attention.rarity,
        })
    }
  })
  requireOne('background', backgrounds, 'exactly one')
  if (gains.length > 1) requireOne('gain', gains, 'at most one')
  if (cameras.length > 1) requireOne('camera', cameras, 'at most one')
  if (cameras.length === 1 && backgrounds[0]!.changes !== undefined) {
    throw invalid(
      `model.partitions[${backgrounds[0]!.index}].changes`, 'none beside a camera, which moves the background', 'some'
    )
  }
  foreground.sort((a, b) => a.activeFrom - b.activeFrom || a.index - b.index)
  const sprites = foreground.filter(part => part.kind === 'sprite').map((sprite, map) => ({ ...sprite, map }))
  return {
    latentSize: latentSizeOf(config.partitions),
    height: image.height / reduction,
    width: image.width / reduction,
    channels: image.channels,
    attention: { factor: factor / reduction, height: attentionHeight, width: attentionWidth },
    background: backgrounds[0]!,
    gain: gains[0],
    camera: cameras[0],
    foreground: foreground.map(part => sprites.find(({ index }) => index === part.index) ?? part),
    sprites,
  }
}

function requireOne (
  kind: (BackgroundPartition | CameraPartition | GainPartition)['kind'],
  found: readonly Placed[],
  wanted: string
): void {
  if (found.length === 1) return
  const names = found.map(({ partition }) => partition.name)
  throw invalid(
    'model.partitions',
    `${wanted} partition of kind ${kind}`,
    names.length === 0 ? 'none' : `${names.length}: ${names.join(', ')}`
  )
}

function backgroundPlan (
  { rank, own, still, image, changes }: BackgroundPartition,
  index: number,
  shape: ImageShape,
  reduction: number
): Omit<Background, keyof Placed> {
  const field = `model.partitions[${index}]`
  if (changes !== undefined && changes.length > rank) {
    throw invalid(`${field}.changes`, `at most ${rank} images, as many as ${field}.rank says,`, String(changes.length))
  }
  if (still === true && changes !== undefined && changes.length > 0) {
    throw invalid(`${field}.changes`, 'none of a background that stands still', String(changes.length))
  }
  return {
    rank,
    ...(still === undefined ? {} : { still }),
    ...(own === undefined ? {} : { own }),
    height: shape.height / reduction,
    width: shape.width / reduction,
    image: image === undefined ? undefined : imageLogits(image, `${field}.image`, shape, reduction),
    ...(changes === undefined
      ? {}
      : { changes: changes.map((change, k) => changeValues(change, `${field}.changes[${k}]`, shape, reduction)) }),
  }
}

type Reach = readonly [rows: number, columns: number]

/**
 * Reads how far the camera moves, in pixels of the full resolution; no pixel without one.
 * @throws TrainerError PVAE_CONFIG_INVALID for what is no whole number of coarse pixels
 */
function cameraReach ({ partitions }: LayeredModelConfig, factor: number): Reach {
  const index = partitions.findIndex(({ kind }) => kind === 'camera')
  const spec = partitions[index]
  if (spec?.kind !== 'camera') return [0, 0]
  for (const axis of ['reachRows', 'reachColumns'] as const) {
    if (spec[axis] % factor !== 0) {
      throw invalid(
        `model.partitions[${index}].${axis}`, `a multiple of model.coarse.factor (${factor})`, String(spec[axis])
      )
    }
  }
  return [spec.reachRows, spec.reachColumns]
}

function widened ({ height, width, channels }: ImageShape, [rows, columns]: Reach): ImageShape {
  return { height: height + 2 * rows, width: width + 2 * columns, channels }
}

function cameraPlan (
  { partitions }: LayeredModelConfig,
  image: ImageShape,
  reach: Reach,
  factor: number,
  reduction: number
): Omit<Camera, keyof Placed> {
  const index = partitions.findIndex(({ kind }) => kind === 'background')
  const background = partitions[index]
  if (background?.kind !== 'background' || background.image === undefined) {
    throw invalid('model.partitions', 'a background with an image, which a camera moves before,', 'none')
  }
  const canvas = unpackImage(background.image, `model.partitions[${index}].image`, widened(image, reach))
  // Shifts of less than a pixel are told by averages as well, at a quarter of the cost.
  const coarser = image.height % (2 * factor) + image.width % (2 * factor) === 0 ? 2 * factor : factor
  return {
    reach: [reach[0] / reduction, reach[1] / reduction],
    views: cameraViews(canvas, image, reach, coarser),
  }
}

function spritePlan (
  spec: SpritePartition,
  index: number,
  { height, width, channels }: ImageShape,
  factor: number,
  reduction: number
): Omit<Sprite, keyof Placed | 'rarity'> {
  const { size, rows, columns, cell, kind, activeFrom, place, colour } = spec
  const field = `model.partitions[${index}]`
  if (colour !== undefined && colour.length !== channels) {
    throw invalid(`${field}.colour`, `${channels} numbers, one value for each channel,`, String(colour.length))
  }
  if (size < 2) {
    throw invalid(`${field}.size`, 'at least 2 for a sprite, whose first two units place it', String(size))
  }
  for (const [name, count, most] of [
    ['rows', rows, height],
    ['columns', columns, width],
  ] as const) {
    if (count % factor !== 0) {
      throw invalid(`${field}.${name}`, `a multiple of model.coarse.factor (${factor})`, String(count))
    }
    if (count * cell > most) {
      throw invalid(
        `${field}.${name}`,
        `cells within the image's ${most} pixels, at most ${Math.floor(most / cell / factor) * factor} of ${cell}`,
        String(count)
      )
    }
  }
  return {
    kind,
    activeFrom,
    colour,
    prior: place && {
      mean: [place.row / factor, place.column / factor],
      variance: [
        (place.rowDeviation / factor) ** 2 + LEAST_PRIOR_VARIANCE,
        (place.columnDeviation / factor) ** 2 + LEAST_PRIOR_VARIANCE,
      ],
    },
    drawn: { rows: rows / reduction, columns: columns / reduction, cell },
    glimpse: { rows: rows / factor, columns: columns / factor, cell: (cell * factor) / reduction },
    extent: [(rows * cell) / factor, (columns * cell) / factor],
    map: -1,
  }
}
