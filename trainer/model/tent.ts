import * as tf from '@tensorflow/tfjs-core'

/**
 * Weights of linear interpolation between pixels and the cells of a grid that is centred anywhere: along one axis, cell
 * j of a grid at `position` has its centre c_j = position + (j + ½ − cells/2) · cell, and its weight at pixel i, whose
 * centre is i + ½, is max(0, 1 − |i + ½ − c_j| / cell). Rows and columns apart, such matrices place a grid on an image
 * and cut one out of it, with gradients in the position (spatial transformers, Jaderberg et al. 2015, restricted to
 * translations).
 * @param position [N], in pixels
 * @param cell side of a cell in pixels: one for all, or each its own, [N]
 * @returns [N, pixels, cells]
 */
export function tentMatrix (position: tf.Tensor, cells: number, cell: number | tf.Tensor, pixels: number): tf.Tensor {
  if (typeof cell !== 'number') return tentMatrixOfCells(position, cells, cell, pixels)
  const offsets = new Float32Array(pixels * cells)
  for (let i = 0; i < pixels; i++) {
    for (let j = 0; j < cells; j++) offsets[i * cells + j] = (i + 0.5 - (j + 0.5 - cells / 2) * cell) / cell
  }
  const at = tf.reshape(tf.mul(position, 1 / cell), [position.shape[0]!, 1, 1]) // [N, 1, 1]
  const distance = tf.abs(tf.sub(tf.tensor3d(offsets, [1, pixels, cells]), at)) // [N, pixels, cells], in cells
  return tf.relu(tf.sub(1, distance)) // [N, pixels, cells]
}

function tentMatrixOfCells (position: tf.Tensor, cells: number, cell: tf.Tensor, pixels: number): tf.Tensor {
  const count = position.shape[0]!
  const centres = tf.tensor3d(Float32Array.from({ length: pixels }, (_, i) => i + 0.5), [1, pixels, 1])
  const indices = tf.tensor3d(Float32Array.from({ length: cells }, (_, j) => j + 0.5 - cells / 2), [1, 1, cells])
  const away = tf.sub(centres, tf.reshape(position, [count, 1, 1])) // [N, pixels, 1], in pixels
  const inCells = tf.div(away, tf.reshape(cell, [count, 1, 1])) // [N, pixels, 1]
  const distance = tf.abs(tf.sub(inCells, indices)) // [N, pixels, cells], in cells
  return tf.relu(tf.sub(1, distance)) // [N, pixels, cells]
}
