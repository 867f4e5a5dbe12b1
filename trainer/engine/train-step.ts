/**
 * One training step as a pure function: state and batch in, new state and metrics out. The compiled engine traces it, the eager engine
 * calls it; there is no other definition of training.
 */
import * as tf from '@tensorflow/tfjs-core'
// Registers the gradients of all kernels: TensorFlow.js's core bundle for Node comes without any.
import '@tensorflow/tfjs-layers'
import type { ImageShape } from '@partition-vae/models'
import type { ModelConfig, ObjectiveConfig } from '../config/schema.js'
import { parametersFrom } from '../model/parameters.js'
import { negativeElbo, type Elbo } from '../objective/elbo.js'
import { fixedPixelVariance, isCalibrated, PIXEL_VARIANCE, updatePixelVariance } from '../objective/pixel-variance.js'
import { adam, type AdamConfig } from '../optimizer/adam.js'
import type { Program, Tensors } from '../onnx/trace.js'

/** Everything that fixes the step's computation. */
export interface StepConfig {
  readonly model: ModelConfig
  readonly objective: ObjectiveConfig
  readonly adam: AdamConfig
  readonly image: ImageShape
}

/** Tensors that are kept from step to step are addressed as `<group>/<name>`. */
export const STATE_GROUPS = ['weights', 'firstMoments', 'secondMoments', 'statistics'] as const
export type StateGroup = typeof STATE_GROUPS[number]
export const stateKey = (group: StateGroup, name: string): string => `${group}/${name}`

/**
 * @returns the step for parameters `names`. Inputs beside the state: `image` [N, H, W, C], `latentNoise` [N, D], `imageNoise` [N, H, W, C]
 * (when the objective has input noise), scalars `learningRate`, `beta`, `firstCorrection`, `secondCorrection`. Outputs beside the
 * state: scalars `loss`, `reconstruction`, `mse`, and `klByUnit` [D].
 */
export function createTrainStep ({ model, objective, adam: adamConfig, image }: StepConfig, names: readonly string[]): Program {
  return inputs => {
    const input = (name: string) => inputs[name]!
    const weights = names.map(name => input(stateKey('weights', name)))
    const varianceKey = stateKey('statistics', PIXEL_VARIANCE)
    const variance = isCalibrated(model) ? input(varianceKey) : fixedPixelVariance(model)
    let elbo: Elbo | undefined
    const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
      const parameters = parametersFrom(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
      elbo = negativeElbo({
        image: input('image'),
        latentNoise: input('latentNoise'),
        imageNoise: inputs.imageNoise,
        beta: input('beta'),
        variance,
      }, model, objective, image, parameters)
      for (const metric of [elbo.reconstruction, elbo.klByUnit, elbo.meanSquaredError]) tf.keep(metric) // else disposed with the tape
      return elbo.loss
    })(weights) as { grads: tf.Tensor[], value: tf.Tensor }
    const { reconstruction, klByUnit, meanSquaredError } = elbo!

    const outputs: Tensors = {
      loss: tf.add(reconstruction, tf.mul(input('beta'), tf.sum(klByUnit))),
      reconstruction: tf.clone(reconstruction),
      klByUnit: tf.clone(klByUnit),
      mse: tf.clone(meanSquaredError),
    }
    const corrections = { first: input('firstCorrection'), second: input('secondCorrection') }
    names.forEach((name, i) => {
      const { weight, firstMoment, secondMoment } = adam(adamConfig, { learningRate: input('learningRate'), corrections }, weights[i]!, grads[i]!,
        input(stateKey('firstMoments', name)), input(stateKey('secondMoments', name)))
      outputs[stateKey('weights', name)] = weight
      outputs[stateKey('firstMoments', name)] = firstMoment
      outputs[stateKey('secondMoments', name)] = secondMoment
    })
    if (isCalibrated(model)) outputs[varianceKey] = updatePixelVariance(variance, meanSquaredError)
    tf.dispose([reconstruction, klByUnit, meanSquaredError])
    return outputs
  }
}
