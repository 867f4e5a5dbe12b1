import * as tf from '@tensorflow/tfjs-core'

/**
 * Gradients scaled down together where their joint norm is above `limit` (Pascanu, Mikolov and Bengio 2013, "On the
 * difficulty of training recurrent neural networks", algorithm 1). All keep their shapes.
 */
export function clipByGlobalNorm (gradients: readonly tf.Tensor[], limit: number): tf.Tensor[] {
  const squares = gradients.map(gradient => tf.sum(tf.square(gradient))) // each []
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square))) // []
  const scale = tf.div(limit, tf.maximum(norm, limit)) // [], at most 1
  return gradients.map(gradient => tf.mul(gradient, scale))
}
