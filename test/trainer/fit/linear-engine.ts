import type { Engine, StepInputs, StepMetrics } from '../../../trainer/engine/engine.js'
import type { NamedArray, NamedArrays, TrainingState } from '../../../trainer/foundation/training-state.js'
import { TrainerError } from '../../../trainer/foundation/errors.js'
import { createRandom } from '../../../trainer/random/index.js'

/**
 * A whole engine in plain JavaScript: a linear VAE, x̂ = U z + b, z = W x + exp(v/2) ε, Gaussian likelihood of variance
 * 0.05, exact gradients, Adam. Sums in float64, state in float32, so equal inputs give equal bits. It also keeps a
 * running mean of the squared error, as a statistic.
 */
export function createLinearEngine ({
  pixels,
  latentSize,
  seed,
}: {
  pixels: number
  latentSize: number
  seed: number
}): Engine {
  const shapes = { W: [latentSize, pixels], U: [pixels, latentSize], v: [latentSize], b: [pixels] }
  const names = Object.keys(shapes) as Array<keyof typeof shapes>
  type Arrays = Record<keyof typeof shapes, Float32Array>
  const make = (fill: (values: Float32Array, name: string) => Float32Array): Arrays =>
    Object.fromEntries(
      names.map(name => [name, fill(new Float32Array(shapes[name].reduce((a, b) => a * b)), name)])
    ) as Arrays
  const weights = make((values, name) =>
    name.length > 0 && /[WU]/.test(name)
      ? createRandom(seed, 'initial', name)
        .fillNormal(values)
        .map(value => value * 0.1)
      : values
  )
  const first = make(values => values)
  const second = make(values => values)
  const error = new Float32Array(1)
  let step = 0
  const variance = 0.05

  function gradients ({ image, latentNoise, beta, imageNoise }: StepInputs): {
    gradient: Record<keyof typeof shapes, Float64Array>
    metrics: StepMetrics
  } {
    const { W, U, v, b } = weights
    const count = image.length / pixels
    const gradient = {
      W: new Float64Array(W.length),
      U: new Float64Array(U.length),
      v: new Float64Array(latentSize),
      b: new Float64Array(pixels),
    }
    const klByUnit = new Float32Array(latentSize)
    let squared = 0
    for (let n = 0; n < count; n++) {
      const target = image.subarray(n * pixels, (n + 1) * pixels)
      const x = target.map((value, p) => Math.min(1, Math.max(0, value + 0.1 * (imageNoise?.[n * pixels + p] ?? 0))))
      const mean = new Float64Array(latentSize)
      const z = new Float64Array(latentSize)
      for (let d = 0; d < latentSize; d++) {
        for (let p = 0; p < pixels; p++) mean[d]! += W[d * pixels + p]! * x[p]!
        z[d] = mean[d]! + Math.exp(v[d]! / 2) * latentNoise[n * latentSize + d]!
      }
      const dz = new Float64Array(latentSize)
      for (let p = 0; p < pixels; p++) {
        let out = b[p]!
        for (let d = 0; d < latentSize; d++) out += U[p * latentSize + d]! * z[d]!
        const difference = out - target[p]!
        squared += difference ** 2
        const slope = difference / variance / count
        gradient.b[p]! += slope
        for (let d = 0; d < latentSize; d++) {
          gradient.U[p * latentSize + d]! += slope * z[d]!
          dz[d]! += slope * U[p * latentSize + d]!
        }
      }
      for (let d = 0; d < latentSize; d++) {
        klByUnit[d]! += (mean[d]! ** 2 + Math.exp(v[d]!) - 1 - v[d]!) / 2 / count
        const dMean = dz[d]! + (beta * mean[d]!) / count
        gradient.v[d]! +=
          (dz[d]! * Math.exp(v[d]! / 2) * latentNoise[n * latentSize + d]!) / 2 +
          (beta * (Math.exp(v[d]!) - 1)) / 2 / count
        for (let p = 0; p < pixels; p++) gradient.W[d * pixels + p]! += dMean * x[p]!
      }
    }
    const reconstruction = squared / count / (2 * variance) + (pixels / 2) * Math.log(2 * Math.PI * variance)
    const kl = klByUnit.reduce((a, b) => a + b, 0)
    return {
      gradient,
      metrics: { loss: reconstruction + beta * kl, reconstruction, klByUnit, mse: squared / count / pixels },
    }
  }

  const pack = (arrays: Arrays): NamedArrays =>
    Object.fromEntries(names.map(name => [name, { shape: shapes[name], values: arrays[name].slice() }]))
  const unpack = (arrays: NamedArrays, into: Arrays) => {
    for (const name of names) {
      const array: NamedArray | undefined = arrays[name]
      if (array?.values.length !== into[name].length) {
        throw new TrainerError(
          'PVAE_CHECKPOINT_MISMATCH',
          `expected [${shapes[name].join(', ')}] for ${name} but received [${array?.shape.join(', ')}]`
        )
      }
      into[name].set(array.values)
    }
  }

  return {
    kind: 'eager',
    description: 'a linear VAE in plain JavaScript',
    async step (inputs) {
      const { gradient, metrics } = gradients(inputs)
      step++
      for (const name of names) {
        weights[name].forEach((weight, i) => {
          const slope = gradient[name][i]!
          first[name][i] = 0.9 * first[name][i]! + 0.1 * slope
          second[name][i] = 0.999 * second[name][i]! + 0.001 * slope ** 2
          const corrected = first[name][i]! / (1 - 0.9 ** step)
          weights[name][i] =
            weight - (inputs.learningRate * corrected) / (Math.sqrt(second[name][i]! / (1 - 0.999 ** step)) + 1e-7)
        })
      }
      error[0] = 0.9 * error[0]! + 0.1 * metrics.mse
      return metrics
    },
    async readState (): Promise<TrainingState> {
      return {
        weights: pack(weights),
        firstMoments: pack(first),
        secondMoments: pack(second),
        statistics: { error: { shape: [], values: error.slice() } },
        step,
      }
    },
    async writeState (state) {
      unpack(state.weights, weights)
      unpack(state.firstMoments, first)
      unpack(state.secondMoments, second)
      error.set(state.statistics['error']!.values)
      step = state.step
    },
    async dispose () {},
  }
}
