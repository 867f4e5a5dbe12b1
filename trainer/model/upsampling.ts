/**
 * Upsampling by an integer factor, as linear maps whose gradients are right on every engine (the stock resize gradients
 * of TensorFlow.js are not).
 */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../onnx/layer.js'

export type Interpolation = 'nearest' | 'bilinear'

/** [N, h, w, C] → [N, f·h, f·w, C]. */
export function upsample (x: tf.Tensor, factor: number, interpolation: Interpolation): tf.Tensor {
  if (factor === 1) return x
  return inLayer('upsampling', () =>
    interpolation === 'nearest' ? repeatPixels(x, factor) : interpolateBilinearly(x, factor)
  )
}

/** Each pixel becomes a block of factor × factor equal ones. */
export function repeatPixels (x: tf.Tensor, factor: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const planes = tf.transpose(x, [0, 3, 1, 2]) // [N, C, h, w]
  const cells = tf.reshape(planes, [batch, channels, height, 1, width, 1]) // [N, C, h, 1, w, 1]
  const blocks = tf.mul(cells, tf.ones([1, 1, 1, factor, 1, factor])) // [N, C, h, f, w, f]
  const large = tf.reshape(blocks, [batch, channels, height * factor, width * factor]) // [N, C, f·h, f·w]
  return tf.transpose(large, [0, 2, 3, 1]) // [N, f·h, f·w, C]
}

/**
 * Channels become blocks of r × r pixels, row by row: [N, h, w, r²·C] → [N, r·h, r·w, C] (Shi et al. 2016, arXiv
 * 1609.05158).
 */
export function blocksToPixels (x: tf.Tensor, r: number): tf.Tensor {
  if (r === 1) return x
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const apart = tf.reshape(x, [batch, height, width, r, r, channels / r ** 2]) // [N, h, w, r, r, C]
  // [N, r·h, r·w, C]
  return tf.reshape(tf.transpose(apart, [0, 1, 3, 2, 4, 5]), [batch, height * r, width * r, channels / r ** 2])
}

/** Means over blocks of factor × factor pixels: [N, f·h, f·w, C] → [N, h, w, C]. */
export function blockMeans (x: tf.Tensor, factor: number): tf.Tensor {
  return factor === 1 ? x : tf.avgPool(x as tf.Tensor4D, factor, factor, 'valid')
}

/** Rows then columns, each a product with a constant matrix. */
function interpolateBilinearly (x: tf.Tensor, factor: number): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  const rows = bilinearMatrix(height, factor) // [f·h, h]
  const columns = bilinearMatrix(width, factor) // [f·w, w]
  const planes = tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch * channels, height, width]) // [N·C, h, w]
  const wide = tf.matMul(tf.reshape(planes, [batch * channels * height, width]), columns, false, true) // [N·C·h, f·w]
  // [N·C, f·h, f·w]
  const large = tf.matMul(tf.expandDims(rows, 0), tf.reshape(wide, [batch * channels, height, width * factor]))
  // [N, f·h, f·w, C]
  return tf.transpose(tf.reshape(large, [batch, channels, height * factor, width * factor]), [0, 2, 3, 1])
}

/**
 * [f·n, n]: the weights of linear interpolation with half-pixel centres and clamped edges. Row i samples at (i + ½)/f −
 * ½, as ONNX's Resize does with `half_pixel` and PyTorch's interpolate with `align_corners=False`.
 */
export function bilinearMatrix (size: number, factor: number): tf.Tensor2D {
  const weights = new Float32Array(size * factor * size)
  for (let i = 0; i < size * factor; i++) {
    const position = Math.max(0, (i + 0.5) / factor - 0.5)
    const low = Math.min(Math.floor(position), size - 1)
    const high = Math.min(low + 1, size - 1)
    const fraction = position - low
    weights[i * size + low]! += 1 - fraction
    weights[i * size + high]! += fraction
  }
  return tf.tensor2d(weights, [size * factor, size])
}
