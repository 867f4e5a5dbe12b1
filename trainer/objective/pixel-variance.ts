/**
 * The variance σ² of a pixel element under a Gaussian likelihood: fixed, or calibrated. The calibrated one is a running mean of the squared error,
 * which is σ²'s maximum-likelihood value (Rybkin et al. 2021, "Simple and effective VAE training with calibrated decoders", section 4).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../config/schema.js'

/** Name of the calibrated variance among the statistics. */
export const PIXEL_VARIANCE = 'pixel-variance'
/** Before anything has been seen: about that of MNIST's pixels around their mean image. */
export const INITIAL_PIXEL_VARIANCE = 0.06
/** Share of the old value that a step keeps. */
const DECAY = 0.99

export function isCalibrated ({ likelihood }: ModelConfig): boolean {
  return likelihood.kind === 'gaussian' && likelihood.variance === 'calibrated'
}

/** The fixed variance as a scalar; 1 for a Bernoulli likelihood, which has none. */
export function fixedPixelVariance ({ likelihood }: ModelConfig): tf.Scalar {
  return tf.scalar(likelihood.kind === 'gaussian' && likelihood.variance !== 'calibrated' ? likelihood.variance : 1)
}

/** The running mean after one more batch. All scalars. */
export function updatePixelVariance (variance: tf.Tensor, meanSquaredError: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(variance, DECAY), tf.mul(meanSquaredError, 1 - DECAY))
}
