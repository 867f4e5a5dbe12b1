/** The state of a model before its first step. */
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, type ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import { INITIAL_PIXEL_VARIANCE, isCalibrated, PIXEL_VARIANCE } from '../objective/pixel-variance.js'
import type { NamedArray, TrainingState } from '../engine/engine.js'
import { trace } from '../onnx/trace.js'
import { createRandom } from '../random/index.js'
import { createNetwork } from './network.js'
import type { ParameterSpec, Parameters } from './parameters.js'

/** All parameters of a model in the order in which the network uses them. @throws TrainerError PVAE_CONFIG_INVALID for sizes that do not fit. */
export function listParameters (config: ModelConfig, image: ImageShape): ParameterSpec[] {
  const network = createNetwork(config, image)
  const specs: ParameterSpec[] = []
  const collect: Parameters = (name, shape, initializer) => {
    specs.push({ name, shape, initializer })
    return tf.zeros([...shape])
  }
  trace(inputs => {
    network.forward({
      image: inputs.image!,
      latentNoise: inputs.latentNoise!,
      parameters: collect,
      statistics: Object.fromEntries(Object.entries(network.initialStatistics).map(([name, { shape }]) => [name, tf.zeros([...shape])])),
      scheduled: Object.fromEntries(network.scheduledNames.map(name => [name, tf.scalar(0)])),
    })
    return {}
  }, {
    image: { shape: [1, image.height, image.width, image.channels], dtype: 'float32' },
    latentNoise: { shape: [1, latentSizeOf(config.partitions)], dtype: 'float32' },
  })
  return specs
}

/** Weights drawn from their initial distributions, each from a stream of its own name; moments zero. */
export function initialState (config: ModelConfig, image: ImageShape, seed: number): TrainingState {
  const weights: Record<string, NamedArray> = {}
  const zeros: Record<string, NamedArray> = {}
  for (const spec of listParameters(config, image)) {
    weights[spec.name] = { shape: spec.shape, values: draw(spec, seed) }
    zeros[spec.name] = { shape: spec.shape, values: new Float32Array(weights[spec.name]!.values.length) }
  }
  return {
    weights,
    firstMoments: zeros,
    secondMoments: structuredClone(zeros),
    statistics: {
      ...createNetwork(config, image).initialStatistics,
      ...isCalibrated(config) ? { [PIXEL_VARIANCE]: { shape: [], values: Float32Array.of(INITIAL_PIXEL_VARIANCE) } } : {},
    },
    step: 0,
  }
}

function draw ({ name, shape, initializer }: ParameterSpec, seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  if (initializer.kind === 'constant') return values.fill(initializer.value)
  const random = createRandom(seed, 'initial-weights', name)
  const limit = Math.sqrt(6 / (initializer.fanIn + initializer.fanOut))
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limit
  return values
}
