/**
 * The terms that an objective adds to reconstruction and β · KL: scalars in nats per image, weighted, by the names they
 * have in metrics and log.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import type { ObjectiveConfig } from '../config/schema.js'
import type { Forward, Network, NetworkValues } from '../model/network.js'
import type { Posterior } from '../model/posterior.js'
import type { Tensors } from '../onnx/trace.js'
import { capacityTerm } from './kl.js'
import { dependence as dependenceBetween, dependenceWithin } from './dependence.js'
import { discriminatorTotalCorrelation } from './discriminator-total-correlation.js'
import { freeBits } from './free-bits.js'
import { gaussianTotalCorrelation } from './gaussian-total-correlation.js'
import { keyPointError, keyPointPartitions } from './key-points.js'
import { labelError, type LabelHead } from './labels.js'
import { minibatchTotalCorrelation } from './minibatch-total-correlation.js'
import { disagreement } from './pairs.js'

export interface TermInputs {
  /** [N, D] */
  readonly posterior: Posterior
  /** [N, D], sampled from it */
  readonly latent: tf.Tensor
  /** [D] */
  readonly klByUnit: tf.Tensor
  /** scalar */
  readonly beta: tf.Tensor
  /** scalars by the names of `scheduledNames` */
  readonly scheduled: Tensors
  /** encodes the labelled images */
  readonly network: Pick<Network, 'encode'>
  readonly values: NetworkValues
  /** [N/2, P]: 1 for the partitions in which known pairs may differ, else 0 */
  readonly unshared?: tf.Tensor | undefined
  /** [N, T, 3]: see keyPointError */
  readonly keyPoints?: tf.Tensor | undefined
  readonly attention?: Forward['attention'] | undefined
  readonly camera?: Forward['camera'] | undefined
  /** images [L, H, W, C] and their factors [L, K] */
  readonly labelled?: { readonly image: tf.Tensor, readonly factors: tf.Tensor } | undefined
}

export interface TermOptions {
  readonly partitions: readonly Partition[]
  readonly objective: ObjectiveConfig
  readonly labelHeads: readonly LabelHead[]
}

export function objectiveTerms (inputs: TermInputs, { partitions, objective, labelHeads }: TermOptions): Tensors {
  const { posterior, latent, klByUnit, beta, scheduled, labelled } = inputs
  const { capacity, freeBits: free, totalCorrelation, dependence, pairs, labels, keyPoints } = objective
  const inForce = (path: string) => scheduled[`objective.${path}`]!
  const terms: Tensors = {}
  if (capacity !== undefined) {
    terms['capacity'] = capacityTerm(tf.sum(klByUnit), inForce('capacity.nats'), capacity.weight)
  }
  if (free !== undefined) {
    terms['free-bits'] = tf.mul(beta, freeBits(klByUnit, inForce('freeBits.nats'), free.level, partitions))
  }
  if (totalCorrelation?.estimator === 'gaussian') {
    terms['total-correlation'] = tf.mul(
      inForce('totalCorrelation.weight'),
      gaussianTotalCorrelation(latent, partitions)
    )
  }
  if (totalCorrelation?.estimator === 'minibatch') {
    const { between, within } = minibatchTotalCorrelation(latent, posterior, partitions)
    terms['total-correlation'] = tf.mul(inForce('totalCorrelation.weight'), between)
    if (totalCorrelation.within !== undefined) {
      terms['total-correlation-within'] = tf.mul(inForce('totalCorrelation.within'), within)
    }
  }
  if (totalCorrelation?.discriminator !== undefined) {
    const { parameters } = inputs.values
    const judged = discriminatorTotalCorrelation(latent, partitions, totalCorrelation.discriminator, parameters)
    terms['total-correlation'] = tf.mul(inForce('totalCorrelation.weight'), judged.totalCorrelation)
    terms['discriminator'] = judged.classification
  }
  if (dependence !== undefined) {
    terms['dependence'] = tf.mul(inForce('dependence.weight'), dependenceBetween(latent, partitions))
    if (dependence.within !== undefined) {
      terms['dependence-within'] = tf.mul(inForce('dependence.within'), dependenceWithin(latent, partitions))
    }
  }
  if (pairs?.agreement !== undefined) {
    terms['agreement'] = tf.mul(inForce('pairs.agreement'), disagreement(posterior, partitions, inputs.unshared!))
  }
  if (labels !== undefined && labelled !== undefined) {
    const { mean } = inputs.network.encode(labelled.image, inputs.values) // [L, D]
    terms['labels'] = tf.mul(
      inForce('labels.weight'),
      labelError(mean, labelled.factors, labelHeads, labels.hidden, inputs.values.parameters)
    )
  }
  if (keyPoints !== undefined && inputs.keyPoints !== undefined && inputs.attention !== undefined) {
    terms['key-points'] = tf.mul(
      inForce('keyPoints.weight'),
      keyPointError(inputs.attention, inputs.keyPoints, keyPointPartitions(keyPoints), inputs.camera)
    )
  }
  return terms
}
