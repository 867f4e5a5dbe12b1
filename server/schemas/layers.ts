import { Type, type Static } from '@partition-vae/models/typebox'
import { FileSchema } from './common.js'
import { FilesFormatSchema, TENSOR_HEADERS } from './pictures.js'

export const LayersQuerySchema = Type.Object(
  {
    partition: Type.Optional(Type.String({ description: 'Names between commas (default: all)' })),
    alpha: Type.Enum(['over', 'share'], {
      default: 'over',
      description:
        '`over`: each layer lies over those before it; drawn in order (source over), all of them are the picture. ' +
          '`share`: alpha is the visible share of each pixel; the sum of colour times alpha is the picture',
    }),
    light: Type.Boolean({
      default: true,
      description: 'Colours in the light of the gain, where the model has one. false: as they are without it',
    }),
    datatype: Type.Enum(['UINT8', 'FP32'], {
      default: 'UINT8',
      description: 'Of a binary answer. FP32 is exact, and its colours may be beyond 1 in bright light',
    }),
    format: FilesFormatSchema,
  },
  { additionalProperties: false }
)

const LayerSchema = Type.Object({
  partition: Type.String(),
  image: Type.Optional(
    Type.String({ description: 'PNG as a data URL: RGBA, straight. Absent of a gain, which draws nothing' })
  ),
  gain: Type.Optional(
    Type.Array(Type.Number(), {
      minItems: 3,
      maxItems: 3,
      description: 'Of a gain: its factors of red, green and blue',
    })
  ),
})
export type Layer = Static<typeof LayerSchema>

const LayersResponseSchema = Type.Object({
  layers: Type.Array(Type.Array(LayerSchema), {
    description: 'For each latent its layers, from the back to the front',
  }),
})

/** Layers, for the route's schema. */
export const LAYERS_ANSWER = {
  description:
    'The layers, from the back to the front, RGBA, colours not multiplied by alpha: by `format`, else by `Accept`, ' +
    'one picture with a row for each latent and a column for each layer, JSON with a data URL for each, or a binary ' +
    'tensor [N, layers, height, width, 4] (UINT8 unless `datatype` says FP32). A gain comes last and is transparent; ' +
    'its colour is its factors, in bytes half of them',
  headers: {
    ...TENSOR_HEADERS,
    'layer-partitions': {
      type: 'string',
      description: 'The partitions of the layers, names between commas, from the back to the front',
    },
  },
  content: {
    'image/png': { schema: FileSchema },
    'image/webp': { schema: FileSchema },
    'application/json': { schema: LayersResponseSchema },
    'application/octet-stream': { schema: FileSchema },
  },
} as const
