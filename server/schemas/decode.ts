import { Type, type Static } from 'typebox'
import { DEFAULT_LIMITS } from '../limits.js'
import { FileSchema } from './common.js'

const LatentSchema = Type.Union([
  Type.Array(Type.Number(), { description: 'Flat: D numbers, partitions in card order' }),
  Type.Record(Type.String(), Type.Array(Type.Number()), { description: 'By partition; a missing partition means zeros' }),
])
export type LatentInput = Static<typeof LatentSchema>

export function decodeBodySchema (maxItems = DEFAULT_LIMITS.latentsPerRequest) {
  return Type.Object({
    latents: Type.Array(LatentSchema, { minItems: 1, maxItems }),
  }, { additionalProperties: false })
}
export type DecodeBody = Static<ReturnType<typeof decodeBodySchema>>

export const ImagesResponseSchema = Type.Object({
  images: Type.Array(Type.String({ description: 'PNG as a data URL' })),
})
export type ImagesResponse = Static<typeof ImagesResponseSchema>

/** Pictures, by `Accept`. */
export const PicturesSchema = {
  description: 'By `Accept`: one picture with all images side by side (PNG by default, or WebP), or JSON with a data URL for each',
  content: { 'image/png': { schema: FileSchema }, 'image/webp': { schema: FileSchema }, 'application/json': { schema: ImagesResponseSchema } },
}
