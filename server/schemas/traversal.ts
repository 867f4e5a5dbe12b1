import {
  INFLUENCE_SCALES,
  PRIOR_SEED_LIMITS,
  TRAVERSAL_DEFAULTS,
  TRAVERSAL_LIMITS,
  TRAVERSAL_MODES,
} from '@partition-vae/models'
import { Type, type Static } from '@partition-vae/models/typebox'
import { FileSchema } from './common.js'
import { ImageQuerySchema } from './encode.js'
import {
  LabelsSchema,
  PictureFormatSchema,
  pictureResponse,
  TENSOR_HEADERS,
  TensorFormatSchema,
  ZoomSchema,
} from './pictures.js'

const { steps, range, factor } = TRAVERSAL_LIMITS

const movement = {
  mode: Type.Enum([...TRAVERSAL_MODES], {
    default: TRAVERSAL_DEFAULTS.mode,
    description:
      '`unit`: a row for each unit, moved alone; `scale`: a row for each partition, all its elements times the ' +
      "step's factor; " +
      '`joint`: a row for each partition, moved along its first principal direction',
  }),
  partition: Type.Optional(Type.String({ description: 'Names between commas (default: all)' })),
  steps: Type.Integer({
    minimum: steps[0],
    maximum: steps[1],
    default: TRAVERSAL_DEFAULTS.steps,
    description: 'Columns',
  }),
  range: Type.Number({
    exclusiveMinimum: range[0],
    maximum: range[1],
    default: TRAVERSAL_DEFAULTS.range,
    description: 'unit, joint: ± posterior standard deviations around the base',
  }),
  from: Type.Number({
    minimum: factor[0],
    maximum: factor[1],
    default: TRAVERSAL_DEFAULTS.from,
    description: 'scale: the first factor',
  }),
  to: Type.Number({
    minimum: factor[0],
    maximum: factor[1],
    default: TRAVERSAL_DEFAULTS.to,
    description: 'scale: the last factor',
  }),
}
const LatentTextSchema = Type.Optional(
  Type.String({ description: "The base: D numbers between commas (default: the card's mean)" })
)
const look = { zoom: ZoomSchema, labels: LabelsSchema, format: PictureFormatSchema }

export const TraversalQuerySchema = Type.Object(
  {
    ...movement,
    latent: LatentTextSchema,
    seed: Type.Optional(
      Type.Integer({
        minimum: PRIOR_SEED_LIMITS[0],
        maximum: PRIOR_SEED_LIMITS[1],
        description: 'The base: a sample from the prior, instead of `latent`',
      })
    ),
    ...look,
  },
  { additionalProperties: false }
)
export type TraversalQuery = Static<typeof TraversalQuerySchema>

/** The image is the base: there is no `latent` and no `seed`. */
export const ImageTraversalQuerySchema = Type.Object(
  { ...movement, ...ImageQuerySchema.properties, ...look },
  { additionalProperties: false }
)

export const InfluenceQuerySchema = Type.Object(
  {
    latent: LatentTextSchema,
    scale: Type.Enum([...INFLUENCE_SCALES], {
      default: 'common',
      description:
        'Of the colours. `common`: one for all maps, so that they compare; `own`: each up to its own largest ' +
          'change, so that faint ones show',
    }),
    ...look,
    format: TensorFormatSchema,
  },
  { additionalProperties: false }
)

/** Maps of influence, for the route's schema. */
export function influenceResponse (headers: object) {
  const picture = pictureResponse('A map for each partition, side by side up to 8, below each other beyond', {
    ...headers,
    ...TENSOR_HEADERS,
  })
  return {
    ...picture,
    description: `${picture.description}. Or the maps in numbers, FP32 [partitions, height, width] in card order`,
    content: { ...picture.content, 'application/octet-stream': { schema: FileSchema } },
  }
}
