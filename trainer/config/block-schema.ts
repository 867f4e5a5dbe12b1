/** Parts of a model's config that architectures share. */
import { Type, type Static } from '@partition-vae/models/typebox'
import { PARTITION_NAME_PATTERN } from '@partition-vae/models'

const strict = { additionalProperties: false }

export const PartitionSpecSchema = Type.Object({
  name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
  size: Type.Integer({ minimum: 1, maximum: 1024, description: 'Number of latent units' }),
}, strict)

export const LikelihoodSchema = Type.Union([
  Type.Object({ kind: Type.Literal('bernoulli') }, strict),
  Type.Object(
    {
      kind: Type.Literal('gaussian'),
      variance: Type.Union(
        [Type.Number({ exclusiveMinimum: 0 }), Type.Literal('calibrated'), Type.Literal('learned')],
        {
          description:
            'σ² of a pixel; "calibrated": a running mean of the squared error; "learned": a weight (both Rybkin et ' +
              'al. 2021)',
        }
      ),
    },
    strict
  ),
])

export const ActivationSchema = Type.Union([Type.Literal('relu'), Type.Literal('leaky-relu'), Type.Literal('elu')], {
  default: 'relu',
})
export type Activation = Static<typeof ActivationSchema>

/** Kernels are square and odd or even; padding is "same" throughout, so that sizes follow from strides alone. */
const EncoderBlockSchema = Type.Object(
  {
    channels: Type.Integer({ minimum: 1, maximum: 1024 }),
    kernel: Type.Integer({ minimum: 1, maximum: 11 }),
    downsample: Type.Union(
      [Type.Literal('none'), Type.Literal('stride'), Type.Literal('stride-4'), Type.Literal('max-pool')],
      {
        description:
          'Halve the size by a stride of 2, quarter it by one of 4, halve it by a 2×2 max-pool after the ' +
            'activation, or leave it',
      }
    ),
  },
  strict
)

const DecoderBlockSchema = Type.Object(
  {
    channels: Type.Integer({ minimum: 1, maximum: 1024 }),
    kernel: Type.Integer({ minimum: 1, maximum: 11 }),
    upsample: Type.Union([Type.Literal('none'), Type.Literal('transposed'), Type.Literal('nearest')], {
      description:
        'Double the size by a transposed convolution of stride 2, by repeating pixels before the convolution, or ' +
          'not at all',
    }),
  },
  strict
)

/** Convolutions, then linear layers. */
export const EncoderSchema = Type.Object(
  {
    blocks: Type.Array(EncoderBlockSchema, { maxItems: 8, description: 'None for linear layers only' }),
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 8192 }), {
      maxItems: 4,
      default: [],
      description: 'Widths of linear layers before the latent',
    }),
  },
  strict
)
export type EncoderConfig = Static<typeof EncoderSchema>

/** Linear layers, then convolutions. */
export const DecoderSchema = Type.Object(
  {
    hidden: Type.Array(Type.Integer({ minimum: 1, maximum: 8192 }), {
      maxItems: 4,
      default: [],
      description: 'Widths of linear layers after the latent',
    }),
    base: Type.Integer({ minimum: 1, maximum: 1024, description: 'Channels of the first feature map' }),
    blocks: Type.Array(DecoderBlockSchema, { maxItems: 8, default: [] }),
    outputKernel: Type.Integer({ minimum: 1, maximum: 11, default: 3 }),
    outputBlock: Type.Optional(
      Type.Union([Type.Literal(1), Type.Literal(2), Type.Literal(4)], {
        description:
          'r: the last convolution gives the r × r pixels of a block as channels (Shi et al. 2016, arXiv ' +
            '1609.05158). Default 1',
      })
    ),
  },
  strict
)
export type DecoderConfig = Static<typeof DecoderSchema>

/** A partition's two networks, which lead from the encoder's features to its mean and to its log-variance. */
export const HeadsSchema = Type.Object(
  {
    hidden: Type.Integer({
      minimum: 1,
      maximum: 1024,
      default: 16,
      description: 'Hidden width of each mean and each log-variance network',
    }),
    residual: Type.Boolean({
      default: false,
      description: "Add the partition's input to the output of its mean network",
    }),
  },
  { ...strict, default: {} }
)
export type HeadsConfig = Static<typeof HeadsSchema>

/** Heads of the joint architecture, which can be those of VAEs without partitions. */
export const JointHeadsSchema = Type.Object(
  {
    ...HeadsSchema.properties,
    linear: Type.Optional(Type.Boolean({
      description:
        "Mean and log-variance are linear in the encoder's features, as of VAEs without partitions, in place of " +
          'networks of their own',
    })),
  },
  { ...strict, default: {} }
)
