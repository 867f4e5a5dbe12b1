/** One object an image, as a shape in a style, drawn on a canvas that a pose warps. */
import type { ImageShape } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { inOnePhase, type Network } from '../network.js'
import { sample } from '../posterior.js'
import { decoderBaseSize, encoderOutputSize } from '../sizes.js'
import { decode, decodeLogits } from './decoder.js'
import { encode } from './encoder.js'
import { partitionOfPart } from './partitions.js'

/** @throws TrainerError PVAE_CONFIG_INVALID for kinds that contradict, or sizes that do not fit the image */
export function createPosedNetwork (model: PosedModelConfig, shape: ImageShape): Network {
  partitionOfPart(model)
  const size = [shape.height, shape.width] as const
  decoderBaseSize(model.decoder, size, 1)
  if (model.style.from === 'blocks' && model.decoder.blocks.length === 0) {
    const expected = 'at least one block for the style to modulate, where model.style.from is blocks,'
    throw invalid('model.decoder.blocks', expected, 'none')
  }
  encoderOutputSize(model.pose.encoder, size, 'model.pose.encoder')
  encoderOutputSize(model.encoder, size, 'model.encoder')
  const network: Network = {
    ...inOnePhase(model, shape, () => network),
    forward ({ image, latentNoise, parameters, adjustPosterior = posterior => posterior }) {
      const posterior = adjustPosterior(encode(image, model, parameters)) // [N, D]
      const latent = sample(posterior, latentNoise) // [N, D]
      const logits = decodeLogits(latent, model, shape, parameters) // [N, H, W, C]
      return { posterior, latent, prediction: { kind: 'logits', logits }, penalties: {}, statistics: {} }
    },
    encode: (image, { parameters }) => encode(image, model, parameters),
    decode: (latent, { parameters }) => decode(latent, model, shape, parameters),
  }
  return network
}
