/** Adam (Kingma and Ba 2015, algorithm 1), as a pure function from state to state. */
import * as tf from '@tensorflow/tfjs-core'
import type { AdamConfig } from './bias-corrections.js'

export interface AdamInputs {
  /** scalar */
  readonly learningRate: tf.Tensor
  /** scalars: what makes the moments unbiased at step t */
  readonly corrections: { readonly first: tf.Tensor, readonly second: tf.Tensor }
}

export interface AdamResult {
  readonly weight: tf.Tensor
  readonly firstMoment: tf.Tensor
  readonly secondMoment: tf.Tensor
}

/** One weight's update; all tensors have the weight's shape. */
export function adam (
  config: AdamConfig,
  inputs: AdamInputs,
  weight: tf.Tensor,
  gradient: tf.Tensor,
  firstMoment: tf.Tensor,
  secondMoment: tf.Tensor
): AdamResult {
  const { beta1, beta2, epsilon } = config
  const first = tf.add(tf.mul(firstMoment, beta1), tf.mul(gradient, 1 - beta1)) // m ← β₁ m + (1 − β₁) g
  const second = tf.add(tf.mul(secondMoment, beta2), tf.mul(tf.square(gradient), 1 - beta2)) // v ← β₂ v + (1 − β₂) g²
  const scale = tf.mul(inputs.learningRate, inputs.corrections.first) // α / (1 − β₁ᵗ)
  const deviation = tf.add(tf.sqrt(tf.mul(second, inputs.corrections.second)), epsilon) // √v̂ + ε
  return { weight: tf.sub(weight, tf.mul(tf.div(first, deviation), scale)), firstMoment: first, secondMoment: second }
}
