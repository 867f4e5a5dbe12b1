/**
 * Parameters. The network asks for each one by name, shape and initial distribution at the place where it uses it; the
 * same code then serves to list the parameters, to run on given values, and to be traced.
 */
import * as tf from '@tensorflow/tfjs-core'
import { enterLayerOf } from '../onnx/layer.js'
import { trace, type Tensors } from '../onnx/trace.js'
import type { TensorType } from '../onnx/ir.js'

/** Distribution of a parameter before training. */
export type Initializer =
  | { readonly kind: 'constant', readonly value: number }
  /** U(−l, l) with l = √(6 / (fanIn + fanOut)) (Glorot and Bengio 2010, eq. 16). */
  | { readonly kind: 'glorot-uniform', readonly fanIn: number, readonly fanOut: number }
  /** U(−limit, limit); several limits go along the last axis. */
  | { readonly kind: 'uniform', readonly limit: number | readonly number[] }
  | { readonly kind: 'given', readonly values: Float32Array }

export interface ParameterSpec {
  readonly name: string
  readonly shape: readonly number[]
  readonly initializer: Initializer
}

/** Gives the tensor of a parameter. */
export type Parameters = (name: string, shape: readonly number[], initializer: Initializer) => tf.Tensor

/** The same parameters under a prefix: `scope(p, 'encoder')('bias', …)` is `encoder/bias`. */
export function scope (parameters: Parameters, prefix: string): Parameters {
  return (name, shape, initializer) => parameters(`${prefix}/${name}`, shape, initializer)
}

/** Parameters from given tensors. A missing one is a programming error: states are checked before they get here. */
export function parametersFrom (tensors: Readonly<Record<string, tf.Tensor>>): Parameters {
  return name => {
    const tensor = tensors[name]
    if (tensor === undefined) throw new Error(`expected a tensor for parameter ${name}`)
    enterLayerOf(name)
    return tensor
  }
}

/**
 * Collects the parameters that a program asks for, in the order in which it first does; it runs on symbolic inputs.
 * What it asks for several times is one parameter that several parts share.
 */
export function collectParameters (
  program: (inputs: Tensors, parameters: Parameters) => void,
  inputTypes: Readonly<Record<string, TensorType>>
): ParameterSpec[] {
  const specs = new Map<string, ParameterSpec>()
  trace(inputs => {
    program(inputs, (name, shape, initializer) => {
      if (!specs.has(name)) specs.set(name, { name, shape, initializer })
      return tf.zeros([...shape])
    })
    return {}
  }, inputTypes)
  return [...specs.values()]
}

export const zeros: Initializer = { kind: 'constant', value: 0 }
export const glorotUniform = (fanIn: number, fanOut: number): Initializer => ({ kind: 'glorot-uniform', fanIn, fanOut })
export const uniform = (limit: number | readonly number[]): Initializer => ({ kind: 'uniform', limit })
export const given = (values: Float32Array): Initializer => ({ kind: 'given', values })
