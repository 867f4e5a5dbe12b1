/** Parts that fill the frame: the background, layers and the gain. They are read from coarse averages of the image. */
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { inLayer } from '../../onnx/layer.js'
import { given, zeros, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { applySeparably, poolingMatrix } from '../separable.js'
import { bounded, boundedLogVariance } from './bounds.js'
import { drawingOf, type Drawing } from './composite.js'
import { perceptron } from '../perceptron.js'
import type { Background, Gain, Layer, LayeredPlan } from './plan.js'

/** A layer's initial alpha logit: it begins as a faint veil. */
const LAYER_ALPHA = -3

/** Averages over poolRows × poolColumns parts: x [N, H, C, W] → [N, poolRows · C · poolColumns]. */
export function pool (x: tf.Tensor, { encoder: { poolRows, poolColumns } }: LayeredModelConfig): tf.Tensor {
  const [batch, height,, width] = x.shape as [number, number, number, number]
  return inLayer('pooling', () =>
    tf.reshape(applySeparably(x, poolingMatrix(height, poolRows), poolingMatrix(width, poolColumns)), [batch, -1])
  )
}

/** Averages of pixels in [0, 1] → about zero mean and unit variance. */
export const standardized = (pooled: tf.Tensor): tf.Tensor => tf.sub(tf.mul(pooled, 4), 1.6)

/** features [N, F] → posterior [N, size]. */
export function encodeFullFrame (
  features: tf.Tensor,
  { partition: { size } }: Background | Gain | Layer,
  hidden: readonly number[],
  plan: LayeredPlan,
  config: LayeredModelConfig,
  parameters: Parameters
): Posterior {
  // each [N, size]
  const [mean, logVariance] = tf.split(perceptron(features, [...hidden, 2 * size], parameters), 2, 1) as [
    tf.Tensor,
    tf.Tensor
  ]
  return { mean: bounded(mean), logVariance: boundedLogVariance(logVariance, plan, config) }
}

/** latent [N, size] → [N, H', C, W'] in [0, 1]: an image that is learned as it is, and a mixture of `rank` others. */
export function drawBackground (
  latent: tf.Tensor,
  { rank, image, height, width }: Background,
  { channels }: LayeredPlan,
  parameters: Parameters
): tf.Tensor {
  // [H', C, W'], logits
  const mean = parameters('image', [height, channels, width], image === undefined ? zeros : given(image))
  const mixture = perceptron(latent, [32, rank, height * channels * width], parameters, { scale: 0.3 }) // [N, H'·C·W']
  return tf.sigmoid(tf.add(tf.reshape(mixture, [latent.shape[0]!, height, channels, width]), mean)) // [N, H', C, W']
}

/** latent [N, size] → [N, H', C, W'] in [0, 1]: an image that is learned, whatever the latent. */
export function drawStill (
  latent: tf.Tensor,
  { image, height, width }: Background,
  { channels }: LayeredPlan,
  parameters: Parameters
): tf.Tensor {
  const logits = parameters('image', [height, channels, width], image === undefined ? zeros : given(image))
  const batch = latent.shape[0]!
  const nothing = tf.reshape(tf.mul(tf.slice(latent, [0, 0], [batch, 1]), 0), [batch, 1, 1, 1]) // [N, 1, 1, 1]
  return tf.add(tf.sigmoid(logits), nothing) // [N, H', C, W']
}

/** latent [N, size] → what the layer draws. active: scalar. */
export function drawLayer (
  latent: tf.Tensor,
  { rank }: Layer,
  plan: LayeredPlan,
  parameters: Parameters,
  active: tf.Tensor
): Drawing {
  const { height, width, channels } = plan
  const planes = channels + 1
  const mean = parameters('image', [height, planes, width], zeros) // [H, C+1, W], logits
  const mixture = perceptron(latent, [32, rank, height * planes * width], parameters, { scale: 0.3 }) // [N, H·(C+1)·W]
  return drawingOf(tf.add(tf.reshape(mixture, [latent.shape[0]!, height, planes, width]), mean), active, -LAYER_ALPHA)
}

/** latent [N, size] → [N, 1, C, 1], above 0: what the channels of the whole frame are multiplied by. */
export function gainOf (latent: tf.Tensor, { channels }: LayeredPlan, parameters: Parameters): tf.Tensor {
  const logarithm = perceptron(latent, [16, channels], parameters) // [N, C]
  return tf.reshape(tf.exp(tf.mul(logarithm, 0.5)), [latent.shape[0]!, 1, channels, 1])
}
