/** The layers PartitionVAEs are made of. Images are channels-last [N, H, W, C]; padding is "same". */
import * as tf from '@tensorflow/tfjs-core'
import type { Activation } from '../config/block-schema.js'
import { glorotUniform, zeros, type Initializer, type Parameters } from './parameters.js'

/** [N, I] → [N, units]. The kernel begins Glorot-uniform and the bias as zeros, unless initializers are given. */
export function linear (
  x: tf.Tensor, units: number, parameters: Parameters, initializer?: Initializer, initialBias = zeros
): tf.Tensor {
  const inputs = x.shape[1]!
  const kernel = parameters('kernel', [inputs, units], initializer ?? glorotUniform(inputs, units)) // [I, units]
  const bias = parameters('bias', [units], initialBias) // [units]
  return tf.add(tf.matMul(x as tf.Tensor2D, kernel as tf.Tensor2D), bias) // [N, units]
}

/** [N, H, W, I] → [N, ⌈H/stride⌉, ⌈W/stride⌉, channels]. */
export function convolution (
  x: tf.Tensor,
  channels: number,
  size: number,
  stride: 1 | 2 | 4,
  parameters: Parameters,
  initializer?: Initializer
): tf.Tensor {
  const inputs = x.shape[3]!
  const initial = initializer ?? glorotUniform(size * size * inputs, size * size * channels)
  const kernel = parameters('kernel', [size, size, inputs, channels], initial) // [k, k, I, channels]
  const bias = parameters('bias', [channels], zeros) // [channels]
  return tf.add(tf.conv2d(x as tf.Tensor4D, kernel as tf.Tensor4D, stride, 'same'), bias)
}

/** [N, H, W, I] → [N, 2H, 2W, channels]. */
export function transposedConvolution (
  x: tf.Tensor,
  channels: number,
  size: number,
  parameters: Parameters
): tf.Tensor {
  const [batch, height, width, inputs] = x.shape as [number, number, number, number]
  // [k, k, channels, I]
  const kernel = parameters(
    'kernel',
    [size, size, channels, inputs],
    glorotUniform(size * size * inputs, size * size * channels)
  )
  const bias = parameters('bias', [channels], zeros) // [channels]
  return tf.add(
    tf.conv2dTranspose(x as tf.Tensor4D, kernel as tf.Tensor4D, [batch, 2 * height, 2 * width, channels], 2, 'same'),
    bias
  )
}

/** Leaky ReLU's slope below zero. */
const LEAK = 0.1

export function activate (x: tf.Tensor, activation: Activation): tf.Tensor {
  switch (activation) {
    case 'relu': return tf.relu(x)
    case 'leaky-relu': return tf.leakyRelu(x, LEAK)
    case 'elu': return tf.elu(x)
  }
}

/**
 * [N, H, W, C] → [N, C·H·W]. Channels first: that is how the compiled engine stores feature maps, so flattening moves
 * no data.
 */
export function flatten (x: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = x.shape as [number, number, number, number]
  return tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [batch, channels * height * width])
}

/** [N, C·H·W] → [N, H, W, C]: the inverse of flatten. */
export function unflatten (x: tf.Tensor, [height, width, channels]: readonly [number, number, number]): tf.Tensor {
  return tf.transpose(tf.reshape(x, [x.shape[0]!, channels, height, width]), [0, 2, 3, 1])
}
