/** The slant of what an image shows, from its second moments. */
import * as tf from '@tensorflow/tfjs-core'

/**
 * Added to the brightness and to the vertical variance (in px²), so that an empty image and a flat one have a slant, 0.
 */
const EMPTINESS = 1e-3
const FLATNESS = 0.1

/**
 * The shear that makes x and y uncorrelated, with brightness as the density: μ₁₁ / μ₀₂ (Casey 1970, "Moment
 * normalization of handprinted characters", IBM Journal of Research and Development 14; for "deslanted" MNIST digits
 * LeCun et al. 1998, section III.A). image [N, H, W, C], bright on dark → [N], positive where lower rows lie further to
 * the right
 */
export function momentSlant (image: tf.Tensor): tf.Tensor {
  const [batch, height, width] = image.shape as [number, number, number]
  const density = tf.reshape(tf.sum(image, 3), [batch, height * width]) // [N, H·W]
  const mass = tf.add(tf.sum(density, 1, true), EMPTINESS) // [N, 1]
  const averages = tf.div(tf.matMul(density, monomials(height, width)), mass) // [N, 4]
  const [x, y, xy, yy] = tf.unstack(averages, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor] // each [N]
  const covariance = tf.sub(xy, tf.mul(x, y)) // μ₁₁
  const variance = tf.sub(yy, tf.square(y)) // μ₀₂
  return tf.div(covariance, tf.add(variance, FLATNESS)) // [N]
}

/** x, y, xy and y² of every pixel, from the centre: [H·W, 4]. */
function monomials (height: number, width: number): tf.Tensor2D {
  const rows = Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) - (height - 1) / 2, i % width - (width - 1) / 2]
    return [x, y, x * y, y * y]
  })
  return tf.tensor2d(Float32Array.from(rows.flat()), [height * width, 4])
}
