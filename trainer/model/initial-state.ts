/** The state of a model before its first step. */
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf } from '@partition-vae/models'
import type { NamedArray, TrainingState } from '../foundation/training-state.js'
import { createRandom } from '../random/index.js'
import type { Network } from './network.js'
import { collectParameters, type ParameterSpec } from './parameters.js'
import { INITIAL_PIXEL_VARIANCE, isCalibrated, likelihoodParameters, PIXEL_VARIANCE } from './pixel-variance.js'

/** Lists all parameters of a model in the order in which the network uses them, then its likelihood's. */
export function listParameters (network: Network): ParameterSpec[] {
  const { model, image, reduction } = network
  const specs = collectParameters((inputs, parameters) => {
    network.forward({
      image: inputs.image!,
      latentNoise: inputs.latentNoise!,
      parameters,
      statistics: Object.fromEntries(
        Object.entries(network.initialStatistics).map(([name, { shape }]) => [name, tf.zeros([...shape])])),
      scheduled: Object.fromEntries(network.scheduledNames.map(name => [name, tf.scalar(0)])),
    })
  }, {
    image: { shape: [1, image.height / reduction, image.width / reduction, image.channels], dtype: 'float32' },
    latentNoise: { shape: [1, latentSizeOf(model.partitions)], dtype: 'float32' },
  })
  return [...specs, ...likelihoodParameters(model)]
}

/**
 * Draws weights from their initial distributions, each from a stream of its own name; moments are zero.
 * @param further what the objective trains beside the model
 */
export function initialState (network: Network, seed: number, further: readonly ParameterSpec[] = []): TrainingState {
  const weights: Record<string, NamedArray> = {}
  const zeros: Record<string, NamedArray> = {}
  for (const spec of [...listParameters(network), ...further]) {
    weights[spec.name] = { shape: spec.shape, values: draw(spec, seed) }
    zeros[spec.name] = { shape: spec.shape, values: new Float32Array(weights[spec.name]!.values.length) }
  }
  const pixelVariance = { shape: [], values: Float32Array.of(INITIAL_PIXEL_VARIANCE) }
  return {
    weights,
    firstMoments: zeros,
    secondMoments: structuredClone(zeros),
    statistics: {
      ...copied(network.initialStatistics),
      ...isCalibrated(network.model) ? { [PIXEL_VARIANCE]: pixelVariance } : {},
    },
    step: 0,
  }
}

/** A network serves several states: none may change another's statistics. */
function copied (arrays: Network['initialStatistics']): TrainingState['statistics'] {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { shape, values }]) => [name, { shape, values: values.slice() }])
  )
}

function draw ({ name, shape, initializer }: ParameterSpec, seed: number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  if (initializer.kind === 'constant') return values.fill(initializer.value)
  if (initializer.kind === 'given') {
    values.set(initializer.values)
    return values
  }
  const random = createRandom(seed, 'initial-weights', name)
  const limit = initializer.kind === 'uniform'
    ? initializer.limit
    : Math.sqrt(6 / (initializer.fanIn + initializer.fanOut))
  const limitOf = typeof limit === 'number' ? () => limit : (i: number) => limit[i % limit.length]!
  for (let i = 0; i < values.length; i++) values[i] = (2 * random.uniform() - 1) * limitOf(i)
  return values
}
