/** The training objective: the negative evidence lower bound with a weight on the KL, averaged per image, in nats. */
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import type { ModelConfig, ObjectiveConfig } from '../config/schema.js'
import { decodeLogits } from '../model/decoder.js'
import { encode, sample } from '../model/encoder.js'
import type { Parameters } from '../model/parameters.js'
import { klByUnit } from './kl.js'
import { reconstruction } from './reconstruction.js'

export interface ElboInputs {
  /** [N, H, W, C] in [0, 1] */
  readonly image: tf.Tensor
  /** [N, D], standard normal */
  readonly latentNoise: tf.Tensor
  /** [N, H, W, C], standard normal; needed when the objective's input noise is above 0 */
  readonly imageNoise?: tf.Tensor | undefined
  /** scalar, the KL's weight now */
  readonly beta: tf.Tensor
  /** scalar, σ² of a pixel element; ignored by a Bernoulli likelihood */
  readonly variance: tf.Tensor
}

export interface Elbo {
  /** reconstruction + β · KL (Higgins et al. 2017, eq. 4), scalar */
  readonly loss: tf.Scalar
  /** −log p(x|z), scalar */
  readonly reconstruction: tf.Scalar
  /** [D] */
  readonly klByUnit: tf.Tensor
  /** scalar, of the image decoded from the sample, at full resolution */
  readonly meanSquaredError: tf.Scalar
}

export function negativeElbo (inputs: ElboInputs, model: ModelConfig, objective: ObjectiveConfig, shape: ImageShape, parameters: Parameters): Elbo {
  const posterior = encode(withNoise(inputs, objective.inputNoise), model, parameters) // [N, D]
  const logits = decodeLogits(sample(posterior, inputs.latentNoise), model, shape, parameters) // [N, H/f, W/f, C]
  const { negativeLogLikelihood, meanSquaredError } = reconstruction(logits, inputs.image, model, inputs.variance) // []
  const kl = klByUnit(posterior) // [D]
  const loss = tf.add(negativeLogLikelihood, tf.mul(inputs.beta, tf.sum(kl))) as tf.Scalar // []
  return { loss, reconstruction: negativeLogLikelihood, klByUnit: kl, meanSquaredError }
}

/** Light noise on what the encoder sees, clamped to [0, 1] (Sheriff et al. 2023, arXiv 2302.03689); the target stays clean. */
function withNoise ({ image, imageNoise }: ElboInputs, standardDeviation: number): tf.Tensor {
  if (imageNoise === undefined) return image
  return tf.clipByValue(tf.add(image, tf.mul(imageNoise, standardDeviation)), 0, 1) // [N, H, W, C]
}
