/**
 * Weights side by side in one vector, in the order of their names in the state: updating it takes a dozen operations, where weight by weight it takes a
 * dozen for each. That is half of all operations of a step, and on a GPU an operation on few numbers costs as much as one on many.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { NamedArrays, TrainingState } from './engine.js'

/** The name of the vector, in place of the weights'. */
export const PACKED = 'packed'

const GROUPS = ['weights', 'firstMoments', 'secondMoments'] as const
const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1)

/** Gradients, or anything else of the weights' shapes → [P]. */
export function pack (tensors: readonly tf.Tensor[]): tf.Tensor1D {
  return tf.concat1d(tensors.map(tensor => tf.reshape(tensor, [-1]) as tf.Tensor1D))
}

/** [P] → tensors of the weights' shapes, in their order. */
export function unpack (vector: tf.Tensor, weights: NamedArrays): tf.Tensor[] {
  let begin = 0
  return Object.values(weights).map(({ shape }) => {
    const size = sizeOf(shape)
    const part = tf.reshape(tf.slice(vector, [begin], [size]), [...shape])
    begin += size
    return part
  })
}

/** The same state with packed weights and moments. Statistics stay as they are. */
export function packState (state: TrainingState): TrainingState {
  return withGroups(state, group => {
    const arrays = Object.values(state[group])
    const values = new Float32Array(arrays.reduce((sum, { values }) => sum + values.length, 0))
    let begin = 0
    for (const array of arrays) {
      values.set(array.values, begin)
      begin += array.values.length
    }
    return { [PACKED]: { shape: [values.length], values } }
  })
}

/** Undoes `packState`. @param weights gives names and shapes, in order */
export function unpackState (state: TrainingState, weights: NamedArrays): TrainingState {
  return withGroups(state, group => {
    const { values } = state[group][PACKED]!
    let begin = 0
    return Object.fromEntries(Object.entries(weights).map(([name, { shape }]) => {
      const end = begin + sizeOf(shape)
      const array = { shape, values: values.slice(begin, end) }
      begin = end
      return [name, array]
    }))
  })
}

function withGroups (state: TrainingState, change: (group: typeof GROUPS[number]) => NamedArrays): TrainingState {
  const [weights, firstMoments, secondMoments] = GROUPS.map(change) as [NamedArrays, NamedArrays, NamedArrays]
  return { ...state, weights, firstMoments, secondMoments }
}
