/** The training objective: the negative evidence lower bound with a weight on the KL, averaged per image, in nats. */
import * as tf from '@tensorflow/tfjs-core'
import type { ModelConfig, ObjectiveConfig } from '../config/schema.js'
import type { Network, NetworkValues } from '../model/network.js'
import type { Tensors } from '../onnx/trace.js'
import { klByUnit } from './kl.js'
import { reconstruction } from './reconstruction.js'

export interface ElboInputs extends NetworkValues {
  /** [N, H, W, C] in [0, 1] */
  readonly image: tf.Tensor
  /** [N, D], standard normal */
  readonly latentNoise: tf.Tensor
  /** [N, H, W, C], standard normal; needed when the objective's input noise is above 0 */
  readonly imageNoise?: tf.Tensor | undefined
  /** scalar, the KL's weight now */
  readonly beta: tf.Tensor
  /** the network's own scheduled scalars */
  readonly scheduled: Tensors
  /** scalar, σ² of a pixel element; ignored by a Bernoulli likelihood */
  readonly variance: tf.Tensor
}

export interface Elbo {
  /** reconstruction + β · KL (Higgins et al. 2017, eq. 4) + further terms, scalar */
  readonly loss: tf.Scalar
  /** −log p(x|z), scalar */
  readonly reconstruction: tf.Scalar
  /** [D] */
  readonly klByUnit: tf.Tensor
  /** scalar, of the image decoded from the sample, at full resolution */
  readonly meanSquaredError: tf.Scalar
  /** scalars by name: what the loss has beside reconstruction and KL */
  readonly terms: Tensors
  /** the network's running statistics after this batch */
  readonly statistics: Tensors
}

export function negativeElbo (inputs: ElboInputs, network: Network, model: ModelConfig, objective: ObjectiveConfig): Elbo {
  const { latentNoise, parameters, scheduled } = inputs
  const { posterior, prediction, penalties, statistics } = network.forward({
    image: withNoise(inputs, objective.inputNoise), latentNoise, parameters, scheduled, statistics: inputs.statistics,
  })
  const { negativeLogLikelihood, meanSquaredError } = reconstruction(prediction, inputs.image, model, inputs.variance) // []
  const kl = klByUnit(posterior) // [D]
  const weighted = [negativeLogLikelihood, tf.mul(inputs.beta, tf.sum(kl)), ...Object.values(penalties)] // each []
  const loss = weighted.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar // []
  return { loss, reconstruction: negativeLogLikelihood, klByUnit: kl, meanSquaredError, terms: penalties, statistics }
}

/** Light noise on what the encoder sees, clamped to [0, 1] (Sheriff et al. 2023, arXiv 2302.03689); the target stays clean. */
function withNoise ({ image, imageNoise }: ElboInputs, standardDeviation: number): tf.Tensor {
  if (imageNoise === undefined) return image
  return tf.clipByValue(tf.add(image, tf.mul(imageNoise, standardDeviation)), 0, 1) // [N, H, W, C]
}
