/** Sizes of a model on images of a given shape, and whether they work out. */
import type { ImageShape } from '@partition-vae/models'
import type { JointModelConfig } from '../../config/schema.js'
import { decoderBaseSize, encoderOutputSize, requireDivisible, type Size } from '../sizes.js'

export interface ModelSizes {
  /** Size of the encoder's last feature map. */
  readonly features: Size
  /** Size of the decoder's first feature map. */
  readonly base: Size
  /** Size of the decoder's output before upsampling: 1/f of the image. */
  readonly subresolution: Size
}

/** @throws TrainerError PVAE_CONFIG_INVALID, naming what does not fit and what would. */
export function planSizes (config: JointModelConfig, { height, width }: ImageShape): ModelSizes {
  const { factor } = config.subresolution
  requireDivisible(height, width, factor, 'model.subresolution.factor', 'the subresolution factor')
  const subresolution: Size = [height / factor, width / factor]
  return {
    base: decoderBaseSize(config.decoder, subresolution, factor),
    features: encoderOutputSize(config.encoder, [height, width], 'model.encoder'),
    subresolution,
  }
}
