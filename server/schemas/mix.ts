import { Type } from '@partition-vae/models/typebox'
import { FileSchema } from './common.js'
import { ImageQuerySchema } from './encode.js'
import { FilesFormatSchema, LabelsSchema, ZoomSchema } from './pictures.js'

export const MixQuerySchema = Type.Object(
  {
    take: Type.Optional(
      Type.String({
        description:
          'Partitions to take from the second image, names between commas (default: one column for each partition)',
      })
    ),
    ...ImageQuerySchema.properties,
    zoom: ZoomSchema,
    labels: LabelsSchema,
    format: FilesFormatSchema,
  },
  { additionalProperties: false }
)

/** Two images. For the document: bodies are read as streams, not validated by this. */
export const ImagePairBodySchema = {
  content: {
    'multipart/form-data': {
      schema: {
        type: 'object',
        required: ['image'],
        additionalProperties: false,
        properties: { image: { type: 'array', minItems: 2, maxItems: 2, items: FileSchema, description: 'A, then B' } },
      },
    },
  },
}
