import type { ImageShape } from '@partition-vae/models'
import type { ModelConfig } from '../config/schema.js'
import { createJointNetwork } from './joint/network.js'
import { createLayeredNetwork } from './layered/network.js'
import type { Network } from './network.js'
import { createPosedNetwork } from './posed/network.js'
import { createSlotsNetwork } from './slots/network.js'

/**
 * Builds the network of a config at full resolution.
 * @throws TrainerError PVAE_CONFIG_INVALID for a config that does not fit the image
 */
export function createNetwork (model: ModelConfig, image: ImageShape): Network {
  switch (model.architecture) {
    case 'joint': return createJointNetwork(model, image)
    case 'posed': return createPosedNetwork(model, image)
    case 'layered': return createLayeredNetwork(model, image)
    case 'slots': return createSlotsNetwork(model, image)
  }
}
