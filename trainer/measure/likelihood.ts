import type { ModelConfig } from '../config/schema.js'

export type Likelihood = ModelConfig['likelihood']

/**
 * Bernoulli probabilities are kept this far from 0 and 1: a decoder that is sure and wrong costs 16 nats a pixel, not
 * infinity.
 */
const PROBABILITY_FLOOR = 1e-7

/** Sum of squared differences. `a`, `b`: equal lengths. */
export function squaredError (a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2
  return sum
}

/** −Σ x·log p + (1 − x)·log(1 − p) in nats. `x`: pixels in [0, 1]; `p`: probabilities, clamped to [1e-7, 1 − 1e-7]. */
export function bernoulliNegativeLogLikelihood (x: Float32Array, p: Float32Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) {
    const probability = Math.min(1 - PROBABILITY_FLOOR, Math.max(PROBABILITY_FLOOR, p[i]!))
    sum -= x[i]! * Math.log(probability) + (1 - x[i]!) * Math.log1p(-probability)
  }
  return sum
}

/** −log N(x; p, σ²) in nats over `elements` pixels with the sum of squared errors `error`. */
export function gaussianNegativeLogLikelihood (error: number, elements: number, variance: number): number {
  return (error / variance + elements * Math.log(2 * Math.PI * variance)) / 2
}
