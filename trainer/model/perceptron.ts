import * as tf from '@tensorflow/tfjs-core'
import { given, scope, uniform, zeros, type Initializer, type Parameters } from './parameters.js'

/** Leaky ReLU's slope below zero. */
export const LEAK = 0.1
/**
 * The gain at which leaky ReLUs neither shrink nor grow what they are given (He et al. 2015, arXiv 1502.01852, eq. 15):
 * √(6 / (1 + LEAK²)).
 */
export const KAIMING = Math.sqrt(6 / (1 + LEAK ** 2))

export interface LastLayer {
  /** Factor on the last layer's initial weights, one for all its outputs or one for each. Default 1. */
  readonly scale?: number | readonly number[]
  /** The last layer's initial bias; zeros where absent. */
  readonly bias?: Float32Array
}

/**
 * Linear layers of the given widths with leaky ReLU between them: x [N, I] → [N, last width]. Initial weights and
 * biases are U(−1/√I, 1/√I), which is PyTorch's default; with `gain` given, weights are U(−gain/√I, gain/√I) and biases
 * 0; with `last` given, the last layer's are as it says.
 */
export function perceptron (
  x: tf.Tensor,
  widths: readonly number[],
  parameters: Parameters,
  last?: LastLayer,
  gain?: number
): tf.Tensor {
  return widths.reduce((hidden, units, i) => {
    const layerScope = scope(parameters, `layer${i}`)
    const inputs = hidden.shape[1]!
    const limit = 1 / Math.sqrt(inputs)
    const isLast = i === widths.length - 1
    const custom = isLast ? last : undefined
    const scale = custom === undefined ? gain : custom.scale
    const kernel = layerScope('kernel', [inputs, units], uniform(scaled(limit, scale))) // [I, units]
    const bias = layerScope('bias', [units], biasOf(custom, gain === undefined ? uniform(limit) : zeros)) // [units]
    const output = tf.add(tf.matMul(hidden as tf.Tensor2D, kernel as tf.Tensor2D), bias) // [N, units]
    return isLast ? output : tf.leakyRelu(output, LEAK)
  }, x)
}

function scaled (limit: number, scale: LastLayer['scale'] = 1): number | number[] {
  return typeof scale === 'number' ? limit * scale : scale.map(factor => limit * factor)
}

function biasOf (last: LastLayer | undefined, standard: Initializer): Initializer {
  if (last === undefined) return standard
  return last.bias === undefined ? zeros : given(last.bias)
}
