/**
 * Sprites: things of bounded extent that move. Their first two units place them; an MLP draws them on a grid of their
 * own.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { given, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { bounded, boundedLogVariance, smallestLogVariance } from './bounds.js'
import { drawingOf, type Drawing } from './composite.js'
import { perceptron } from '../perceptron.js'
import type { LayeredPlan, Sprite } from './plan.js'
import { logitOf } from './still-image.js'
import { tentMatrix } from '../tent.js'

/**
 * The image's side in units of a position: with √12 uniform positions have variance 1; a little less, since they keep
 * from the edge.
 */
const SPAN = 3.4
/** A sprite's alpha logit in its middle; outside its grid it is that much below 0. */
const OPAQUE = 8
/**
 * The log-variances' initial bias, at most: of a position so much that it is off by this share of the extent, or a
 * small thing would be missed by its own sprite.
 */
const INITIAL_LOG_VARIANCE = -3
const INITIAL_DEVIATION = 0.4
/** A log-variance begins at least this far above the smallest one: there it would have no gradient, and stay. */
const MARGIN = 0.5

/** Key points in pixels → units: keyPoint [N, 2] as row, column → [N, 2]. */
export function positionUnits (keyPoint: tf.Tensor, height: number, width: number): tf.Tensor {
  return tf.mul(tf.sub(tf.div(keyPoint, tf.tensor2d([height, width], [1, 2])), 0.5), SPAN) // [N, 2]
}

/**
 * @param glimpse [N, rows · 2C · columns]: pixels and residual around the key point
 * @param keyPoint [N, 2], in units
 * @returns [N, size]
 */
export function encodeSprite (
  glimpse: tf.Tensor,
  keyPoint: tf.Tensor,
  { partition: { size }, extent }: Sprite,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  parameters: Parameters
): Posterior {
  const { hidden } = config.encoder
  const sides = [plan.attention.height, plan.attention.width]
  const least = smallestLogVariance(plan, config) + MARGIN
  const logVariances = Array.from({ length: size }, (_, unit) =>
    unit < 2
      ? Math.max(
        least,
        Math.min(INITIAL_LOG_VARIANCE, 2 * Math.log((INITIAL_DEVIATION * SPAN * extent[unit]!) / sides[unit]!))
      )
      : INITIAL_LOG_VARIANCE
  )
  const output = perceptron(
    tf.concat([tf.mul(glimpse, 3), keyPoint], 1),
    [hidden, hidden >> 1, 2 * size],
    parameters,
    {
      scale: Array.from({ length: 2 * size }, (_, unit) => (unit < 2 ? 0.1 : 1)), // the key point alone is nearly right
      bias: Float32Array.from([...logVariances.map(() => 0), ...logVariances]),
    }
  ) // [N, 2·size]
  const [mean, logVariance] = tf.split(output, 2, 1) as [tf.Tensor, tf.Tensor] // each [N, size]
  const place =
    size === 2
      ? keyPoint
      : tf.pad(keyPoint as tf.Tensor2D, [
        [0, 0],
        [0, size - 2],
      ]) // [N, size]
  return { mean: tf.add(place, bounded(mean)), logVariance: boundedLogVariance(logVariance, plan, config) }
}

/** latent [N, size] → what the sprite draws. active: scalar; shift: the camera's, [N, 2] in pixels. */
export function drawSprite (
  latent: tf.Tensor,
  { drawn: { rows, columns, cell }, colour }: Sprite,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  parameters: Parameters,
  active: tf.Tensor,
  shift?: tf.Tensor
): Drawing {
  const { height, width, channels } = plan
  const planes = channels + 1
  const { hidden } = config.decoder
  const batch = latent.shape[0]!
  // [N, rows·(C+1)·columns]
  const cells = perceptron(latent, [hidden, hidden, rows * planes * columns], parameters, {
    scale: 0.5,
    bias: initialCells(rows, channels, columns, colour),
  })
  const placement = parameters('placement', [2, 2], given(Float32Array.of(1, 0, 0, 1))) // [2, 2]
  const units = tf.matMul(tf.slice(latent, [0, 0], [batch, 2]) as tf.Tensor2D, placement as tf.Tensor2D) // [N, 2]
  const own = tf.mul(tf.add(tf.div(units, SPAN), 0.5), tf.tensor2d([height, width], [1, 2])) // [N, 2], in pixels
  const centre = shift === undefined ? own : tf.add(own, shift) // [N, 2]
  const [y, x] = tf.split(centre, 2, 1) as [tf.Tensor, tf.Tensor] // each [N, 1]
  const byRows = tentMatrix(y, rows, cell, height) // [N, H, rows]
  const byColumns = tentMatrix(x, columns, cell, width) // [N, W, columns]
  const tall = tf.matMul(byRows, tf.reshape(cells, [batch, rows, planes * columns])) // [N, H, (C+1)·columns]
  const full = tf.matMul(tf.reshape(tall, [batch, height * planes, columns]), byColumns, false, true) // [N, H·(C+1), W]
  return drawingOf(tf.reshape(full, [batch, height, planes, width]), active, OPAQUE)
}

/** [rows, C + 1, columns]: grey, or of a given colour, and round, opaque in the middle. */
function initialCells (rows: number, channels: number, columns: number, colour?: readonly number[]): Float32Array {
  const planes = channels + 1
  const values = new Float32Array(rows * planes * columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      colour?.forEach((value, c) => { values[(i * planes + c) * columns + j] = logitOf(value) })
      const [y, x] = [(i + 0.5) / rows * 2 - 1, (j + 0.5) / columns * 2 - 1]
      values[(i * planes + channels) * columns + j] = OPAQUE - 2 * (y * y + x * x)
    }
  }
  return values
}
