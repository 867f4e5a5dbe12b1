/**
 * The decoder p(x|z): linear layers and convolutions at 1/f of the resolution, then upsampling by f (Sheriff et al.
 * 2023, arXiv 2302.03689, subresolution).
 */
import * as tf from '@tensorflow/tfjs-core'
import type { JointModelConfig } from '../../config/schema.js'
import { inLayer } from '../../onnx/layer.js'
import { drawBlock, drawOutput } from '../convolutional.js'
import { activate, linear, unflatten } from '../layers.js'
import { scope, type Parameters } from '../parameters.js'
import { planSizes } from './sizes.js'
import { upsample } from '../upsampling.js'
import type { ImageShape } from '@partition-vae/models'

/** latent [N, D] → logits [N, H/f, W/f, C]: the image before upsampling and sigmoid. */
export function decodeLogits (
  latent: tf.Tensor,
  config: JointModelConfig,
  image: ImageShape,
  parameters: Parameters
): tf.Tensor {
  const decoderScope = scope(parameters, 'decoder')
  const [height, width] = planSizes(config, image).base
  const { base: channels } = config.decoder
  let hidden = latent // [N, D]
  config.decoder.hidden.forEach((units, i) => {
    hidden = activate(linear(hidden, units, scope(decoderScope, `hidden${i}`)), config.activation) // [N, units]
  })
  // [N, channels·h·w]
  hidden = activate(linear(hidden, channels * height * width, scope(decoderScope, 'base')), config.activation)
  let features = unflatten(hidden, [height, width, channels]) // [N, h, w, channels]
  config.decoder.blocks.forEach((block, i) => {
    // [N, h or 2h, w or 2w, channels]
    features = activate(drawBlock(features, block, scope(decoderScope, `block${i}`)), config.activation)
  })
  return drawOutput(features, image.channels, config.decoder, scope(decoderScope, 'output')) // [N, H/f, W/f, C]
}

/**
 * logits [N, H/f, W/f, C] → image [N, H, W, C] in [0, 1]: the mean of p(x|z). Logits are upsampled, so that edges can
 * fall between low-resolution pixels.
 */
export function imageFromLogits (
  logits: tf.Tensor,
  { subresolution: { factor, interpolation } }: JointModelConfig
): tf.Tensor {
  return inLayer('upsampling', () => tf.sigmoid(upsample(logits, factor, interpolation)))
}

/** latent [N, D] → image [N, H, W, C] in [0, 1]. */
export function decode (
  latent: tf.Tensor,
  config: JointModelConfig,
  image: ImageShape,
  parameters: Parameters
): tf.Tensor {
  return imageFromLogits(decodeLogits(latent, config, image, parameters), config)
}
