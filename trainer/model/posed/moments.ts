/**
 * Where what an image shows is, how large it is and how it is slanted and turned, all in closed form: by its first and
 * second moments, with brightness as the density (Casey 1970, "Moment normalization of handprinted characters", IBM
 * Journal of Research and Development 14; for "deslanted" MNIST digits LeCun et al. 1998, section III.A), and by polar
 * harmonics. For what is bright on dark ground.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { PoseUnit } from '../../config/pose-units.js'
import { seenAngle } from './seen-angle.js'

/**
 * Added to the brightness and to variances (in px²), so that an empty image and a flat one have a slant, 0, and a size.
 */
const EMPTINESS = 1e-3
const FLATNESS = 0.1

interface Moments {
  /** Brightness over all channels, [N, H·W]. */
  readonly density: tf.Tensor
  /** The mean, from the image's centre, in pixels, each [N]. */
  readonly x: tf.Tensor
  readonly y: tf.Tensor
  /** Covariances in px², each [N]; `xx` is computed where it is asked for. */
  readonly xx: () => tf.Tensor
  readonly xy: tf.Tensor
  readonly yy: tf.Tensor
}

/** Moments of an image [N, H, W, C], bright on dark. */
function momentsOf (image: tf.Tensor): Moments {
  const [batch, height, width] = image.shape as [number, number, number]
  const density = tf.reshape(tf.sum(image, 3), [batch, height * width]) // [N, H·W]
  const mass = tf.add(tf.sum(density, 1, true), EMPTINESS) // [N, 1]
  const mean = (functions: tf.Tensor2D) => tf.div(tf.matMul(density, functions), mass) // [N, functions]
  const [x, y, xy, yy] = tf.unstack(mean(monomials(height, width, (x, y) => [x, y, x * y, y * y])), 1) as [
    tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor
  ] // each [N]
  const covariance = tf.sub(xy, tf.mul(x, y)) // μ₁₁
  const variance = tf.sub(yy, tf.square(y)) // μ₀₂
  const xx = () =>
    tf.sub(tf.squeeze(mean(monomials(height, width, x => [x * x])), [1]), tf.square(x)) // [N], μ₂₀
  return { density, x, y, xx, xy: covariance, yy: variance }
}

/**
 * The shear that makes x and y uncorrelated: μ₁₁ / μ₀₂. image [N, H, W, C], bright on dark → [N], positive where lower
 * rows lie further to the right
 */
export function momentSlant (image: tf.Tensor): tf.Tensor {
  return slantOf(momentsOf(image))
}

const slantOf = ({ xy, yy }: Pick<Moments, 'xy' | 'yy'>): tf.Tensor => tf.div(xy, tf.add(yy, FLATNESS)) // [N]

/** Functions of every pixel's place, from the centre: [H·W, functions]. */
function monomials (height: number, width: number, functions: (x: number, y: number) => number[]): tf.Tensor2D {
  const rows = Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width) - (height - 1) / 2, i % width - (width - 1) / 2]
    return functions(x, y)
  })
  return tf.tensor2d(Float32Array.from(rows.flat()), [height * width, rows[0]!.length])
}

/**
 * Finds units of a pose in an image [N, H, W, C], each [N] as `Pose` has it: slant, height and width in the image
 * turned back where the angle is among them, and the width with the slant undone where that is.
 * @param extent side in pixels of the square whose moments are those of scale, height and width 0
 */
export function findPose (
  image: tf.Tensor, units: readonly PoseUnit[], extent: number
): Partial<Record<PoseUnit, tf.Tensor>> {
  const [, height, width] = image.shape as [number, number, number]
  const seen = momentsOf(image)
  const spread = () => tf.mul(tf.add(seen.xx(), seen.yy), 0.5) // [N]: the same however it is turned
  const angle = units.includes('angle')
    ? seenAngle(tf.reshape(seen.density, [-1, height, width]), seen, spread())
    : undefined // [N]
  const upright = angle === undefined ? seen : turnedBack(seen, angle)
  // Of a square of side a it is a² / 12.
  const logarithm = (variance: tf.Tensor) =>
    tf.mul(tf.log(tf.div(tf.add(tf.relu(variance), FLATNESS), extent ** 2 / 12)), 0.5) // [N]
  const find: Readonly<Record<PoseUnit, () => tf.Tensor>> = { // each [N]
    row: () => tf.div(seen.y, height),
    column: () => tf.div(seen.x, width),
    scale: () => logarithm(spread()),
    height: () => logarithm(upright.yy),
    width: () => logarithm(units.includes('slant')
      ? tf.sub(upright.xx(), tf.mul(slantOf(upright), upright.xy))
      : upright.xx()),
    slant: () => slantOf(upright),
    angle: () => angle!,
  }
  return Object.fromEntries(units.map(unit => [unit, find[unit]()]))
}

/** Covariances of an image, as they are once it is turned back by angles [N]: R(−ω) Σ R(ω). */
function turnedBack ({ xx, xy, yy }: Moments, angle: tf.Tensor): Pick<Moments, 'xx' | 'xy' | 'yy'> {
  const double = tf.mul(angle, 2) // [N]
  const [cosine, sine] = [tf.cos(double), tf.sin(double)] // each [N]
  const horizontal = xx() // [N]
  const [mean, half] = [tf.mul(tf.add(horizontal, yy), 0.5), tf.mul(tf.sub(horizontal, yy), 0.5)] // each [N]
  const along = tf.add(tf.mul(half, cosine), tf.mul(xy, sine)) // [N]
  return {
    xx: () => tf.add(mean, along),
    xy: tf.sub(tf.mul(xy, cosine), tf.mul(half, sine)),
    yy: tf.sub(mean, along),
  }
}
