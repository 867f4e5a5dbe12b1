/** The eager engine: the same training step, kernel by kernel. With the plain cpu backend it is the reference in tests. */
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf } from '@partition-vae/models'
import { initialState } from '../model/initial-state.js'
import type { Tensors } from '../onnx/trace.js'
import { biasCorrections } from '../optimizer/adam.js'
import type { Engine, NamedArray, StepInputs, StepMetrics, TrainingState } from './engine.js'
import { selectBackend, type EagerBackend } from './eager-backend.js'
import { checkState, groupState } from './state.js'
import { createTrainStep, STATE_GROUPS, stateKey, type StepConfig } from './train-step.js'

export interface EagerOptions extends StepConfig {
  readonly batchSize: number
  readonly seed: number
  /** Default `auto`: native TensorFlow where it is installed. */
  readonly backend?: EagerBackend | undefined
}

export async function createEagerEngine (options: EagerOptions): Promise<Engine> {
  const backend = await selectBackend(options.backend ?? 'auto')
  const { image, batchSize, adam } = options
  const template = initialState(options.model, image, options.seed)
  const program = createTrainStep(options, Object.keys(template.weights))
  const latentSize = latentSizeOf(options.model.partitions)
  let state = toTensors(template)
  let step = 0

  return {
    kind: 'eager',
    description: `eager, ${backend} ${tf.version_core}`,
    async step ({ image: pixels, latentNoise, imageNoise, learningRate, beta }: StepInputs): Promise<StepMetrics> {
      const corrections = biasCorrections(adam, step + 1)
      const shape = [batchSize, image.height, image.width, image.channels]
      const outputs = tf.tidy(() => program({
        ...state,
        image: tf.tensor(pixels, shape),
        latentNoise: tf.tensor(latentNoise, [batchSize, latentSize]),
        ...(imageNoise === undefined ? {} : { imageNoise: tf.tensor(imageNoise, shape) }),
        learningRate: tf.scalar(learningRate),
        beta: tf.scalar(beta),
        firstCorrection: tf.scalar(corrections.first),
        secondCorrection: tf.scalar(corrections.second),
      }))
      const { loss, reconstruction, klByUnit, mse, ...next } = outputs
      const metrics = {
        loss: (await loss!.data())[0]!,
        reconstruction: (await reconstruction!.data())[0]!,
        klByUnit: await klByUnit!.data() as Float32Array,
        mse: (await mse!.data())[0]!,
      }
      tf.dispose([loss!, reconstruction!, klByUnit!, mse!])
      tf.dispose(Object.keys(next).map(key => state[key]!))
      state = { ...state, ...next }
      step++
      return metrics
    },
    async readState () {
      const entries: Array<[string, NamedArray]> = []
      for (const [key, tensor] of Object.entries(state)) entries.push([key, { shape: tensor.shape, values: Float32Array.from(await tensor.data()) }])
      return groupState(entries, step)
    },
    async writeState (given: TrainingState) {
      checkState(template, given)
      tf.dispose(state)
      state = toTensors(given)
      step = given.step
    },
    async dispose () {
      tf.dispose(state)
    },
  }
}

function toTensors (state: TrainingState): Tensors {
  const tensors: Tensors = {}
  for (const group of STATE_GROUPS) {
    for (const [name, { shape, values }] of Object.entries(state[group])) tensors[stateKey(group, name)] = tf.tensor(values.slice(), [...shape], 'float32')
  }
  return tensors
}
