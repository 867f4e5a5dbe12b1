/** The config of a model: its kinds, and the parts that each is made of. */
import { Type, type Static } from '@partition-vae/models/typebox'
import {
  ActivationSchema,
  DecoderSchema,
  EncoderSchema,
  JointHeadsSchema,
  LikelihoodSchema,
  PartitionSpecSchema,
} from './block-schema.js'
import { LayeredModelConfigSchema } from './layered-schema.js'
import { PosedModelConfigSchema } from './posed-schema.js'
import { SlotsModelConfigSchema } from './slots-schema.js'

const strict = { additionalProperties: false }

/** The paper's architecture: one convolutional encoder and one decoder for all partitions. */
export const JointModelConfigSchema = Type.Object(
  {
    architecture: Type.Literal('joint', { default: 'joint' }),
    partitions: Type.Array(PartitionSpecSchema, { minItems: 1, maxItems: 64 }),
    subresolution: Type.Object(
      {
        factor: Type.Integer({
          minimum: 1,
          maximum: 16,
          default: 1,
          description: 'f: the decoder works at 1/f of the resolution',
        }),
        interpolation: Type.Union([Type.Literal('nearest'), Type.Literal('bilinear')], { default: 'nearest' }),
      },
      { ...strict, default: {} }
    ),
    activation: ActivationSchema,
    encoder: EncoderSchema,
    heads: JointHeadsSchema,
    decoder: DecoderSchema,
    likelihood: LikelihoodSchema,
  },
  strict
)
export type JointModelConfig = Static<typeof JointModelConfigSchema>

/** One schema an architecture, so that what is wrong with a config is told of the architecture it names. */
export const modelConfigSchemas = {
  joint: JointModelConfigSchema,
  posed: PosedModelConfigSchema,
  layered: LayeredModelConfigSchema,
  slots: SlotsModelConfigSchema,
}
export type Architecture = keyof typeof modelConfigSchemas
export type ModelConfig = Static<typeof modelConfigSchemas[Architecture]>
