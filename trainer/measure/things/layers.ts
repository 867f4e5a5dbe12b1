/** What can be read off the layers that a model draws: what lies behind, who draws where. */
import { pixelCount, type ImageShape, type Partition } from '@partition-vae/models'
import { namesOfKind, type PartitionKinds } from '../../config/partition-kinds.js'
import type { InferenceGraphs } from '../../engine/engine.js'
import type { Place } from './known-places.js'

/** The layers of N images. */
export interface Layers {
  /** [N, P, 4, H, W]: straight RGBA, as `InferenceGraphs.layers` gives them */
  readonly values: Float32Array
  readonly roles: Roles
  readonly shape: ImageShape
}

/** Which partitions do what, by index. */
export interface Roles {
  /** P */
  readonly count: number
  readonly background: number
  readonly gain: number | undefined
  /** Sprites, layers and slots: what is drawn before the background. */
  readonly foreground: readonly number[]
}

/** A smaller share of a pixel is nothing that is drawn: no alpha is quite 0, and a frame has many pixels. */
const DRAWN = 0.1
/** Elements of layers that are held at a time. */
const MOST_ELEMENTS = 2 ** 22
const MOST_IMAGES = 32

/** Undefined for partitions of a model that does not draw them apart. */
export function rolesOf (partitions: readonly Partition[], kinds: PartitionKinds): Roles | undefined {
  const indexOf = (name: string) => partitions.findIndex(partition => partition.name === name)
  const [background] = namesOfKind(kinds, 'background').map(indexOf)
  if (background === undefined || background < 0) return undefined
  const [gain] = namesOfKind(kinds, 'gain').map(indexOf)
  const foreground = (['sprite', 'layer', 'slot'] as const).flatMap(kind => namesOfKind(kinds, kind)).map(indexOf)
  return { count: partitions.length, background, gain, foreground: foreground.filter(index => index >= 0) }
}

/** Computes how many images' layers may be held at a time. */
export function imagesAtOnce ({ count }: Roles, { height, width }: ImageShape): number {
  return Math.max(1, Math.min(MOST_IMAGES, Math.floor(MOST_ELEMENTS / (count * 4 * height * width))))
}

/** Draws the layers of latents [N, D]. */
export async function drawLayersOf (
  { layers }: InferenceGraphs,
  latent: Float32Array,
  roles: Roles,
  shape: ImageShape
): Promise<Layers> {
  return { values: await layers!(latent), roles, shape }
}

function plane ({ values, roles, shape: { height, width } }: Layers, n: number, partition: number, channel: number) {
  const size = height * width
  const at = ((n * roles.count + partition) * 4 + channel) * size
  return values.subarray(at, at + size)
}

/** Gives what lies behind all parts of the n-th image, in its light. → [H, W, C] in [0, 1] */
export function behindOf (layers: Layers, n: number): Float32Array {
  const { roles: { background, gain }, shape } = layers
  const { channels } = shape
  const behind = new Float32Array(pixelCount(shape))
  for (let c = 0; c < channels; c++) {
    const colours = plane(layers, n, background, c)
    const light = gain === undefined ? undefined : plane(layers, n, gain, c)
    for (let pixel = 0; pixel < colours.length; pixel++) {
      behind[pixel * channels + c] = Math.min(1, colours[pixel]! * (light?.[pixel] ?? 1))
    }
  }
  return behind
}

/** Finds the centre of what a partition draws in the n-th image, weighted by alpha; undefined where it is not drawn. */
export function centreOf (layers: Layers, n: number, partition: number): Place | undefined {
  const { width } = layers.shape
  let [mass, rows, columns] = [0, 0, 0]
  plane(layers, n, partition, 3).forEach((alpha, pixel) => {
    if (alpha < DRAWN) return
    mass += alpha
    rows += alpha * (Math.floor(pixel / width) + 0.5)
    columns += alpha * (pixel % width + 0.5)
  })
  return mass === 0 ? undefined : [rows / mass, columns / mass]
}

/** Marks where parts are drawn before the background of the n-th image, with a margin of one pixel. → [H, W] */
export function coveredOf (layers: Layers, n: number): Uint8Array {
  const { roles: { background }, shape: { height, width } } = layers
  const mask = new Uint8Array(height * width)
  plane(layers, n, background, 3).forEach((share, pixel) => {
    if (1 - share < DRAWN) return
    const [row, column] = [Math.floor(pixel / width), pixel % width]
    for (let i = Math.max(0, row - 1); i <= Math.min(height - 1, row + 1); i++) {
      mask.fill(1, i * width + Math.max(0, column - 1), i * width + Math.min(width, column + 2))
    }
  })
  return mask
}
