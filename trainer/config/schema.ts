import { Type, type Static, type TSchema } from '@partition-vae/models/typebox'
import { MODEL_NAME_PATTERN } from '@partition-vae/models'
import { DataConfigSchema } from '../data/config.js'
import { modelConfigSchemas, type Architecture, type ModelConfig } from './model-schema.js'
import { ObjectiveConfigSchema, type ObjectiveConfig } from './objective-schema.js'

export type { JointModelConfig, ModelConfig } from './model-schema.js'
export type { ObjectiveConfig } from './objective-schema.js'

const strict = { additionalProperties: false }

export const FitConfigSchema = Type.Object(
  {
    epochs: Type.Integer({ minimum: 1, maximum: 100_000 }),
    steps: Type.Optional(
      Type.Integer({
        minimum: 1,
        description: 'In place of epochs: the run and its schedules end after so many steps, be it within an epoch',
      })
    ),
    batchSize: Type.Integer({ minimum: 1, maximum: 4096, default: 128 }),
    learningRate: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1e-3 }),
    learningRateSchedule: Type.Union([Type.Literal('constant'), Type.Literal('cosine')], { default: 'cosine' }),
    learningRateWarmupSteps: Type.Integer({ minimum: 0, default: 100 }),
    adam: Type.Object(
      {
        beta1: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9 }),
        beta2: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.999 }),
        epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-7 }),
      },
      { ...strict, default: {} }
    ),
    gradientClip: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description: 'Gradients with a larger norm over all weights are scaled down to it',
      })
    ),
    checkpointEverySteps: Type.Integer({ minimum: 1, default: 500 }),
    checkpointEverySeconds: Type.Number({
      minimum: 1,
      default: 60,
      description: 'Also after so much time, less often where writing is slow',
    }),
  },
  strict
)
export type FitConfig = Static<typeof FitConfigSchema>

const runFields = {
  name: Type.String({ pattern: MODEL_NAME_PATTERN, description: 'Name of the model in the repository' }),
  description: Type.String({ maxLength: 2000, default: '' }),
  seed: Type.Integer({ minimum: 0, maximum: 4294967295, default: 0 }),
  data: DataConfigSchema,
}

/** Everything that determines a run. A run with the same config on the same data and engine gives the same weights. */
export interface RunConfig extends Static<Type.TObject<typeof runFields>> {
  readonly model: ModelConfig
  readonly objective: ObjectiveConfig
  readonly fit: FitConfig
}

/** The schema of a run's config by the architecture of its model. */
export const runConfigSchemas = Object.fromEntries(Object.entries(modelConfigSchemas).map(([architecture, model]) =>
  [architecture, Type.Object({ ...runFields, model, objective: ObjectiveConfigSchema, fit: FitConfigSchema }, strict)]
)) as Record<string, TSchema> as Record<Architecture, TSchema>
