/** From the units of a pose to what they do to the canvas, and back. */
import * as tf from '@tensorflow/tfjs-core'
import type { PoseUnit } from '../../config/pose-units.js'
import { UNITS_PER_RADIAN } from '../angle.js'
import { splitUnits } from '../heads.js'
import type { PosePlan } from './plan.js'

/**
 * Slants beyond 45° and sizes beyond a factor of 1.8, or of e for both sides together, are left to the shape: outside,
 * too much of the canvas would be lost. The middle stays in the picture. An angle has no limit.
 */
export const LIMITS = { row: 0.5, column: 0.5, scale: 1, height: 0.6, width: 0.6, slant: 1 } as const

/**
 * A warp of the plane: around the image's centre scaled, sheared along x and turned, then moved. Each [N]; absent units
 * do nothing.
 */
export interface Pose {
  /** How far it moves down, as a share of the image's height. */
  readonly row?: tf.Tensor
  /** How far it moves to the right, as a share of the image's width. */
  readonly column?: tf.Tensor
  /** Logarithm of the factor by which heights and widths grow; in place of the two that follow. */
  readonly scale?: tf.Tensor
  /** Logarithm of the factor by which heights grow. */
  readonly height?: tf.Tensor
  /** Logarithm of the factor by which widths grow. */
  readonly width?: tf.Tensor
  /** Shift of a row to the right by each pixel that it lies below the centre. */
  readonly slant?: tf.Tensor
  /** Radians from columns towards rows: clockwise, as rows go down. */
  readonly angle?: tf.Tensor
}

/**
 * units [N, as many as the plan has] → pose: unit · deviation, bounded smoothly (limit · tanh(v / limit)); of an angle
 * v · π / √3.
 */
export function poseOf (values: tf.Tensor, { units, deviations }: Pick<PosePlan, 'units' | 'deviations'>): Pose {
  const columns = splitUnits(values, new Array<number>(units.length).fill(1)) // each [N, 1]
  return Object.fromEntries(units.map((unit, i) => {
    const value = tf.squeeze(columns[i]!, [1]) // [N]
    if (unit === 'angle') return [unit, tf.div(value, UNITS_PER_RADIAN)] // [N]
    const limit = LIMITS[unit]
    return [unit, tf.mul(tf.tanh(tf.mul(value, deviations[unit] / limit)), limit)] // [N]
  }))
}

/**
 * The unit that `poseOf` takes to a value: [N] → [N]. Values near the limit are brought down to .95 of it, where units
 * are still finite.
 */
export function unitOf (unit: PoseUnit, value: tf.Tensor, { deviations }: Pick<PosePlan, 'deviations'>): tf.Tensor {
  if (unit === 'angle') return tf.mul(value, UNITS_PER_RADIAN) // [N]
  const limit = LIMITS[unit]
  const share = tf.clipByValue(tf.div(value, limit), -0.95, 0.95) // [N]
  const hyperbolicArctangent = tf.mul(tf.log(tf.div(tf.add(share, 1), tf.sub(1, share))), 0.5) // [N]
  return tf.mul(hyperbolicArctangent, limit / deviations[unit]) // [N]
}
