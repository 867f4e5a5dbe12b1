/** One training step of the probes, as a program that is traced into one ONNX graph. */
import * as tf from '@tensorflow/tfjs-core'
// Registers the gradients of all kernels: TensorFlow.js's core bundle for Node comes without any.
import '@tensorflow/tfjs-layers'
import { lower } from '../../onnx/lower.js'
import { trace, type Tensors } from '../../onnx/trace.js'
import { adam } from '../../optimizer/adam.js'
import type { TensorType } from '../../onnx/ir.js'
import { PROBE_ADAM, WEIGHT_NAMES, weightShapes, type ProbeShape, type WeightName } from './probe-training.js'

/** x · sigmoid(x) (Elfwing, Uchibe & Doya 2018). */
const silu = (x: tf.Tensor) => tf.mul(x, tf.sigmoid(x))

/** `x` [P, N, d] → [P, N, T] */
function predict (x: tf.Tensor, weights: Record<WeightName, tf.Tensor>): tf.Tensor {
  const first = silu(tf.add(tf.matMul(x, weights.hidden1), weights.bias1)) // [P, N, h]
  const second = silu(tf.add(tf.matMul(first, weights.hidden2), weights.bias2)) // [P, N, h]
  return tf.add(tf.matMul(second, weights.output), weights.bias3) // [P, N, T]
}

const byName = (values: readonly tf.Tensor[]) =>
  Object.fromEntries(WEIGHT_NAMES.map((name, i) => [name, values[i]!])) as Record<WeightName, tf.Tensor>

/**
 * The graph of one Adam step on the squared error. Inputs: the state under STATE_KEYS, `x` [P, batch, d], `y` [1,
 * batch, T], `mask` [1, batch, T] with 1 where a target counts and 0 elsewhere, scalars `learningRate`,
 * `firstCorrection`, `secondCorrection`. Outputs: the new state as `updated/<key>`.
 */
export function compileProbeStep (shape: ProbeShape, batch: number): Uint8Array {
  const { probes, inputs, outputs } = shape
  const shapes = weightShapes(shape)
  const float = (dims: readonly number[]): TensorType => ({ shape: dims, dtype: 'float32' })
  const types: Record<string, TensorType> = {
    x: float([probes, batch, inputs]),
    y: float([1, batch, outputs]),
    mask: float([1, batch, outputs]),
    learningRate: float([]),
    firstCorrection: float([]),
    secondCorrection: float([]),
  }
  for (const name of WEIGHT_NAMES) {
    for (const key of [name, `${name}/first`, `${name}/second`]) types[key] = float(shapes[name])
  }
  const program = (given: Tensors): Tensors => {
    const weights = WEIGHT_NAMES.map(name => given[name]!)
    // Summed over probes: none learns slower for the company of others.
    const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) =>
      tf.div<tf.Scalar>(
        tf.sum(tf.mul(tf.square(tf.sub(predict(given.x!, byName(values)), given.y!)), given.mask!)),
        batch * shape.factors
      )
    )(weights)
    const rates = {
      learningRate: given.learningRate!,
      corrections: { first: given.firstCorrection!, second: given.secondCorrection! },
    }
    return Object.fromEntries(WEIGHT_NAMES.flatMap((name, i) => {
      const next = adam(
        PROBE_ADAM,
        rates,
        weights[i]!,
        (grads as tf.Tensor[])[i]!,
        given[`${name}/first`]!,
        given[`${name}/second`]!
      )
      return [
        [`updated/${name}`, next.weight],
        [`updated/${name}/first`, next.firstMoment],
        [`updated/${name}/second`, next.secondMoment],
      ]
    }))
  }
  return lower(trace(program, types)).finish({ graphName: 'probe-step', producerVersion: '1' })
}

/** The graph of predictions for `rows` inputs: `x` [P, rows, d] and the weights → `prediction` [P, rows, T]. */
export function compileProbePrediction (shape: ProbeShape, rows: number): Uint8Array {
  const shapes = weightShapes(shape)
  const types: Record<string, TensorType> = { x: { shape: [shape.probes, rows, shape.inputs], dtype: 'float32' } }
  for (const name of WEIGHT_NAMES) types[name] = { shape: shapes[name], dtype: 'float32' }
  const program = (given: Tensors): Tensors => ({
    prediction: predict(given.x!, byName(WEIGHT_NAMES.map(name => given[name]!))),
  })
  return lower(trace(program, types)).finish({ graphName: 'probe-prediction', producerVersion: '1' })
}
