/**
 * Composition. Pixels of all parts are mixed in proportion to their weights e: Σ e·c / Σ e, a softmax over the parts'
 * alpha logits. The background's weight is 1, so that parts can be added one by one.
 */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'

/** The picture that a part draws. */
export interface Drawing {
  /** [N, H, C, W] in [0, 1] */
  readonly colour: tf.Tensor
  /** [N, H, 1, W], above 0 where something is */
  readonly weight: tf.Tensor
}

/** The largest alpha logit: a part can be e^10 times the background's weight. */
const LARGEST_LOGIT = 10

/** Sums over the parts so far. */
export interface Composite {
  /** Σ e·c: [N, H, C, W] */
  readonly weighted: tf.Tensor
  /** Σ e: [N, H, 1, W] */
  readonly weight: tf.Tensor
}

/** @param colour [N, H, C, W] */
export function compositeOf (colour: tf.Tensor): Composite {
  const [batch, height,, width] = colour.shape as [number, number, number, number]
  return { weighted: colour, weight: tf.ones([batch, height, 1, width]) }
}

export function over ({ weighted, weight }: Composite, drawing: Drawing): Composite {
  return inLayer('composite', () => ({
    weighted: tf.add(weighted, tf.mul(drawing.weight, drawing.colour)),
    weight: tf.add(weight, drawing.weight),
  }))
}

/** [N, H, C, W] in [0, 1] */
export function composed ({ weighted, weight }: Composite): tf.Tensor {
  return inLayer('composite', () => tf.div(weighted, weight))
}

/**
 * Colour and weight from a decoder's logits.
 * @param logits [N, H, C + 1, W]: channels, then alpha
 * @param active scalar: 0 for a part that does not take part yet, else 1
 * @param shift subtracted from alpha
 */
export function drawingOf (logits: tf.Tensor, active: tf.Tensor, shift = 0): Drawing {
  const channels = logits.shape[2]! - 1
  const [colour, alpha] = tf.split(logits, [channels, 1], 2) as [tf.Tensor, tf.Tensor] // [N, H, C, W], [N, H, 1, W]
  // [N, H, 1, W], min(alpha − shift, 10)
  const bounded = tf.sub(LARGEST_LOGIT, tf.relu(tf.sub(LARGEST_LOGIT + shift, alpha)))
  return { colour: tf.sigmoid(colour), weight: tf.mul(tf.exp(bounded), active) }
}
