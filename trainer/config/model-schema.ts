/** What a model can be made of. */
import { Type, type Static } from 'typebox'
import { PARTITION_NAME_PATTERN } from '@partition-vae/models'

const strict = { additionalProperties: false }

export const PartitionSpecSchema = Type.Object({
  name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
  size: Type.Integer({ minimum: 1, maximum: 1024, description: 'Number of latent units' }),
}, strict)

export const LikelihoodSchema = Type.Union([
  Type.Object({ kind: Type.Literal('bernoulli') }, strict),
  Type.Object({
    kind: Type.Literal('gaussian'),
    variance: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('calibrated')], {
      description: 'σ² of a pixel, or "calibrated": a running mean of the squared error (Rybkin et al. 2021)',
    }),
  }, strict),
])

/** Kernels are square and odd or even; padding is "same" throughout, so that sizes follow from strides alone. */
const EncoderBlockSchema = Type.Object({
  channels: Type.Integer({ minimum: 1, maximum: 1024 }),
  kernel: Type.Integer({ minimum: 1, maximum: 11 }),
  downsample: Type.Union([Type.Literal('none'), Type.Literal('stride'), Type.Literal('max-pool')], {
    description: 'Halve the size by a stride of 2, by a 2×2 max-pool after the activation, or not at all',
  }),
}, strict)

const DecoderBlockSchema = Type.Object({
  channels: Type.Integer({ minimum: 1, maximum: 1024 }),
  kernel: Type.Integer({ minimum: 1, maximum: 11 }),
  upsample: Type.Union([Type.Literal('none'), Type.Literal('transposed'), Type.Literal('nearest')], {
    description: 'Double the size by a transposed convolution of stride 2, by repeating pixels before the convolution, or not at all',
  }),
}, strict)

/** The paper's architecture: one convolutional encoder and one decoder for all partitions. */
export const JointModelConfigSchema = Type.Object({
  architecture: Type.Literal('joint', { default: 'joint' }),
  partitions: Type.Array(PartitionSpecSchema, { minItems: 1, maxItems: 64 }),
  subresolution: Type.Object({
    factor: Type.Integer({ minimum: 1, maximum: 16, default: 1, description: 'f: the decoder works at 1/f of the resolution' }),
    interpolation: Type.Union([Type.Literal('nearest'), Type.Literal('bilinear')], { default: 'nearest' }),
  }, { ...strict, default: {} }),
  activation: Type.Union([Type.Literal('relu'), Type.Literal('leaky-relu'), Type.Literal('elu')], { default: 'relu' }),
  encoder: Type.Object({
    blocks: Type.Array(EncoderBlockSchema, { minItems: 1, maxItems: 8 }),
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 8192 }), { maxItems: 4, default: [], description: 'Widths of linear layers before the latent' }),
  }, strict),
  heads: Type.Object({
    hidden: Type.Integer({ minimum: 1, maximum: 1024, default: 16, description: 'Hidden width of each mean and each log-variance network' }),
    residual: Type.Boolean({ default: false, description: 'Add the partition\'s input to the output of its mean network' }),
  }, { ...strict, default: {} }),
  decoder: Type.Object({
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 8192 }), { maxItems: 4, default: [], description: 'Widths of linear layers after the latent' }),
    base: Type.Integer({ minimum: 1, maximum: 1024, description: 'Channels of the first feature map' }),
    blocks: Type.Array(DecoderBlockSchema, { maxItems: 8, default: [] }),
    outputKernel: Type.Integer({ minimum: 1, maximum: 11, default: 3 }),
  }, strict),
  likelihood: LikelihoodSchema,
}, strict)
export type JointModelConfig = Static<typeof JointModelConfigSchema>

/** One schema an architecture, so that what is wrong with a config is told of the architecture it names. */
export const modelConfigSchemas = {
  joint: JointModelConfigSchema,
}
export type Architecture = keyof typeof modelConfigSchemas
export type ModelConfig = Static<typeof modelConfigSchemas[Architecture]>
