/** The state of a model before its first step. */
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, type ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import { INITIAL_PIXEL_VARIANCE, isCalibrated, likelihoodParameters, PIXEL_VARIANCE } from './pixel-variance.js'
import type { NamedArray, TrainingState } from '../foundation/training-state.js'
import { createRandom } from '../random/index.js'
import { createNetwork } from './create-network.js'
import { collectParameters, type ParameterSpec } from './parameters.js'

/** All parameters of a model in the order in which the network uses them, then its likelihood's. @throws TrainerError PVAE_CONFIG_INVALID for sizes that do not fit. */
export function listParameters (config: ModelConfig, image: ImageShape, reduction = 1): ParameterSpec[] {
  const network = createNetwork(config, image, reduction)
  const specs = collectParameters((inputs, parameters) => {
    network.forward({
      image: inputs.image!,
      latentNoise: inputs.latentNoise!,
      parameters,
      statistics: Object.fromEntries(Object.entries(network.initialStatistics).map(([name, { shape }]) => [name, tf.zeros([...shape])])),
      scheduled: Object.fromEntries(network.scheduledNames.map(name => [name, tf.scalar(0)])),
    })
  }, {
    image: { shape: [1, image.height / reduction, image.width / reduction, image.channels], dtype: 'float32' },
    latentNoise: { shape: [1, latentSizeOf(config.partitions)], dtype: 'float32' },
  })
  return [...specs, ...likelihoodParameters(config)]
}

/**
 * Weights drawn from their initial distributions, each from a stream of its own name; moments zero.
 * @param further what the objective trains beside the model
 * @param reduction the network works at 1/reduction of the image
 */
export function initialState (config: ModelConfig, image: ImageShape, seed: number, further: readonly ParameterSpec[] = [], reduction = 1): TrainingState {
  const weights: Record<string, NamedArray> = {}
  const zeros: Record<string, NamedArray> = {}
  for (const spec of [...listParameters(config, image, reduction), ...further]) {
    weights[spec.name] = { shape: spec.shape, values: draw(spec, seed) }
    zeros[spec.name] = { shape: spec.shape, values: new Float32Array(weights[spec.name]!.values.length) }
  }
  return {
    weights,
    firstMoments: zeros,
    secondMoments: structuredClone(zeros),
    statistics: {
      ...createNetwork(config, image, reduction).initialStatistics,
      ...isCalibrated(config) ? { [PIXEL_VARIANCE]: { shape: [], values: Float32Array.of(INITIAL_PIXEL_VARIANCE) } } : {},
    },
    step: 0,
  }
}

function draw ({ name, shape, initializer }: ParameterSpec, seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  if (initializer.kind === 'constant') return values.fill(initializer.value)
  if (initializer.kind === 'given') {
    values.set(initializer.values)
    return values
  }
  const random = createRandom(seed, 'initial-weights', name)
  const limit = initializer.kind === 'uniform' ? initializer.limit : Math.sqrt(6 / (initializer.fanIn + initializer.fanOut))
  const limitOf = typeof limit === 'number' ? () => limit : (i: number) => limit[i % limit.length]!
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limitOf(i)
  return values
}
