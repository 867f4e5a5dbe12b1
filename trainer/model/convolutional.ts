/** The convolutional parts that architectures share: a feature extractor, and a block that draws. */
import * as tf from '@tensorflow/tfjs-core'
import type { Activation, DecoderConfig, EncoderConfig } from '../config/block-schema.js'
import { activate, convolution, flatten, linear, transposedConvolution } from './layers.js'
import { scope, type Parameters } from './parameters.js'
import { blocksToPixels, repeatPixels } from './upsampling.js'

/** Pixels from one window to the next. */
const STRIDES = { none: 1, 'max-pool': 1, stride: 2, 'stride-4': 4 } as const

/** image [N, H, W, C] → features [N, F]: the last feature map, flattened, or the last hidden layer. */
export function extractFeatures (
  image: tf.Tensor,
  { blocks, hidden: widths }: EncoderConfig,
  activation: Activation,
  parameters: Parameters
): tf.Tensor {
  let features = image // [N, H, W, C]
  blocks.forEach(({ channels, kernel, downsample }, i) => {
    // [N, h, w, channels]
    features = convolution(features, channels, kernel, STRIDES[downsample], scope(parameters, `block${i}`))
    features = activate(features, activation)
    // [N, ⌊h/2⌋, ⌊w/2⌋, channels]
    if (downsample === 'max-pool') features = tf.maxPool(features as tf.Tensor4D, 2, 2, 'valid')
  })
  let hidden = flatten(features) // [N, F]
  widths.forEach((units, i) => {
    hidden = activate(linear(hidden, units, scope(parameters, `hidden${i}`)), activation) // [N, units]
  })
  return hidden
}

/** features [N, h, w, I] → [N, h or 2h, w or 2w, channels], before the activation. */
export function drawBlock (
  features: tf.Tensor,
  { channels, kernel, upsample }: DecoderConfig['blocks'][number],
  parameters: Parameters
): tf.Tensor {
  return upsample === 'transposed'
    ? transposedConvolution(features, channels, kernel, parameters)
    : convolution(upsample === 'nearest' ? repeatPixels(features, 2) : features, channels, kernel, 1, parameters)
}

/** features [N, h, w, I] → logits [N, r·h, r·w, channels]. */
export function drawOutput (
  features: tf.Tensor,
  channels: number,
  { outputKernel, outputBlock = 1 }: DecoderConfig,
  parameters: Parameters
): tf.Tensor {
  // [N, h, w, r²·channels]
  const blocks = convolution(features, channels * outputBlock ** 2, outputKernel, 1, parameters)
  return blocksToPixels(blocks, outputBlock)
}
