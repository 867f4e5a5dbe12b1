/**
 * Composition by depth. Each thing covers those behind it, softly where depths are alike: thing j has the weight
 * a_j · Π_i (1 − a_i · σ(s (d_i − d_j))) over all others i, where a are alphas and d depths; larger depths are in
 * front. What no thing covers is background: Π_i (1 − a_i). No order of the things matters.
 */
import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'

/** Things of which one is this much of a unit of depth in front of another cover it to 73 %. */
const DEPTH_SLOPE = 4
const LEAST_WEIGHT = 1e-6

/** What one thing draws: P pixels in one colour. */
export interface Drawn {
  /** [N, P] in [0, 1] */
  readonly alpha: tf.Tensor
  /** [N, C] */
  readonly colour: tf.Tensor
  /** [N, 1] */
  readonly depth: tf.Tensor
}

export interface Composite {
  /** [N, C, P] */
  readonly image: tf.Tensor
  /** Each thing's share of each pixel, [N, K, P]; none where there is no thing. */
  readonly shares: tf.Tensor | undefined
  /** The background's share, [N, P]. */
  readonly behind: tf.Tensor
}

/** How much of j each i leaves to be seen, [N, P], by i and j. */
export type Covers = ReadonlyArray<readonly tf.Tensor[]>

/** 1 − a_i · σ(s (d_i − d_j)) for all pairs; its own alpha on the diagonal. known: those of the first few things. */
export function coversOf (things: readonly Drawn[], known: Covers = []): Covers {
  return inLayer('composite', () => things.map((front, i) => things.map((behind, j) => {
    if (i < known.length && j < known.length) return known[i]![j]!
    if (i === j) return front.alpha
    const order = tf.sigmoid(tf.mul(tf.sub(front.depth, behind.depth), DEPTH_SLOPE)) // [N, 1]
    return tf.sub(1, tf.mul(front.alpha, order)) // [N, P]
  })))
}

/**
 * @param members indices of the things that are drawn
 * @param background [N, C]
 * @param empty [N, P], ones
 */
export function composite (
  things: readonly Drawn[], covers: Covers, members: readonly number[], background: tf.Tensor, empty: tf.Tensor
): Composite {
  return inLayer('composite', () => {
    const [batch, channels] = background.shape as [number, number]
    const ground = tf.reshape(background, [batch, channels, 1]) // [N, C, 1]
    const pixels = empty.shape[1]!
    const across = (x: tf.Tensor) => tf.reshape(x, [batch, 1, pixels]) // [N, 1, P]
    if (members.length === 0) return { image: tf.mul(ground, across(empty)), shares: undefined, behind: empty }
    const behind = members.map(i => tf.sub(1, things[i]!.alpha)) // each [N, P]
      .reduce((product, left) => tf.mul(product, left)) // [N, P]
    const raw = members.map(j => members.reduce<tf.Tensor>(
      (weight, i) => i === j ? weight : tf.mul(weight, covers[i]![j]!), things[j]!.alpha)) // each [N, P]
    const total = raw.reduce((sum, weight) => tf.add(sum, weight)) // [N, P]
    const scale = tf.div(tf.sub(1, behind), tf.add(total, LEAST_WEIGHT)) // [N, P]: so that shares sum to 1
    const weights = tf.stack(raw, 1) // [N, K, P]
    const colours = tf.stack(members.map(i => tf.sub(things[i]!.colour, background)), 1) // [N, K, C], less the ground's
    const image = tf.add(tf.mul(tf.matMul(colours, weights, true), across(scale)), ground) // [N, C, P]
    return { image, shares: tf.mul(weights, across(scale)), behind }
  })
}
