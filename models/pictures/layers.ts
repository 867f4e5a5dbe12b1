/**
 * The layers of a model that draws its partitions apart: how they make its picture, and as pictures that can be laid
 * over one another. `layersContract` says what the graph gives.
 */
import { bytesFromUnit, pixelCount, type ImageShape } from '../foundation/pixels.js'

/** Values of a pixel of a layer: red, green, blue, alpha. */
const RGBA = 4
/** The largest factor of a gain that a byte can say. */
const LARGEST_FACTOR = 2
/** Stands for a share of 0 where logarithms are compared. */
const NO_SHARE = 1e-30

/** The size of a model's layers. */
export interface LayersShape {
  readonly image: ImageShape
  /** One layer each, in this order. */
  readonly partitions: readonly unknown[]
}

/** The layers as the graph gives them. */
export interface DrawnLayers {
  /** [N, P, 4, H, W]: RGB, and the share of each pixel that is the layer's own */
  readonly values: Float32Array
  readonly shape: LayersShape
  /** Index of the partition that all colours are multiplied by, where there is one. */
  readonly gain: number | undefined
}

/** Finds planes [H, W] by image, layer and channel: 0 to 2 are colours, 3 is alpha. Not copies. */
function planesOf ({ values, shape: { image: { height, width }, partitions } }: DrawnLayers) {
  const area = height * width
  return (n: number, layer: number, channel: number): Float32Array => {
    const start = ((n * partitions.length + layer) * RGBA + channel) * area
    return values.subarray(start, start + area)
  }
}

function countOf ({ values, shape: { image: { height, width }, partitions } }: DrawnLayers): number {
  return values.length / (partitions.length * RGBA * height * width)
}

/** Composes layers to the picture that the decoder gives: gain · Σ α · RGB, in [0, 1]. → [N, C, H, W] */
export function composeLayers (layers: DrawnLayers): Float32Array {
  const { shape: { image, partitions }, gain } = layers
  const plane = planesOf(layers)
  const count = countOf(layers)
  const area = image.height * image.width
  const picture = new Float32Array(count * pixelCount(image)) // [N, C, H, W]
  for (let i = 0; i < count * image.channels; i++) {
    const [n, channel] = [Math.floor(i / image.channels), i % image.channels]
    const sums = new Float64Array(area)
    for (const layer of partitions.keys()) {
      const [colour, alpha] = [plane(n, layer, channel), plane(n, layer, 3)]
      for (let pixel = 0; pixel < area; pixel++) sums[pixel]! += alpha[pixel]! * colour[pixel]!
    }
    const factors = gain === undefined ? undefined : plane(n, gain, channel)
    for (let pixel = 0; pixel < area; pixel++) {
      picture[i * area + pixel] = Math.min(1, Math.max(0, sums[pixel]! * (factors?.[pixel] ?? 1)))
    }
  }
  return picture
}

/** Averages a gain over the pixels. → [N, 3], the factors of red, green and blue; ones where there is no gain */
export function averageGains (layers: DrawnLayers): Float32Array {
  const { gain } = layers
  const plane = planesOf(layers)
  return Float32Array.from({ length: countOf(layers) * 3 }, (_, i) => {
    if (gain === undefined) return 1
    const factors = plane(Math.floor(i / 3), gain, i % 3)
    return factors.reduce((sum, factor) => sum + factor, 0) / factors.length
  })
}

/**
 * Finds the order in which layers are laid over one another: a layer comes after those that it covers more than they
 * cover it, as far as that has no circles. First the background, the one that has some share of every pixel (the
 * largest geometric mean of shares), and last the gain; layers that nowhere meet keep the order of their partitions.
 *
 * Layers are mixed by weights (a softmax over all), so nothing states an order. But where the background's weight is 1,
 * a layer's weight is its share over the background's: from this follows what it would cover if it were alone.
 * @returns indices of partitions, from the back to the front
 */
export function drawingOrder (layers: DrawnLayers): number[] {
  const { gain, shape: { partitions } } = layers
  const plane = planesOf(layers)
  const images = Array.from({ length: countOf(layers) }, (_, n) => n)
  const visible = [...partitions.keys()].filter(layer => layer !== gain)
  const logShares = visible.map(layer => images.reduce((sum, n) =>
    plane(n, layer, 3).reduce((sum, share) => sum + Math.log(Math.max(share, NO_SHARE)), sum), 0))
  const back = visible[logShares.indexOf(Math.max(...logShares))]!
  const things = visible.filter(layer => layer !== back)
  const inFront = partitions.map(() => new Float64Array(partitions.length)) // [P, P]
  for (const n of images) {
    const behind = plane(n, back, 3)
    for (const a of things) {
      for (const b of things.filter(b => b > a)) {
        const front = overlap(plane(n, a, 3), plane(n, b, 3), behind)
        inFront[a]![b]! += front
        inFront[b]![a]! -= front
      }
    }
  }
  const order = [back]
  for (let left = things; left.length > 0;) {
    const cover = (layer: number) => left.reduce((sum, other) => sum + Math.max(0, inFront[layer]![other]!), 0)
    const next = left.reduce((least, layer) => (cover(layer) < cover(least) ? layer : least), left[0]!)
    order.push(next)
    left = left.filter(layer => layer !== next)
  }
  return gain === undefined ? order : [...order, gain]
}

/** Measures how much one layer lies in front of another where both would be, from their shares and the background's. */
function overlap (first: Float32Array, second: Float32Array, behind: Float32Array): number {
  let sum = 0
  for (let pixel = 0; pixel < behind.length; pixel++) {
    const [a, b, back] = [first[pixel]!, second[pixel]!, behind[pixel]!]
    if (a > 0 && b > 0) sum += (a / (a + back)) * (b / (b + back)) * (a - b)
  }
  return sum
}

/** How layers become pictures. */
export interface StackOptions {
  /** Partitions from the back to the front: `drawingOrder`. */
  readonly order: readonly number[]
  /** The partitions that are wanted, among those of `order`. */
  readonly wanted: readonly number[]
  /**
   * `over`: each layer lies over those before it, and the usual composition of all (source over) is the picture.
   * `share`: each has its share of the picture; their sum, colour times alpha, is the picture.
   */
  readonly alpha: 'over' | 'share'
  /** Whether colours are multiplied by the gain. */
  readonly light: boolean
}

/**
 * Turns layers into RGBA pictures, interleaved and straight (colour is not multiplied by alpha). A gain has alpha 0 and
 * its factors for colour. Nothing is clamped: a gain may brighten beyond 1.
 * @returns [N, wanted, H, W, 4], in the order of `wanted`
 */
export function stackLayers (layers: DrawnLayers, { order, wanted, alpha, light }: StackOptions): Float32Array {
  const { gain, shape: { image: { height, width } } } = layers
  const plane = planesOf(layers)
  const area = height * width
  const stack = new Float32Array(countOf(layers) * wanted.length * area * RGBA) // [N, wanted, H, W, 4]
  for (let n = 0; n < countOf(layers); n++) {
    const below = new Float64Array(area)
    for (const layer of order) {
      const shares = plane(n, layer, 3)
      for (let pixel = 0; pixel < area; pixel++) below[pixel]! += shares[pixel]!
      const at = wanted.indexOf(layer)
      if (at < 0) continue
      const start = (n * wanted.length + at) * area * RGBA
      for (let channel = 0; channel < 3; channel++) {
        const colour = plane(n, layer, channel)
        const factors = light && gain !== undefined && layer !== gain ? plane(n, gain, channel) : undefined
        for (let pixel = 0; pixel < area; pixel++) {
          stack[start + pixel * RGBA + channel] = colour[pixel]! * (factors?.[pixel] ?? 1)
        }
      }
      for (let pixel = 0; pixel < area; pixel++) {
        const [share, sum] = [shares[pixel]!, below[pixel]!]
        stack[start + pixel * RGBA + 3] = alpha === 'share' || sum === 0 ? share : share / sum
      }
    }
  }
  return stack
}

/**
 * Turns what `stackLayers` gave into bytes, in the same order. The factors of a gain are halved: a byte holds them up
 * to 2.
 * @param wanted as for `stackLayers`
 */
export function bytesFromStack (
  stack: Float32Array, wanted: readonly number[], { gain, shape: { image } }: Pick<DrawnLayers, 'gain' | 'shape'>
): Uint8Array {
  const size = image.height * image.width * RGBA
  const at = gain === undefined ? -1 : wanted.indexOf(gain)
  if (at < 0) return bytesFromUnit(stack)
  const halved = stack.slice()
  for (let start = at * size; start < halved.length; start += wanted.length * size) {
    for (let i = start; i < start + size; i++) halved[i]! /= LARGEST_FACTOR // alpha is 0
  }
  return bytesFromUnit(halved)
}
