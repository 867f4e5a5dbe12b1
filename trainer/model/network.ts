/** A model's network: all that training, evaluation and export ask of it, whatever its architecture. */
import * as tf from '@tensorflow/tfjs-core'
import type { ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import type { NamedArrays } from '../foundation/training-state.js'
import type { Tensors } from '../onnx/trace.js'
import type { Parameters } from './parameters.js'
import type { Posterior } from './posterior.js'

/** The values that a network's parts are evaluated with. */
export interface NetworkValues {
  readonly parameters: Parameters
  /** The network's running statistics by name, as its `initialStatistics` has them. */
  readonly statistics: Tensors
}

export interface ForwardInputs extends NetworkValues {
  /** [N, H, W, C] in [0, 1]: what the encoder sees. */
  readonly image: tf.Tensor
  /** [N, D] standard normal. */
  readonly latentNoise: tf.Tensor
  /** The scalars of `scheduledNames`. */
  readonly scheduled: Tensors
  /** Exchanges the posterior [N, D] for another before it is sampled; joint networks only. */
  readonly adjustPosterior?: (posterior: Posterior) => Posterior
}

/** The mean of p(x|z). */
export type Prediction =
  /** [N, H/f, W/f, C], before upsampling by f and the sigmoid. */
  | { readonly kind: 'logits', readonly logits: tf.Tensor }
  /** [N, H, W, C]; not confined to [0, 1]. */
  | { readonly kind: 'image', readonly image: tf.Tensor }

/** One pass of a batch through encoder and decoder in training. */
export interface Forward {
  readonly posterior: Posterior
  /** [N, D]: the sample that was decoded. */
  readonly latent: tf.Tensor
  readonly prediction: Prediction
  /** Terms of the loss that are the network's own, by name: scalars in nats per image, already weighted. */
  readonly penalties: Tensors
  /**
   * The output of the attention's network on the image, of networks that have one: for each sprite, by its partition,
   * logits [N, height·width] of where it is.
   */
  readonly attention?: { readonly logits: Tensors, readonly height: number, readonly width: number }
  /**
   * Of networks with a camera: logits [N, rows·columns] of shifts that are evenly spread from −reach to reach, which is
   * in shares of the image.
   */
  readonly camera?: {
    readonly partition: string
    readonly logits: tf.Tensor
    readonly rows: number
    readonly columns: number
    readonly reach: readonly [rows: number, columns: number]
  }
  /** The running statistics after this batch. */
  readonly statistics: Tensors
}

/** Part of a run in which the network works at 1/reduction of the image, on block means. */
export interface Phase {
  /** Its first step. */
  readonly from: number
  readonly reduction: number
}

/** A step at which something changes: training has to be longer. */
export interface Milestone {
  /** The config's field that says so. */
  readonly field: string
  readonly step: number
}

export interface Network {
  /** The config that it was made from. */
  readonly model: ModelConfig
  /** The shape of the images at full resolution, whatever the reduction. */
  readonly image: ImageShape
  /** This network works on block means, at 1/reduction of the image. */
  readonly reduction: number
  /** The phases of training in order; the last one is at full resolution. */
  readonly phases: readonly Phase[]
  readonly milestones: readonly Milestone[]
  /** Gives the same model's network at 1/reduction of the image, which is that of one of the phases. */
  at (reduction: number): Network
  /** Gives weights of this network as its network at full resolution has them. */
  enlarge (weights: NamedArrays): NamedArrays
  /** Before the first step. Empty where the network keeps none. */
  readonly initialStatistics: NamedArrays
  /** Names of the scalars that `scheduleAt` gives. */
  readonly scheduledNames: readonly string[]
  /**
   * Gives the scalars in force at step `step` of `totalSteps`: a pure function, so that a resumed run needs no stored
   * scheduler.
   */
  scheduleAt (step: number, totalSteps: number): Readonly<Record<string, number>>
  forward (inputs: ForwardInputs): Forward
  /** image [N, H, W, C] in [0, 1] → posterior [N, D]. */
  encode (image: tf.Tensor, values: NetworkValues): Posterior
  /** latent [N, D] → image [N, H, W, C] in [0, 1]. */
  decode (latent: tf.Tensor, values: NetworkValues): tf.Tensor
  /**
   * latent [N, D] → layers [N, P, 4, H, W], straight RGBA for each partition; only of networks that draw partitions
   * apart.
   */
  layers? (latent: tf.Tensor, values: NetworkValues): tf.Tensor
  /**
   * Tells how the running statistics are to be changed before step `step` is taken, by the statistics alone; undefined
   * for not at all. Only of networks whose training has stages.
   */
  prepareStep? (step: number): ((statistics: NamedArrays) => NamedArrays) | undefined
}

/** Gives what networks have in common that are trained at full resolution throughout, and keep and schedule nothing. */
export function inOnePhase (model: ModelConfig, image: ImageShape, self: () => Network) {
  return {
    model,
    image,
    reduction: 1,
    phases: [{ from: 0, reduction: 1 }],
    milestones: [],
    at: self,
    enlarge: weights => weights,
    initialStatistics: {},
    scheduledNames: [],
    scheduleAt: () => ({}),
  } satisfies Partial<Network>
}
