import { MAX_NEIGHBOURS, SCALES } from '@partition-vae/collections/search'
import { Type, type Static } from '@partition-vae/models/typebox'
import { ModelIdentitySchema } from './common.js'
import { LatentSchema } from './decode.js'
import { SingleImageBodySchema } from './encode.js'

const WEIGHTS = 'Of squared distances, by partition; negative: far is near. Default: all partitions weigh 1'
const AS_THE_INDEX = 'Of an image. Default: as the images of the index were'
const options = {
  k: Type.Optional(Type.Integer({
    minimum: 1, maximum: MAX_NEIGHBOURS, description: 'How many neighbours; fewer where there are fewer. Default: 10',
  })),
  scale: Type.Optional(Type.Enum([...SCALES], {
    description: 'What differences are divided by: the deviation of each unit over the data (default), or the mean ' +
      'posterior deviation, where the images were encoded with log-variances',
  })),
  latents: Type.Optional(Type.Boolean({ description: 'Whether neighbours come with their latents. Default: false' })),
}

/** The search of either kind of body. */
export const SearchQuerySchema = Type.Object(
  {
    ...options,
    weights: Type.Optional(Type.String({ description: `${WEIGHTS}. E.g. \`pose=1,style=-0.25\`` })),
    where: Type.Optional(Type.String({
      description: 'Conditions between commas, each a column, one of = != < <= > >=, and a value, e.g. ' +
        '`split=test,age>=3`. Columns are those of the metadata that the index was made with, and `file`, whose ' +
        'value may have * and ?',
    })),
    fit: Type.Optional(Type.Enum(['fill', 'contain', 'cover'], { description: AS_THE_INDEX })),
    invert: Type.Optional(Type.Boolean({ description: AS_THE_INDEX })),
  },
  { additionalProperties: false }
)

/** A latent in the place of an image. What it says wins over the query. */
export const SearchBodySchema = Type.Object(
  {
    latent: LatentSchema,
    ...options,
    weights: Type.Optional(Type.Record(Type.String(), Type.Number(), { description: WEIGHTS })),
    where: Type.Optional(Type.Array(Type.String(), { description: 'Conditions, as in the query, one an element' })),
  },
  { additionalProperties: false }
)
export type SearchBody = Static<typeof SearchBodySchema>

/** One image, or a latent: for the document. */
export const SearchContentSchema = {
  content: { ...SingleImageBodySchema.content, 'application/json': { schema: SearchBodySchema } },
}

const byPartition = (description: string) => Type.Record(Type.String(), Type.Number(), { description })

export const SearchResponseSchema = Type.Object({
  model: ModelIdentitySchema,
  scale: Type.Enum([...SCALES], { description: 'What differences were divided by' }),
  neighbours: Type.Array(Type.Object({
    file: Type.String({ description: 'The name of the image, as it was encoded' }),
    row: Type.Integer({ minimum: 0, description: 'Its place in the index' }),
    distance: Type.Number({ description: 'The weighted sum of squared distances' }),
    distances: byPartition('The squared distance in each partition, not weighted'),
    latent: Type.Optional(Type.Record(Type.String(), Type.Array(Type.Number()), { description: 'By partition' })),
  }), { description: 'The nearest first; of equals that of the lower row. Exact' }),
})
export type SearchResponse = Static<typeof SearchResponseSchema>
