/**
 * The variance σ² of a pixel element under a Gaussian likelihood: fixed, calibrated or learned. The calibrated one is a
 * running mean of the squared error, which is σ²'s maximum-likelihood value (Rybkin et al. 2021, "Simple and effective
 * VAE training with calibrated decoders", section 4); the learned one is a weight, log σ, that the optimiser moves
 * there (the same, section 3).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig } from '../config/schema.js'
import type { NetworkValues } from './network.js'
import type { ParameterSpec } from './parameters.js'

/** Name of the calibrated variance among the statistics. */
export const PIXEL_VARIANCE = 'pixel-variance'
/** Before anything has been seen: about that of MNIST's pixels around their mean image. */
export const INITIAL_PIXEL_VARIANCE = 0.06
/** Share of the old value that a step keeps. */
const DECAY = 0.99

/** log σ, where it is learned. */
const LOG_DEVIATION: ParameterSpec = {
  name: 'likelihood/log-deviation',
  shape: [],
  initializer: { kind: 'constant', value: Math.log(INITIAL_PIXEL_VARIANCE) / 2 },
}

function varianceOf ({ likelihood }: ModelConfig): number | 'calibrated' | 'learned' {
  // A Bernoulli likelihood has none.
  return likelihood.kind === 'gaussian' ? likelihood.variance : 1
}

export function isCalibrated (model: ModelConfig): boolean {
  return varianceOf(model) === 'calibrated'
}

/** Lists the parameters that the likelihood adds to the network's. */
export function likelihoodParameters (model: ModelConfig): readonly ParameterSpec[] {
  return varianceOf(model) === 'learned' ? [LOG_DEVIATION] : []
}

/** The variance in force; 1 for a Bernoulli likelihood, which has none. Scalar. */
export function pixelVariance (model: ModelConfig, { parameters, statistics }: NetworkValues): tf.Tensor {
  const variance = varianceOf(model)
  if (variance === 'calibrated') return statistics[PIXEL_VARIANCE]!
  if (variance === 'learned') {
    return tf.exp(tf.mul(parameters(LOG_DEVIATION.name, LOG_DEVIATION.shape, LOG_DEVIATION.initializer), 2))
  }
  return tf.scalar(variance)
}

/** The running mean after one more batch. All scalars. */
export function updatePixelVariance (variance: tf.Tensor, meanSquaredError: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(variance, DECAY), tf.mul(meanSquaredError, 1 - DECAY))
}
