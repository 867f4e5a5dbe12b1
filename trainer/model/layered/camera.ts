/**
 * The camera: two units say how far the picture has moved. It shifts what lies behind and where sprites are; the
 * encoder finds it by comparing the image with views of the background.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import type { Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { applySeparably, poolingMatrix } from '../separable.js'
import { bounded, boundedLogVariance } from './bounds.js'
import { shiftAt } from './camera-views.js'
import { perceptron } from '../perceptron.js'
import type { Camera, LayeredPlan } from './plan.js'
import { tentMatrix } from '../tent.js'

/** The reach in units of a position: uniform ones then have a variance of about 1. */
const REACH_UNITS = 1.7
/** Views differ from an image by more than this (of 1) where something else is. */
const TOLERANCE = 0.03
/** Mean squared distances of neighbouring views that halve a view's share, about, at first. */
const SHARPNESS = 4
const LEAST_STEP = 1e-4
/** The log-variances' initial bias. */
const INITIAL_LOG_VARIANCE = -5

/**
 * Computes how well the image fits each view: logits [N, views]. What no view shows counts as the nearest of what some
 * view shows, so that things before the background say little.
 * @param image [N, H, C, W] in [0, 1]
 */
export function cameraLogits (image: tf.Tensor, { views }: Camera, parameters: Parameters): tf.Tensor {
  const { counts, mean, least, most, step } = views
  const [batch, height,, width] = image.shape as [number, number, number, number]
  const size = mean.length
  const row = (values: Float32Array) => tf.tensor2d(values, [1, size]) // [1, h·C·w]
  // [N, h, C, w]
  const small = applySeparably(image, poolingMatrix(height, views.height), poolingMatrix(width, views.width))
  const flat = tf.reshape(small, [batch, size]) // [N, h·C·w]
  const low = row(least.map(value => value - TOLERANCE)) // [1, h·C·w]
  const high = row(most.map(value => value + TOLERANCE)) // [1, h·C·w]
  const seen = tf.sub(tf.minimum(tf.maximum(flat, low), high), row(mean)) // [N, h·C·w]
  const all = tf.tensor2d(views.views, [counts[0] * counts[1], size]) // [views, h·C·w]
  const powers = tf.reshape(tf.sum(tf.square(all), 1), [1, -1]) // [1, views]
  // The squared distance to each view but for what is the same for all of them.
  const distances = tf.sub(powers, tf.mul(tf.matMul(seen as tf.Tensor2D, all, false, true), 2)) // [N, views]
  const sharpness = parameters('sharpness', [], { kind: 'constant', value: SHARPNESS }) // []
  return tf.mul(distances, tf.mul(sharpness, -1 / Math.max(step, LEAST_STEP))) // [N, views]
}

/** Logits [N, views] → posterior [N, 2]. */
export function encodeCamera (
  logits: tf.Tensor,
  { views: { counts }, partition: { size } }: Camera,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  parameters: Parameters
): Posterior {
  const shares = tf.softmax(logits) // [N, views]
  const expected = tf.matMul(shares as tf.Tensor2D, unitsOfViews(counts)) // [N, 2]
  const output = perceptron(tf.concat([shares, expected], 1), [32, 2 * size], parameters, {
    scale: Array.from({ length: 2 * size }, (_, unit) => unit < size ? 0.01 : 1), // what is expected is nearly right
    bias: Float32Array.from({ length: 2 * size }, (_, unit) => unit < size ? 0 : INITIAL_LOG_VARIANCE),
  }) // [N, 4]
  const [mean, logVariance] = tf.split(output, 2, 1) as [tf.Tensor, tf.Tensor] // each [N, 2]
  return { mean: tf.add(expected, bounded(mean)), logVariance: boundedLogVariance(logVariance, plan, config) }
}

/** [views, 2]: the units that stand for each view's shift. */
function unitsOfViews ([rows, columns]: readonly [number, number]): tf.Tensor2D {
  return tf.tensor2d(Float32Array.from({ length: rows * columns * 2 }, (_, i) => {
    const view = i >> 1
    return REACH_UNITS * (i % 2 === 0
      ? shiftAt(Math.floor(view / columns), rows, 1)
      : shiftAt(view % columns, columns, 1))
  }), [rows * columns, 2])
}

/** latent [N, 2] → shift [N, 2] in pixels of the resolution at hand, within the reach. */
export function cameraShift (latent: tf.Tensor, { reach }: Camera): tf.Tensor {
  const within = tf.clipByValue(tf.div(latent, REACH_UNITS), -1, 1) // [N, 2]
  return tf.mul(within, tf.tensor2d([...reach], [1, 2]))
}

/** A canvas [N, H', C, W'] that is wider than the frame, and a shift [N, 2] → what the frame shows, [N, H, C, W]. */
export function viewCanvas (canvas: tf.Tensor, shift: tf.Tensor, { height, width }: LayeredPlan): tf.Tensor {
  const [batch, high, channels, wide] = canvas.shape as [number, number, number, number]
  const [y, x] = tf.split(tf.add(shift, tf.tensor2d([height / 2, width / 2], [1, 2])), 2, 1) as [tf.Tensor, tf.Tensor]
  const byRows = tentMatrix(y, high, 1, height) // [N, H, H']
  const byColumns = tentMatrix(x, wide, 1, width) // [N, W, W']
  const rows = tf.matMul(byRows, tf.reshape(canvas, [batch, high, channels * wide])) // [N, H, C·W']
  // [N, H·C, W]
  const view = tf.matMul(tf.reshape(rows, [batch, height * channels, wide]), byColumns, false, true)
  return tf.reshape(view, [batch, height, channels, width])
}
