import * as tf from '@tensorflow/tfjs-core'
import { inLayer } from '../../onnx/layer.js'

/** Pixels from the edge that are taken for background where most agree. */
const BORDER = 2
/** Widths of the mean shifts' Gaussian kernels, one after another. */
const WIDTHS = [0.3, 0.15, 0.1, 0.06, 0.04, 0.04]

/**
 * Finds the background's colour: the mode of the colours along the border, by mean shift (Comaniciu and Meer 2002) from
 * their mean, with ever narrower kernels. Without parameters.
 * @param image [N, C, H, W] in [0, 1]
 * @returns [N, C]
 */
export function borderColour (image: tf.Tensor): tf.Tensor {
  const [batch, channels, height, width] = image.shape as [number, number, number, number]
  return inLayer('background', () => {
    const strip = (begin: number[], size: number[]) =>
      tf.reshape( // [N, C, …]
        tf.slice(image, [0, 0, ...begin], [-1, -1, ...size]), [batch, channels, size[0]! * size[1]!])
    const border = tf.concat([
      strip([0, 0], [BORDER, width]), strip([height - BORDER, 0], [BORDER, width]),
      strip([0, 0], [height, BORDER]), strip([0, width - BORDER], [height, BORDER]),
    ], 2) // [N, C, B]
    let colour = tf.mean(border, 2, true) // [N, C, 1]
    for (const deviation of WIDTHS) {
      const distance = tf.sum(tf.squaredDifference(border, colour), 1, true) // [N, 1, B]
      const weights = tf.add(tf.exp(tf.mul(distance, -0.5 / deviation ** 2)), 1e-6) // [N, 1, B]
      colour = tf.div(tf.sum(tf.mul(border, weights), 2, true), tf.sum(weights, 2, true)) // [N, C, 1]
    }
    return tf.reshape(colour, [batch, channels])
  })
}
