/** From the units of a pose to what they do to the canvas. */
import * as tf from '@tensorflow/tfjs-core'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { splitUnits } from '../heads.js'

/**
 * Slants beyond 45° and sizes beyond a factor of 1.8 are left to the shape: outside, too much of the canvas would be
 * lost.
 */
export const LIMITS = { slant: 1, height: 0.6, width: 0.6 } as const

/**
 * A warp of the plane around the image's centre: scaled by e^height and e^width, then sheared along x. Each [N]; absent
 * units do nothing.
 */
export interface Pose {
  /** Shift of a row to the right by each pixel that it lies below the centre. */
  readonly slant: tf.Tensor
  /** Logarithm of the factor by which heights grow. */
  readonly height?: tf.Tensor
  /** Logarithm of the factor by which widths grow. */
  readonly width?: tf.Tensor
}

/** units [N, 1 to 3] → pose: unit · deviation, bounded smoothly (limit · tanh(v / limit)). */
export function poseOf (units: tf.Tensor, deviations: Pick<PosedModelConfig['pose'], keyof typeof LIMITS>): Pose {
  const columns = splitUnits(units, new Array<number>(units.shape[1]!).fill(1)) // each [N, 1]
  const component = (index: number, name: keyof typeof LIMITS) => {
    const limit = LIMITS[name]
    return tf.mul(tf.tanh(tf.mul(tf.squeeze(columns[index]!, [1]), deviations[name] / limit)), limit) // [N]
  }
  return {
    slant: component(0, 'slant'),
    ...columns.length > 1 ? { height: component(1, 'height') } : {},
    ...columns.length > 2 ? { width: component(2, 'width') } : {},
  }
}

/**
 * The unit that `poseOf` takes to a slant: [N] → [N]. Slants near the limit are brought down to .95 of it, where units
 * are still finite.
 */
export function unitOfSlant (
  slant: tf.Tensor,
  { slant: deviation }: Pick<PosedModelConfig['pose'], 'slant'>
): tf.Tensor {
  const limit = LIMITS.slant
  const share = tf.clipByValue(tf.div(slant, limit), -0.95, 0.95) // [N]
  const hyperbolicArctangent = tf.mul(tf.log(tf.div(tf.add(share, 1), tf.sub(1, share))), 0.5) // [N]
  return tf.mul(hyperbolicArctangent, limit / deviation) // [N]
}
