import type { EngineProfile } from '../profile/operation.js'
import type { TrainingState } from '../foundation/training-state.js'

/** Inputs of one step, beside the state. All randomness comes in here. */
export interface StepInputs {
  /** [N, H, W, C] in [0, 1]. */
  readonly image: Float32Array
  /** [N, D] standard normal: the reparameterisation noise. */
  readonly latentNoise: Float32Array
  /** [N, H, W, C] standard normal; given exactly when the config's input noise is above 0. */
  readonly imageNoise?: Float32Array
  /**
   * Images [L, H, W, C] in [0, 1] and their factors [L, K], standardised; given exactly when the objective has labels.
   */
  readonly labelled?: { readonly image: Float32Array, readonly factors: Float32Array }
  /**
   * [N/2, P], 1 for the partition in which a pair of images may differ; given exactly when the objective has pairs
   * whose differing factor is known.
   */
  readonly unshared?: Float32Array
  /** [N, T, 3], where things are in the images; given exactly when the objective has key points. */
  readonly keyPoints?: Float32Array
  readonly learningRate: number
  readonly beta: number
  /** Further scheduled scalars by name: those of the network's and the objective's `scheduledNames`. */
  readonly scheduled?: Readonly<Record<string, number>>
}

/** Averages per image over one batch, in nats. */
export interface StepMetrics {
  /** reconstruction + β · KL + terms. */
  readonly loss: number
  /** −log p(x|z), negative log-likelihood. */
  readonly reconstruction: number
  /** KL(q(z|x) ‖ N(0, I)) by unit, [D]. */
  readonly klByUnit: Float32Array
  /** Squared error of a pixel element at full resolution, decoded from the sample. */
  readonly mse: number
  /** The loss's terms beside reconstruction and KL, by name, as weighted there. */
  readonly terms?: Readonly<Record<string, number>>
}

/** The graphs of a trained model that evaluation and export need, without an optimiser. */
export interface InferenceGraphs {
  /** `image` [N, H, W, C] in [0, 1] → posterior mean and log-variance [N, D]. */
  encode(image: Float32Array): Promise<{ mean: Float32Array, logVariance: Float32Array }>
  /** `latent` [N, D] → image [N, H, W, C] in [0, 1] at full resolution. */
  decode(latent: Float32Array): Promise<Float32Array>
  /**
   * `latent` [N, D] → layers [N, P, 4, H, W]: straight RGBA for each partition; only of models that draw partitions
   * apart.
   */
  layers?(latent: Float32Array): Promise<Float32Array>
  dispose(): Promise<void>
}

/** Runs training steps of one configuration at one batch size. */
export interface Engine {
  readonly kind: 'compiled' | 'eager'
  /** For people: backend, provider, threads. */
  readonly description: string
  step(inputs: StepInputs): Promise<StepMetrics>
  /** A copy of the state; training may go on. */
  readState(): Promise<TrainingState>
  /** @throws TrainerError PVAE_CHECKPOINT_MISMATCH when names or shapes differ from the config's. */
  writeState(state: TrainingState): Promise<void>
  /**
   * Ends profiling and returns the record of the steps so far, where the engine was asked to profile. It goes on
   * without.
   */
  endProfile?(): Promise<EngineProfile>
  dispose(): Promise<void>
}
