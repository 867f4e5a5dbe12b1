/**
 * A background whose changes are known to begin with: images that are added to its own, each by as much as a unit says.
 * Its encoder begins as the projection on them, which small digits and thin lines survive as they would no averages.
 */
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { given, zeros, type Parameters } from '../parameters.js'
import type { Posterior } from '../posterior.js'
import { stopGradient } from '../stop-gradient.js'
import { bounded, boundedLogVariance, smallestLogVariance } from './bounds.js'
import { perceptron } from '../perceptron.js'
import type { Background, LayeredPlan } from './plan.js'

/** A change by 1, the largest there is, in units of the latent. */
const SPAN = 2
/** What passes before the background may look like more of a change than there is: so much more at most. */
const FARTHEST = 1.5
/** The initial log-variance of a unit that stands for a change, and how far above the smallest one it is at least. */
const INITIAL_LOG_VARIANCE = -6
const MARGIN = 0.5
/** Initial weights of what corrects the projection, and the mixture: these alone are nearly right. */
const CORRECTION = 0

export type ChangingBackground = Background & { readonly changes: readonly Float32Array[] }

export function isChanging (background: Background): background is ChangingBackground {
  return background.changes !== undefined
}

/**
 * Encodes how far the image goes along each of the changes.
 * @param x [N, H, C, W]: the image as if under unit gain
 * @param pooled [N, F]: what is seen where no changes are known
 * @returns [N, size]
 */
export function encodeChanges (
  x: tf.Tensor,
  pooled: tf.Tensor,
  { partition: { size }, image, changes }: ChangingBackground,
  plan: LayeredPlan,
  config: LayeredModelConfig,
  parameters: Parameters
): Posterior {
  const [batch, elements] = [x.shape[0]!, plan.height * plan.channels * plan.width]
  const known = Math.min(size, changes.length)
  const least = smallestLogVariance(plan, config) + MARGIN
  const logVariances = Array.from({ length: size }, (_, unit) =>
    unit < known ? Math.max(least, INITIAL_LOG_VARIANCE) : 0
  )
  let features = pooled // [N, F] or [N, K]
  if (changes.length > 0) {
    const still = tf.tensor2d(image?.map(sigmoid) ?? new Float32Array(elements).fill(0.5), [1, elements]) // [1, H·C·W]
    const difference = tf.sub(tf.reshape(x, [batch, elements]), still) // [N, H·C·W]
    const projection = tf.tensor2d(projectionOf(changes, elements), [elements, changes.length]) // [H·C·W, K]
    const lengths = tf.matMul(difference as tf.Tensor2D, projection) // [N, K]
    features = tf.mul(tf.clipByValue(lengths, -FARTHEST, FARTHEST), SPAN) // [N, K]
  }
  const output = perceptron(features, [64, 64, 2 * size], parameters, {
    scale: CORRECTION,
    bias: Float32Array.from([...logVariances.map(() => 0), ...logVariances]),
  }) // [N, 2·size]
  const [correction, logVariance] = tf.split(output, 2, 1) as [tf.Tensor, tf.Tensor] // each [N, size]
  const corrected = bounded(correction) // [N, size]
  const mean = known === 0 ? corrected : tf.add(along(features, changes.length, size), corrected) // [N, size]
  return { mean, logVariance: boundedLogVariance(logVariance, plan, config) }
}

/**
 * latent [N, size] → [N, H, C, W] in [0, 1]: the image, and a mixture of `rank` changes that begins as the known ones.
 */
export function drawChanges (
  latent: tf.Tensor,
  { partition: { size }, rank, image, changes }: ChangingBackground,
  { height, width, channels }: LayeredPlan,
  parameters: Parameters
): tf.Tensor {
  const elements = height * channels * width
  const logits = parameters('image', [height, channels, width], image === undefined ? zeros : given(image)) // [H, C, W]
  const correction = perceptron(latent, [32, rank], parameters, {
    scale: Array.from({ length: rank }, (_, k) => k < changes.length ? CORRECTION : 1),
  }) // [N, R]
  const weights = tf.add(tf.mul(along(latent, size, rank), 1 / SPAN), correction) // [N, R]
  const images = new Float32Array(rank * elements)
  changes.forEach((change, k) => { images.set(change, k * elements) })
  const kernel = parameters('layer2/kernel', [rank, elements], given(images)) // [R, H·C·W]
  const mixture = tf.matMul(weights as tf.Tensor2D, kernel as tf.Tensor2D) // [N, H·C·W]
  const drawn = tf.add(tf.reshape(mixture, [latent.shape[0]!, height, channels, width]), tf.sigmoid(logits))
  // Clipped for what is drawn, not for what is learned: what is beyond has to find back.
  return tf.add(drawn, stopGradient(tf.sub(tf.clipByValue(drawn, 0, 1), drawn))) // [N, H, C, W]
}

/** The first columns as they are, as many as there are in both: x [N, from] → [N, to]. */
function along (x: tf.Tensor, from: number, to: number): tf.Tensor {
  const identity = new Float32Array(from * to)
  for (let i = 0; i < Math.min(from, to); i++) identity[i * to + i] = 1
  return tf.matMul(x as tf.Tensor2D, tf.tensor2d(identity, [from, to])) // [N, to]
}

/** [H·C·W, K]: each change, divided by the sum of its squares. */
function projectionOf (changes: readonly Float32Array[], elements: number): Float32Array {
  const projection = new Float32Array(elements * changes.length)
  changes.forEach((change, k) => {
    const squares = change.reduce((sum, value) => sum + value * value, 0)
    if (squares > 0) change.forEach((value, i) => { projection[i * changes.length + k] = value / squares })
  })
  return projection
}

const sigmoid = (logit: number) => 1 / (1 + Math.exp(-logit))
