/** Linear maps of images that work on rows and columns apart, each a product with a constant matrix. */
import * as tf from '@tensorflow/tfjs-core'

/** x [N, H, K, W], rows [H', H], columns [W', W] → [N, H', K, W']. */
export function applySeparably (x: tf.Tensor, rows: tf.Tensor2D, columns: tf.Tensor2D): tf.Tensor {
  const [batch, height, planes, width] = x.shape as [number, number, number, number]
  const [newHeight, newWidth] = [rows.shape[0], columns.shape[0]]
  const byRows = tf.matMul(tf.expandDims(rows, 0), tf.reshape(x, [batch, height, planes * width])) // [N, H', K·W]
  // [N·H'·K, W']
  const byColumns = tf.matMul(
    tf.reshape(byRows, [batch * newHeight * planes, width]) as tf.Tensor2D,
    columns,
    false,
    true
  )
  return tf.reshape(byColumns, [batch, newHeight, planes, newWidth]) // [N, H', K, W']
}

/**
 * [size, size]: means over an odd window around each element, cut off at the edges.
 * @param atEdges what a window that reaches over the edge is divided by: the elements it has left, or those of a whole
 * one
 */
export function boxMatrix (size: number, window: number, atEdges: 'elements' | 'window'): tf.Tensor2D {
  return matrix(size, size, i => {
    const [from, to] = [Math.max(0, i - (window - 1) / 2), Math.min(size - 1, i + (window - 1) / 2)]
    return { from, to, weight: () => 1 / (atEdges === 'elements' ? to - from + 1 : window) }
  })
}

/**
 * [parts, size]: means over `parts` equal parts, which overlap by one element where they do not divide evenly
 * (PyTorch's adaptive_avg_pool).
 */
export function poolingMatrix (size: number, parts: number): tf.Tensor2D {
  return matrix(parts, size, i => {
    const [from, to] = [Math.floor(i * size / parts), Math.ceil((i + 1) * size / parts) - 1]
    return { from, to, weight: () => 1 / (to - from + 1) }
  })
}

/** [to, from]: linear interpolation with half-pixel centres and clamped edges. */
export function interpolationMatrix (size: number, to: number): tf.Tensor2D {
  return matrix(to, size, i => {
    const position = Math.min(Math.max((i + 0.5) * size / to - 0.5, 0), size - 1)
    const low = Math.floor(position)
    return { from: low, to: Math.min(low + 1, size - 1), weight: j => Math.max(0, 1 - Math.abs(position - j)) }
  })
}

interface Band { readonly from: number, readonly to: number, readonly weight: (column: number) => number }

function matrix (rows: number, columns: number, band: (row: number) => Band): tf.Tensor2D {
  const values = new Float32Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    const { from, to, weight } = band(i)
    for (let j = from; j <= to; j++) values[i * columns + j] = weight(j)
  }
  return tf.tensor2d(values, [rows, columns])
}
