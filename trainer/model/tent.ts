import * as tf from '@tensorflow/tfjs-core'

/**
 * Weights of linear interpolation between pixels and the cells of a grid that is centred anywhere: along one axis, cell
 * j of a grid at `position` has its centre c_j = position + (j + ½ − cells/2) · cell, and its weight at pixel i, whose
 * centre is i + ½, is max(0, 1 − |i + ½ − c_j| / cell). Rows and columns apart, such matrices place a grid on an image
 * and cut one out of it, with gradients in the position (spatial transformers, Jaderberg et al. 2015, restricted to
 * translations).
 * @param position [N], in pixels
 * @returns [N, pixels, cells]
 */
export function tentMatrix (position: tf.Tensor, cells: number, cell: number, pixels: number): tf.Tensor {
  const offsets = new Float32Array(pixels * cells)
  for (let i = 0; i < pixels; i++) {
    for (let j = 0; j < cells; j++) offsets[i * cells + j] = (i + 0.5 - (j + 0.5 - cells / 2) * cell) / cell
  }
  const at = tf.reshape(tf.mul(position, 1 / cell), [position.shape[0]!, 1, 1]) // [N, 1, 1]
  const distance = tf.abs(tf.sub(tf.tensor3d(offsets, [1, pixels, cells]), at)) // [N, pixels, cells], in cells
  return tf.relu(tf.sub(1, distance)) // [N, pixels, cells]
}
