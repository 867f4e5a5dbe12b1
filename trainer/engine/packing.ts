/**
 * Weights side by side in one vector. What an operation on a few numbers costs is starting it, and so is what handing a
 * tensor to the runtime costs. On a CPU that holds for small weights; on a GPU for all, since the optimiser takes a
 * dozen operations for each weight there: half of all operations of a step. Elementwise work on the vector gives the
 * same bits.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { NamedArray, NamedArrays } from '../foundation/training-state.js'

/** Elements of the largest weight that is packed: beyond, cutting it out again costs more than it saves. */
const MOST_ELEMENTS = 2048
/** The vector's name among weights. */
export const PACKED = 'packed/weights'

export interface Packing {
  /** The weights that lie in the vector, in its order. */
  readonly entries: ReadonlyArray<{ readonly name: string, readonly shape: readonly number[] }>
  /**
   * Whether it is all weights. They are then cut out one by one: a split of so many parts is more than a program of a
   * GPU can bind.
   */
  readonly whole: boolean
}

export const UNPACKED: Packing = { entries: [], whole: false }

/**
 * @param whole packs all weights, else small ones. Filters then stay by themselves: they are stored in another order
 * than they have.
 */
export function planPacking (weights: NamedArrays, whole: boolean): Packing {
  const entries = Object.entries(weights).filter(
    ([, { shape, values }]) => whole || (shape.length !== 4 && values.length <= MOST_ELEMENTS)
  )
  return { entries: entries.length < 2 ? [] : entries.map(([name, { shape }]) => ({ name, shape })), whole }
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1)

/** Arrays with those of the packing replaced by the vector. */
export function pack (arrays: NamedArrays, { entries }: Packing): NamedArrays {
  if (entries.length === 0) return arrays
  const values = new Float32Array(entries.reduce((sum, { shape }) => sum + lengthOf(shape), 0))
  const others: Record<string, NamedArray> = { ...arrays }
  let offset = 0
  for (const { name } of entries) {
    values.set(arrays[name]!.values, offset)
    offset += arrays[name]!.values.length
    delete others[name]
  }
  return { ...others, [PACKED]: { shape: [values.length], values } }
}

/** The inverse of pack, in the order of `names`. */
export function unpack (arrays: NamedArrays, { entries }: Packing, names: readonly string[]): NamedArrays {
  const { [PACKED]: packed, ...all } = arrays as Record<string, NamedArray>
  let offset = 0
  for (const { name, shape } of entries) {
    const end = offset + lengthOf(shape)
    all[name] = { shape, values: packed!.values.slice(offset, end) }
    offset = end
  }
  return Object.fromEntries(names.map(name => [name, all[name]!]))
}

/** The packed tensors by name, from the vector [n]. */
export function cutOut (vector: tf.Tensor, { entries, whole }: Packing): Record<string, tf.Tensor> {
  const lengths = entries.map(({ shape }) => lengthOf(shape))
  let begin = 0
  const parts = whole
    ? lengths.map(length => tf.slice(vector, [(begin += length) - length], [length])) // each [size]
    : tf.split(vector, lengths) // each [size]
  return Object.fromEntries(entries.map(({ name, shape }, i) => [name, tf.reshape(parts[i]!, [...shape])]))
}

/** Tensors in the order of the packing → [n]. */
export function join (tensors: readonly tf.Tensor[]): tf.Tensor {
  return tf.concat(tensors.map(tensor => tf.reshape(tensor, [tensor.size])))
}
