/**
 * Measures how much partitions depend on each other, in whatever way: a total correlation by covariances sees only
 * linear dependence, and not that a class of shapes has a style of its own.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { Partition } from '@partition-vae/models'
import { splitUnits } from '../model/heads.js'

/**
 * Widths of kernels for units. A unit that tells a factor of few values, and shifts each of them a little with another
 * factor, depends on that other factor only at the finer scale. Among several units at once, points are too far apart
 * for it.
 */
const UNIT_WIDTHS = [1, 0.2]

/**
 * The Hilbert-Schmidt independence criterion between partitions, normalised and summed over pairs (Gretton et al. 2005,
 * "Measuring statistical dependence with Hilbert-Schmidt norms"; as a penalty of VAEs Lopez et al. 2018, arXiv
 * 1805.08672). Each pair's is in [−1, 1], about 0 for independent partitions: the estimate is the bias-corrected one of
 * Székely and Rizzo (2014, "Partial distance correlation with methods for dissimilarities", section 3), with kernels
 * exp(−½ |z − z'|² / width²).
 * @param latent [N, D], N > 3
 * @param width default: the prior's
 * @returns scalar
 */
export function dependence (latent: tf.Tensor, partitions: readonly Partition[], width = 1): tf.Tensor {
  // each [N, N]
  const kernels = splitUnits(latent, partitions.map(({ size }) => size))
    .map(units => normalised(centredKernel(tf.mul(units, 1 / width))))
  const total = (values: tf.Tensor[]) => values.reduce((sum, value) => tf.add(sum, value))
  const squares = (x: tf.Tensor) => tf.sum(tf.square(x)) // []
  // Σ_{i<j} ⟨a_i, a_j⟩, in as many steps as there are partitions
  return tf.div(tf.sub(squares(total(kernels)), total(kernels.map(squares))), 2)
}

/**
 * The same between the units inside of each partition, averaged over two widths and summed over partitions.
 * @param latent [N, D], N > 3
 * @returns scalar
 */
export function dependenceWithin (latent: tf.Tensor, partitions: readonly Partition[]): tf.Tensor {
  return partitions.filter(({ size }) => size > 1)
    .map(({ name, offset, size }) => {
      const units = Array.from({ length: size }, (_, unit) => ({ name: `${name}/${unit}`, offset: unit, size: 1 }))
      const own = tf.slice(latent, [0, offset], [-1, size]) // [N, size]
      const total = UNIT_WIDTHS.map(width => dependence(own, units, width)).reduce((sum, one) => tf.add(sum, one)) // []
      return tf.mul(total, 1 / UNIT_WIDTHS.length) // []
    })
    .reduce((sum, one) => tf.add(sum, one), tf.scalar(0))
}

/**
 * z [N, size] → [N, N]: kernel values of pairs of different points, centred so that rows and columns sum to 0
 * (U-centring); 0 on the diagonal.
 */
function centredKernel (z: tf.Tensor): tf.Tensor {
  const count = z.shape[0]!
  const apart = tf.sub(1, tf.eye(count)) // [N, N]
  const norms = tf.sum(tf.square(z), 1, true) // [N, 1]
  const products = tf.matMul(z as tf.Tensor2D, z as tf.Tensor2D, false, true) // [N, N]
  // −½ |z − z'|² = z·z' − ½ |z|² − ½ |z'|²
  const exponents = tf.sub(products, tf.mul(tf.add(norms, tf.transpose(norms)), 0.5)) // [N, N]
  const kernel = tf.mul(tf.exp(tf.minimum(exponents, 0)), apart) // [N, N]
  const rows = tf.sum(kernel, 1, true) // [N, 1]
  const overall = tf.div(tf.sum(rows), (count - 1) * (count - 2)) // []
  const margins = tf.div(tf.add(rows, tf.transpose(rows)), count - 2) // [N, N]
  return tf.mul(tf.add(tf.sub(kernel, margins), overall), apart)
}

/** Scales a matrix to Frobenius norm 1; the constant keeps points that all coincide from dividing by 0. */
function normalised (matrix: tf.Tensor): tf.Tensor {
  return tf.div(matrix, tf.sqrt(tf.add(tf.sum(tf.square(matrix)), 1e-6)))
}
