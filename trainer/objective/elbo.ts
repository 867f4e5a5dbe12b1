/**
 * The training objective: the negative evidence lower bound with a weight on the KL, and further terms, averaged per
 * image, in nats.
 */
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import type { ModelConfig, ObjectiveConfig } from '../config/schema.js'
import type { Network, NetworkValues } from '../model/network.js'
import { enterPlace } from '../onnx/layer.js'
import type { Tensors } from '../onnx/trace.js'
import { klByUnit } from './kl.js'
import type { LabelHead } from './labels.js'
import type { Posterior } from '../model/posterior.js'
import { shareAlike } from './pairs.js'
import { isCalibrated, PIXEL_VARIANCE, pixelVariance, updatePixelVariance } from '../model/pixel-variance.js'
import { reconstruction } from './reconstruction.js'
import { objectiveTerms } from './terms.js'

export interface ElboInputs extends NetworkValues {
  /** [N, H, W, C] in [0, 1]; of pairs, the N/2 first images, then their partners */
  readonly image: tf.Tensor
  /** [N, D], standard normal */
  readonly latentNoise: tf.Tensor
  /** [N, H, W, C], standard normal; needed when the objective's input noise is above 0 */
  readonly imageNoise?: tf.Tensor | undefined
  /** scalar, the KL's weight now */
  readonly beta: tf.Tensor
  /** the network's own scheduled scalars and the objective's */
  readonly scheduled: Tensors
  /** [N, T, 3], where things are (see keyPointError); needed when the objective has key points */
  readonly keyPoints?: tf.Tensor | undefined
  /** images [L, H, W, C] whose factors [L, K] are told; needed when the objective has labels */
  readonly labelled?: { readonly image: tf.Tensor, readonly factors: tf.Tensor } | undefined
  /** [N/2, P], the partition in which each pair may differ; needed when the objective has pairs that are known to */
  readonly unshared?: tf.Tensor | undefined
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
  /** the running statistics after this batch */
  readonly statistics: Tensors
}

/** @param labelHeads of the objective's labels, if it has any */
export function negativeElbo (
  inputs: ElboInputs,
  network: Network,
  model: ModelConfig,
  objective: ObjectiveConfig,
  labelHeads: readonly LabelHead[] = []
): Elbo {
  const { image, latentNoise, parameters, scheduled, statistics, beta } = inputs
  const partitions = layOutPartitions(model.partitions)
  const { pairs } = objective
  const {
    posterior,
    latent,
    prediction,
    penalties,
    attention,
    camera,
    statistics: updated,
  } = network.forward({
    image: withNoise(inputs, objective.inputNoise),
    latentNoise,
    parameters,
    scheduled,
    statistics,
    ...pairs && {
      adjustPosterior: (posterior: Posterior) =>
        shareAlike(posterior, partitions, pairs.differing === 'known' ? inputs.unshared! : pairs.differing),
    },
  })
  const variance = pixelVariance(model, inputs) // []
  enterPlace({ layer: 'objective', pass: 'forward' })
  // []
  const { negativeLogLikelihood, meanSquaredError } = reconstruction(
    prediction,
    image,
    model,
    variance,
    objective.contrastWeight
  )
  const kl = klByUnit(posterior) // [D]
  const terms = {
    ...penalties,
    ...objectiveTerms(
      {
        posterior,
        latent,
        klByUnit: kl,
        beta,
        scheduled,
        network,
        values: inputs,
        attention,
        camera,
        keyPoints: inputs.keyPoints,
        labelled: inputs.labelled,
        unshared: inputs.unshared,
      },
      { partitions, objective, labelHeads }
    ),
  }
  const weighted = [negativeLogLikelihood, tf.mul(beta, tf.sum(kl)), ...Object.values(terms)] // each []
  return {
    loss: weighted.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar, // []
    reconstruction: negativeLogLikelihood,
    klByUnit: kl,
    meanSquaredError,
    terms,
    statistics: isCalibrated(model)
      ? { ...updated, [PIXEL_VARIANCE]: updatePixelVariance(variance, meanSquaredError) }
      : updated,
  }
}

/**
 * Light noise on what the encoder sees, clamped to [0, 1] (Sheriff et al. 2023, arXiv 2302.03689); the target stays
 * clean.
 */
function withNoise ({ image, imageNoise }: ElboInputs, standardDeviation: number): tf.Tensor {
  if (imageNoise === undefined) return image
  return tf.clipByValue(tf.add(image, tf.mul(imageNoise, standardDeviation)), 0, 1) // [N, H, W, C]
}
