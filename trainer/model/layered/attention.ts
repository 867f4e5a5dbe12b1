/**
 * Finds where a sprite is: the soft-argmax of logits that say how much of the image the parts before it leave
 * unexplained, how usual that is at each pixel, what a small network has learned, and where the sprite has been before.
 * Everything but the last two is without gradient.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { convolution } from '../layers.js'
import { scope, zeros, type Initializer, type Parameters } from '../parameters.js'
import { applySeparably, boxMatrix, interpolationMatrix } from '../separable.js'
import { scaleGradient, stopGradient } from '../stop-gradient.js'
import { LEAK } from '../perceptron.js'
import type { LayeredPlan, Sprite } from './plan.js'
import type { KeyPointPrior } from './statistics.js'
import { standardized } from './full-frame.js'

const CHANNELS = 24
const LEAST_RESIDUAL = 3e-5
/** As the schema of model.attention.sharpness has them: learning keeps within. */
const [LEAST_SHARPNESS, LARGEST_SHARPNESS] = [1, 20]
/** A pixel's usual residual counts as at least this share of the mean one. */
const RARITY_FLOOR = 0.1
const EXCLUDED = 1e4
/** Far below any residual: where none has been seen yet, all pixels are equally rare. */
const TINY = 1e-8

/**
 * Learned logits of all sprites: image [N, h, C, w] at the attention's resolution → [N, h·w] each. Zero before
 * training.
 */
export function learnedLogits (
  image: tf.Tensor,
  { sprites, attention: { height, width } }: LayeredPlan,
  parameters: Parameters
): tf.Tensor[] {
  const batch = image.shape[0]!
  const pixels = tf.transpose(standardized(image), [0, 1, 3, 2]) // [N, h, w, C]
  // Repeated by an addition to as many zeros: a graph for any batch can't repeat what has no batch.
  const places = tf.add(tf.mul(tf.sum(pixels, 3, true), 0), coordinates(height, width)) // [N, h, w, 2]
  const input = tf.concat([pixels, places], 3) // [N, h, w, C+2]
  // [N, ⌈h/2⌉, ⌈w/2⌉, 24]
  let features = tf.leakyRelu(convolution(input, CHANNELS, 5, 2, scope(parameters, 'convolution0')), LEAK)
  features = tf.leakyRelu(convolution(features, CHANNELS, 3, 1, scope(parameters, 'convolution1')), LEAK)
  // Without a bias: a softmax would not see it.
  const kernel = parameters('convolution2/kernel', [1, 1, CHANNELS, sprites.length], zeros) // [1, 1, 24, S]
  const maps = tf.conv2d(features as tf.Tensor4D, kernel as tf.Tensor4D, 1, 'same') // [N, ⌈h/2⌉, ⌈w/2⌉, S]
  const [, rows, columns] = maps.shape as [number, number, number, number]
  // [N, h, S, w]
  const large = applySeparably(
    tf.transpose(maps, [0, 1, 3, 2]),
    interpolationMatrix(rows, height),
    interpolationMatrix(columns, width)
  )
  const parts = sprites.length === 1 ? [large] : tf.split(large, sprites.length, 2) // each [N, h, 1, w]
  return parts.map(part => tf.reshape(part, [batch, height * width]))
}

/** [1, h, w, 2]: row and column in −1…1. */
function coordinates (height: number, width: number): tf.Tensor {
  const values = new Float32Array(height * width * 2)
  for (let i = 0; i < height * width; i++) {
    values[2 * i] = Math.floor(i / width) / height * 2 + 1 / height - 1
    values[2 * i + 1] = i % width / width * 2 + 1 / width - 1
  }
  return tf.tensor4d(values, [1, height, width, 2])
}

/**
 * Computes how far the residual stands out: its logarithm, smoothed over about the sprite's extent, less that of a
 * wider surrounding (a difference of boxes), after division by what is usual at the pixel. residual [N, h, w], usual
 * [h, w] → [N, h·w].
 */
export function salience (
  residual: tf.Tensor,
  usual: tf.Tensor,
  { extent, rarity: power }: Sprite,
  { attention }: LayeredModelConfig
): tf.Tensor {
  const [batch, height, width] = residual.shape as [number, number, number]
  const some = tf.add(usual, TINY) // [h, w]
  const mean = tf.mean(some) // []
  const rarity = tf.pow(tf.div(mean, tf.add(some, tf.mul(mean, RARITY_FLOOR))), power) // [h, w]
  const rare = tf.reshape(tf.mul(residual, rarity), [batch, height, 1, width]) // [N, h, 1, w]
  const box = (share: number, atEdges: 'elements' | 'window') => {
    const [rows, columns] = extent.map(size => oddWindow(size * share)) as [number, number]
    return applySeparably(rare, boxMatrix(height, rows, atEdges), boxMatrix(width, columns, atEdges)) // [N, h, 1, w]
  }
  const centre = box(attention.blur, 'window')
  const difference =
    attention.surround === 0
      ? centre
      : tf.relu(tf.sub(centre, tf.mul(box(attention.surroundBlur, 'elements'), attention.surround)))
  return tf.reshape(tf.log(tf.add(difference, LEAST_RESIDUAL)), [batch, height * width])
}

/** The next odd number at or above an even ⌊size⌋: windows have a middle. */
function oddWindow (size: number): number {
  return Math.max(1, Math.floor(size / 2 + 1e-9) * 2 + 1)
}

export interface AttentionInputs {
  /** [N, h·w], without gradient */
  readonly salience: tf.Tensor
  /** [N, h·w]; absent where the config has none */
  readonly learned: tf.Tensor | undefined
  readonly prior: KeyPointPrior
  /** scalar: 0 while the attention is not to be trained by what becomes of its key points, else 1 */
  readonly learning?: tf.Tensor | undefined
}

/** The sprite's key point: [N, 2], row and column in pixels of the attention's resolution. */
export function attend (
  { salience, learned: logitsOfNetwork, prior, learning }: AttentionInputs,
  { extent }: Sprite,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  parameters: Parameters
): tf.Tensor {
  const { height, width } = plan.attention
  const trained = (x: tf.Tensor) => (learning === undefined ? x : scaleGradient(x, learning))
  // []
  const sharpness = trained(
    tf.clipByValue(
      parameters('sharpness', [], constant(config.attention.sharpness)),
      LEAST_SHARPNESS,
      LARGEST_SHARPNESS
    )
  )
  let logits = tf.add(tf.mul(salience, sharpness), logPrior(prior, extent, plan, config.attention.prior)) // [N, h·w]
  if (logitsOfNetwork !== undefined) {
    logits = tf.add(logits, tf.mul(trained(logitsOfNetwork), config.attention.learned))
  }
  const isWindowed = config.attention.window === 'always'
  logits = tf.sub(
    logits,
    tf.mul(outsideWindow(logits, { extent }, plan), isWindowed ? EXCLUDED : tf.mul(prior.broad, EXCLUDED))
  )
  return tf.matMul(tf.softmax(logits) as tf.Tensor2D, pixelCentres(height, width)) // [N, 2]
}

const constant = (value: number): Initializer => ({ kind: 'constant', value })

/**
 * Log density, up to a constant, of a Gaussian prior on the key point that is blurred by a quarter of the extent: [1,
 * h·w].
 */
function logPrior (
  { mean, variance }: KeyPointPrior,
  extent: Sprite['extent'],
  { attention: { height, width } }: LayeredPlan,
  weight: number
): tf.Tensor {
  const widened = tf.add(variance, tf.tensor1d(extent.map(size => (size / 4) ** 2))) // [2]
  const squares = tf.div(tf.squaredDifference(pixelCentres(height, width), mean), widened) // [h·w, 2]
  return tf.reshape(tf.mul(tf.sum(squares, 1), -weight / 2), [1, height * width])
}

/** [N, h·w]: 0 within half an extent of the largest logit, 1 outside. */
function outsideWindow (logits: tf.Tensor, { extent }: Pick<Sprite, 'extent'>, { attention }: LayeredPlan): tf.Tensor {
  const { height, width } = attention
  const mode = tf.cast(tf.argMax(stopGradient(logits), 1), 'float32') // [N]
  const row = tf.floor(tf.div(tf.add(mode, 0.5), width)) // [N]
  const column = tf.sub(mode, tf.mul(row, width)) // [N]
  return tf.sub(1, tf.reshape(windowAround(row, column, extent, attention), [-1, height * width]))
}

/**
 * [N, h, w]: 1 at pixels that are within half a window's size of a place, else 0. Row and column [N] count pixels'
 * centres from 0.
 */
function windowAround (
  row: tf.Tensor,
  column: tf.Tensor,
  size: readonly [height: number, width: number],
  { height, width }: LayeredPlan['attention']
): tf.Tensor {
  const batch = row.shape[0]!
  const near = (index: tf.Tensor, count: number, reach: number, shape: number[]) => {
    const distance = tf.abs(tf.sub(tf.reshape(tf.range(0, count), shape), tf.reshape(index, [batch, 1, 1])))
    return tf.cast(tf.lessEqual(distance, reach / 2), 'float32')
  }
  return tf.mul(near(row, height, size[0], [1, height, 1]), near(column, width, size[1], [1, 1, width])) // [N, h, w]
}

/** A sprite that is drawn, and where. */
export interface Occupant extends Pick<Sprite, 'extent'> {
  /** [N, 2], without gradient, as `attend` gives it */
  readonly keyPoint: tf.Tensor
  /** scalar: 1 once it is drawn, else 0 */
  readonly active: tf.Tensor
}

/**
 * Marks where others are already: 1 in a window of `share` of its extent around each occupant, else 0. What they leave
 * over lies there, and would be found in place of a thing that nobody has. → [N, h, w]; undefined without occupants.
 */
export function occupied (
  occupants: readonly Occupant[],
  share: number,
  { attention }: LayeredPlan
): tf.Tensor | undefined {
  const windows = occupants.map(({ keyPoint, extent: [rows, columns], active }) => {
    const [row, column] = tf.split(tf.sub(keyPoint, 0.5), 2, 1) as [tf.Tensor, tf.Tensor] // each [N, 1]
    return tf.mul(windowAround(row, column, [rows * share, columns * share], attention), active) // [N, h, w]
  })
  return windows.length === 0 ? undefined : windows.reduce((all, window) => tf.maximum(all, window))
}

/** [h·w, 2]: row and column of each pixel's centre. */
function pixelCentres (height: number, width: number): tf.Tensor2D {
  const values = new Float32Array(height * width * 2)
  for (let i = 0; i < height * width; i++) {
    values[2 * i] = Math.floor(i / width) + 0.5
    values[2 * i + 1] = i % width + 0.5
  }
  return tf.tensor2d(values, [height * width, 2])
}
