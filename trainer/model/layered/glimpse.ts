import * as tf from '@tensorflow/tfjs-core'
import type { Grid } from './plan.js'
import { tentMatrix } from '../tent.js'

/** Keeps cells beyond the edge, which no pixel has a weight in, from being divided by zero. */
const LEAST_WEIGHT = 0.2

/**
 * Cuts a grid out of an image: each cell is the weighted mean of the pixels around it.
 * @param image [N, H, K, W]
 * @param keyPoint [N, 2]: the grid's centre in pixels, row and column
 * @returns [N, rows · K · columns]
 */
export function cutGlimpse (image: tf.Tensor, keyPoint: tf.Tensor, { rows, columns, cell }: Grid): tf.Tensor {
  const [batch, height, planes, width] = image.shape as [number, number, number, number]
  const [y, x] = tf.split(keyPoint, 2, 1) as [tf.Tensor, tf.Tensor] // each [N, 1]
  const byRows = normalized(tentMatrix(y, rows, cell, height)) // [N, H, rows]
  const byColumns = normalized(tentMatrix(x, columns, cell, width)) // [N, W, columns]
  const band = tf.matMul(byRows, tf.reshape(image, [batch, height, planes * width]), true, false) // [N, rows, K·W]
  const cells = tf.matMul(tf.reshape(band, [batch, rows * planes, width]), byColumns) // [N, rows·K, columns]
  return tf.reshape(cells, [batch, rows * planes * columns])
}

/** [N, pixels, cells], divided by each cell's sum. */
function normalized (weights: tf.Tensor): tf.Tensor {
  return tf.div(weights, tf.add(tf.sum(weights, 1, true), LEAST_WEIGHT))
}
