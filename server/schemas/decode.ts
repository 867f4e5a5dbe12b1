import { Type } from '@partition-vae/models/typebox'
import { DEFAULT_LIMITS } from '../settings/limits.js'

/** One latent. */
export const LatentSchema = Type.Union([
  Type.Array(Type.Number(), { description: 'Flat: D numbers, partitions in card order' }),
  Type.Record(Type.String(), Type.Array(Type.Number()), {
    description: 'By partition; a missing partition means zeros',
  }),
])

export function decodeBodySchema (maxItems = DEFAULT_LIMITS.latentsPerRequest) {
  return Type.Object({
    latents: Type.Array(LatentSchema, { minItems: 1, maxItems }),
  }, { additionalProperties: false })
}
