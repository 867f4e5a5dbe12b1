import { Type, type Static } from '../foundation/typebox.js'
import { PARTITION_NAME_PATTERN } from '../latents/partitions.js'

export const SCHEMA_VERSION = 1
export const MODEL_NAME_PATTERN = '^[a-z0-9][a-z0-9-]{0,63}$'

const FileSchema = Type.Object({
  path: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$', description: 'File name inside the version folder' }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  bytes: Type.Integer({ minimum: 1 }),
}, { additionalProperties: false })

const PartitionSchema = Type.Object({
  name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
  size: Type.Integer({ minimum: 1 }),
  offset: Type.Integer({ minimum: 0 }),
  label: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Human name, given after measuring' })),
}, { additionalProperties: false })

const PrincipalDirectionSchema = Type.Object(
  {
    vector: Type.Array(Type.Number(), {
      minItems: 1,
      description: 'Unit length, one number for each unit of the partition',
    }),
    standardDeviation: Type.Number({ minimum: 0, description: 'Of the posterior means along the vector' }),
  },
  { additionalProperties: false }
)

/** The model card, `model.json`: what a model is, how it was made and how good it is. */
export const CardSchema = Type.Object({
  schemaVersion: Type.Literal(SCHEMA_VERSION),
  name: Type.String({ pattern: MODEL_NAME_PATTERN }),
  version: Type.Integer({ minimum: 1 }),
  createdAt: Type.String({
    pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z$',
    description: 'UTC, ISO 8601',
  }),
  description: Type.String({ maxLength: 2000 }),
  image: Type.Object(
    {
      height: Type.Integer({ minimum: 1, maximum: 4096 }),
      width: Type.Integer({ minimum: 1, maximum: 4096 }),
      channels: Type.Union([Type.Literal(1), Type.Literal(3)]),
    },
    { additionalProperties: false }
  ),
  pixelRule: Type.Optional(
    Type.Integer({
      minimum: 1,
      description:
        'Version of the rule by which picture files became the pixels that the model was trained on; absent in ' +
          'cards that are older than the second: 1',
    })
  ),
  subresolution: Type.Object(
    {
      factor: Type.Integer({ minimum: 1 }),
      interpolation: Type.Union([Type.Literal('nearest'), Type.Literal('bilinear')]),
    },
    { additionalProperties: false }
  ),
  latentSize: Type.Integer({ minimum: 1, maximum: 4096 }),
  partitions: Type.Array(PartitionSchema, { minItems: 1 }),
  latentStatistics: Type.Object(
    {
      mean: Type.Array(Type.Number()),
      standardDeviation: Type.Array(Type.Number({ minimum: 0 })),
      principalDirections: Type.Array(PrincipalDirectionSchema, {
        description: 'The first of each partition, in card order',
      }),
    },
    {
      additionalProperties: false,
      description: 'Of the posterior means over training images: mean and deviation of each unit',
    }
  ),
  files: Type.Object(
    {
      encoder: FileSchema,
      decoder: FileSchema,
      layers: Type.Optional(FileSchema), // of models that draw partitions apart
      sample: Type.Optional(FileSchema), // encoded images of the data
    },
    { additionalProperties: false }
  ),
  training: Type.Record(Type.String(), Type.Unknown(), {
    description: 'Resolved config, seed, epochs, engine, durations, package versions',
  }),
  metrics: Type.Record(Type.String(), Type.Unknown(), { description: 'By split, e.g. {"test": {"mse": 0.016}}' }),
})
export type Card = Static<typeof CardSchema>
