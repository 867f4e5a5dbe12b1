/**
 * The paper's architecture (Sheriff et al. 2023, arXiv 2302.03689): what one decoder makes of all partitions together
 * is the image.
 */
import type { ImageShape } from '@partition-vae/models'
import type { JointModelConfig } from '../../config/schema.js'
import { inOnePhase, type Network } from '../network.js'
import { sample } from '../posterior.js'
import { decode, decodeLogits } from './decoder.js'
import { encode } from './encoder.js'
import { planSizes } from './sizes.js'

/** @throws TrainerError PVAE_CONFIG_INVALID for sizes that do not fit the image */
export function createJointNetwork (model: JointModelConfig, shape: ImageShape): Network {
  planSizes(model, shape)
  const network: Network = {
    ...inOnePhase(model, shape, () => network),
    forward ({ image, latentNoise, parameters, adjustPosterior = posterior => posterior }) {
      const posterior = adjustPosterior(encode(image, model, parameters)) // [N, D]
      const latent = sample(posterior, latentNoise) // [N, D]
      const logits = decodeLogits(latent, model, shape, parameters) // [N, H/f, W/f, C]
      return { posterior, latent, prediction: { kind: 'logits', logits }, penalties: {}, statistics: {} }
    },
    encode: (image, { parameters }) => encode(image, model, parameters),
    decode: (latent, { parameters }) => decode(latent, model, shape, parameters),
  }
  return network
}
