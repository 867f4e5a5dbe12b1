/**
 * Reconstruction terms −log p(x|z), in nats per image.
 *
 * With nearest-neighbour upsampling the terms are computed at 1/f of the resolution, exactly: over a block of f² pixels
 * x_i that share one prediction y and have the mean x̄, Σ (y − x_i)² = f² (y − x̄)² + Σ (x_i − x̄)², and cross-entropy,
 * linear in x, is f² times that of x̄.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../config/schema.js'
import type { Prediction } from '../model/network.js'
import { blockMeans, upsample } from '../model/upsampling.js'
import { contrastWeights } from './contrast-weights.js'

export interface Reconstruction {
  /** −log p(x|z) averaged over the batch, scalar, nats. */
  readonly negativeLogLikelihood: tf.Scalar
  /** Squared error of a pixel element at full resolution, averaged, scalar. */
  readonly meanSquaredError: tf.Scalar
}

/**
 * @param image [N, H, W, C] in [0, 1]
 * @param variance scalar: σ² of a pixel element (Gaussian likelihood only)
 * @param contrastWeight of predictions that are images: how much more the errors of pixels count that differ from what
 * is around them
 */
export function reconstruction (
  prediction: Prediction,
  image: tf.Tensor,
  config: ModelConfig,
  variance: tf.Tensor,
  contrastWeight = 0
): Reconstruction {
  if (prediction.kind === 'image') return reconstructionOfImage(prediction.image, image, variance, contrastWeight)
  const { logits } = prediction
  const atSubresolution = config.subresolution.interpolation === 'nearest'
  return atSubresolution
    ? reconstructionOfBlocks(logits, image, config, variance)
    : reconstructionOfPixels(upsample(logits, config.subresolution.factor, 'bilinear'), image, config, variance)
}

/** Computes the error under a Gaussian likelihood whose mean is given as it is. predicted, image: [N, H, W, C]. */
function reconstructionOfImage (
  predicted: tf.Tensor,
  image: tf.Tensor,
  variance: tf.Tensor,
  contrastWeight: number
): Reconstruction {
  const squares = tf.squaredDifference(predicted, image) // [N, H, W, C]
  const squaredError = tf.sum(squares) // []
  // []
  const weightedError =
    contrastWeight === 0 ? squaredError : tf.sum(tf.mul(squares, contrastWeights(image, contrastWeight)))
  return {
    negativeLogLikelihood: tf.div(gaussian(weightedError, image.size, variance), image.shape[0]!),
    meanSquaredError: tf.div(squaredError, image.size),
  }
}

/** At full resolution. logits: [N, H, W, C], already upsampled. */
function reconstructionOfPixels (
  logits: tf.Tensor,
  image: tf.Tensor,
  config: ModelConfig,
  variance: tf.Tensor
): Reconstruction {
  const batch = image.shape[0]!
  const squaredError = tf.sum(tf.squaredDifference(tf.sigmoid(logits), image)) // []
  const total =
    config.likelihood.kind === 'bernoulli'
      ? tf.sum(crossEntropy(logits, image)) // []
      : gaussian(squaredError, image.size, variance)
  return { negativeLogLikelihood: tf.div(total, batch), meanSquaredError: tf.div(squaredError, image.size) }
}

/** At 1/f of the resolution. logits: [N, h, w, C]; image: [N, f·h, f·w, C]. */
function reconstructionOfBlocks (
  logits: tf.Tensor,
  image: tf.Tensor,
  config: ModelConfig,
  variance: tf.Tensor
): Reconstruction {
  const { factor } = config.subresolution
  const batch = image.shape[0]!
  const area = factor ** 2
  const means = blockMeans(image, factor) // [N, h, w, C]
  // []
  const withinBlocks =
    factor === 1 ? tf.scalar(0) : tf.sub(tf.sum(tf.square(image)), tf.mul(tf.sum(tf.square(means)), area))
  const squaredError = tf.add(tf.mul(tf.sum(tf.squaredDifference(tf.sigmoid(logits), means)), area), withinBlocks) // []
  const total =
    config.likelihood.kind === 'bernoulli'
      ? tf.mul(tf.sum(crossEntropy(logits, means)), area) // []
      : gaussian(squaredError, image.size, variance)
  return { negativeLogLikelihood: tf.div(total, batch), meanSquaredError: tf.div(squaredError, image.size) }
}

/** −log Bernoulli(x | sigmoid(l)) = softplus(l) − l·x, elementwise; also for grey values x in [0, 1]. */
function crossEntropy (logits: tf.Tensor, image: tf.Tensor): tf.Tensor {
  return tf.sub(tf.softplus(logits), tf.mul(logits, image))
}

/** −log N(x | y, σ²) summed over `count` elements: Σ(x − y)² / 2σ² + count/2 · log 2πσ². */
function gaussian (squaredError: tf.Tensor, count: number, variance: tf.Tensor): tf.Tensor {
  return tf.add(tf.div(squaredError, tf.mul(variance, 2)), tf.mul(tf.log(tf.mul(variance, 2 * Math.PI)), count / 2))
}
