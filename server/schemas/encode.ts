import { Type, type Static } from '@partition-vae/models/typebox'
import { FileSchema, ModelIdentitySchema } from './common.js'
import { FilesFormatSchema } from './pictures.js'

export const ImageQuerySchema = Type.Object(
  {
    fit: Type.Enum(['fill', 'contain', 'cover'], {
      default: 'fill',
      description:
        "How an image of another size becomes the model's: stretched, padded with black, or cropped in the middle",
    }),
    invert: Type.Boolean({
      default: false,
      description: 'Dark on light becomes light on dark. What is transparent or padded ends up black either way',
    }),
  },
  { additionalProperties: false }
)

export const ReconstructQuerySchema = Type.Object(
  {
    ...ImageQuerySchema.properties,
    input: Type.Boolean({
      default: false,
      description: 'Each image too, as the model gets it (after `fit` and `invert`), before its reconstruction',
    }),
    format: FilesFormatSchema,
  },
  { additionalProperties: false }
)

/** One image, as a raw body. */
const RAW_IMAGE = {
  'image/png': { schema: FileSchema },
  'image/jpeg': { schema: FileSchema },
  'image/webp': { schema: FileSchema },
  'application/octet-stream': { schema: { ...FileSchema, description: 'PNG, JPEG or WebP: the bytes tell' } },
}

function imageForm (maxItems?: number) {
  return {
    schema: {
      type: 'object',
      required: ['image'],
      additionalProperties: false,
      properties: {
        image: {
          type: 'array',
          minItems: 1,
          ...(maxItems !== undefined && { maxItems }),
          items: FileSchema,
          description: maxItems === 1 ? 'PNG, JPEG or WebP' : 'PNG, JPEG or WebP; repeatable',
        },
      },
    },
  }
}

/** One or more images. For the document: bodies are read as streams and bytes, not validated by this. */
export const ImageBodySchema = {
  content: { 'multipart/form-data': imageForm(), ...RAW_IMAGE },
}

/** Exactly one image: see above. */
export const SingleImageBodySchema = {
  content: { 'multipart/form-data': imageForm(1), ...RAW_IMAGE },
}

export const EncodingSchema = Type.Object({
  partitions: Type.Array(
    Type.Object({
      name: Type.String(),
      mean: Type.Array(Type.Number(), { description: 'Posterior mean, one number for each unit' }),
      logVariance: Type.Array(Type.Number(), {
        description: 'Logarithm of the posterior variance, one number for each unit',
      }),
      kl: Type.Number({ description: 'Divergence from the prior, in nats' }),
    })
  ),
  kl: Type.Number({ description: 'Sum over the partitions, in nats' }),
})
export type Encoding = Static<typeof EncodingSchema>

export const EncodeResponseSchema = Type.Object({
  model: ModelIdentitySchema,
  encodings: Type.Array(EncodingSchema, { description: 'In the order sent' }),
})
export type EncodeResponse = Static<typeof EncodeResponseSchema>
