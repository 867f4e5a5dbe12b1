import { Type, type Static } from 'typebox'
import { MODEL_NAME_PATTERN, PARTITION_NAME_PATTERN } from '@partition-vae/models'
import { DataConfigSchema } from '../data/config.js'

const strict = { additionalProperties: false }

export const PartitionSpecSchema = Type.Object({
  name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
  size: Type.Integer({ minimum: 1, maximum: 1024, description: 'Number of latent units' }),
}, strict)

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

export const ModelConfigSchema = Type.Object({
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
  likelihood: Type.Union([
    Type.Object({ kind: Type.Literal('bernoulli') }, strict),
    Type.Object({
      kind: Type.Literal('gaussian'),
      variance: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('calibrated')], {
        description: 'σ² of a pixel, or "calibrated": a running mean of the squared error (Rybkin et al. 2021)',
      }),
    }, strict),
  ]),
}, strict)
export type ModelConfig = Static<typeof ModelConfigSchema>

export const ObjectiveConfigSchema = Type.Object({
  beta: Type.Number({ minimum: 0, default: 1, description: 'Weight of the KL (Higgins et al. 2017)' }),
  betaWarmup: Type.Number({ minimum: 0, maximum: 1, default: 0.1, description: 'Fraction of all steps over which β rises linearly from 0' }),
  inputNoise: Type.Number({ minimum: 0, maximum: 1, default: 0, description: 'Standard deviation of the noise added to training inputs, which are then clamped to [0, 1]' }),
}, { ...strict, default: {} })
export type ObjectiveConfig = Static<typeof ObjectiveConfigSchema>

export const FitConfigSchema = Type.Object({
  epochs: Type.Integer({ minimum: 1, maximum: 100_000 }),
  batchSize: Type.Integer({ minimum: 1, maximum: 4096, default: 128 }),
  learningRate: Type.Number({ exclusiveMinimum: 0, maximum: 1, default: 1e-3 }),
  learningRateSchedule: Type.Union([Type.Literal('constant'), Type.Literal('cosine')], { default: 'cosine' }),
  learningRateWarmupSteps: Type.Integer({ minimum: 0, default: 100 }),
  adam: Type.Object({
    beta1: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.9 }),
    beta2: Type.Number({ minimum: 0, exclusiveMaximum: 1, default: 0.999 }),
    epsilon: Type.Number({ exclusiveMinimum: 0, default: 1e-7 }),
  }, { ...strict, default: {} }),
  checkpointEverySteps: Type.Integer({ minimum: 1, default: 500 }),
}, strict)
export type FitConfig = Static<typeof FitConfigSchema>

/** Everything that determines a run. A run with the same config on the same data and engine gives the same weights. */
export const RunConfigSchema = Type.Object({
  name: Type.String({ pattern: MODEL_NAME_PATTERN, description: 'Name of the model in the repository' }),
  description: Type.String({ maxLength: 2000, default: '' }),
  seed: Type.Integer({ minimum: 0, maximum: 4294967295, default: 0 }),
  data: DataConfigSchema,
  model: ModelConfigSchema,
  objective: ObjectiveConfigSchema,
  fit: FitConfigSchema,
}, strict)
export type RunConfig = Static<typeof RunConfigSchema>
