import { Type, type Static } from '@partition-vae/models/typebox'
import { PARTITION_NAME_PATTERN } from '@partition-vae/models'
import { ActivationSchema, DecoderSchema, EncoderSchema, HeadsSchema, LikelihoodSchema } from './block-schema.js'

const strict = { additionalProperties: false }

const PosedPartitionSchema = Type.Object(
  {
    name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
    size: Type.Integer({
      minimum: 1,
      maximum: 1024,
      description: 'Number of latent units; of a pose 1 (slant), 2 (and height) or 3 (and width)',
    }),
    kind: Type.Union([Type.Literal('pose'), Type.Literal('shape'), Type.Literal('style')], {
      description: 'What it decides: how the image is warped, what is drawn, or how it is drawn',
    }),
  },
  strict
)

const deviation = (standard: number, what: string) =>
  Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: standard,
    description: `Change of ${what} by one unit of the latent`,
  })

/**
 * One object an image: a shape, drawn in a style on a canvas, which a pose warps. It is what a spatial transformer
 * (Jaderberg et al. 2015, arXiv 1506.02025) makes of a VAE; inference undoes the pose first, as in VITAE (Skafte
 * Detlefsen and Hauberg 2019, arXiv 1906.11881).
 */
export const PosedModelConfigSchema = Type.Object(
  {
    architecture: Type.Literal('posed'),
    partitions: Type.Array(PosedPartitionSchema, { minItems: 1, maxItems: 64 }),
    subresolution: Type.Object(
      {
        factor: Type.Literal(1, { default: 1, description: 'Canvas and warp work at full resolution' }),
        interpolation: Type.Literal('nearest', { default: 'nearest' }),
      },
      { ...strict, default: {} }
    ),
    activation: ActivationSchema,
    pose: Type.Object(
      {
        encoder: EncoderSchema,
        slantFrom: Type.Union([Type.Literal('moments'), Type.Literal('network')], {
          default: 'moments',
          description:
            "The slant's mean: of the image's second moments, for bright objects on dark ground; or learned",
        }),
        slant: deviation(0.3, 'the slant (dx/dy)'),
        height: deviation(0.15, "the height's logarithm"),
        width: deviation(0.2, "the width's logarithm"),
      },
      strict
    ),
    encoder: EncoderSchema,
    heads: HeadsSchema,
    style: Type.Object(
      {
        hidden: Type.Integer({
          minimum: 1,
          maximum: 1024,
          default: 48,
          description: "Hidden width of the network that modulates the decoder's feature maps",
        }),
        from: Type.Union([Type.Literal('latent'), Type.Literal('base'), Type.Literal('blocks')], {
          default: 'base',
          description:
            'Where the style begins to have a say: beside the shape, as what is drawn from; as what modulates all ' +
              'feature maps; or only those after a convolution',
        }),
      },
      { ...strict, default: {} }
    ),
    decoder: DecoderSchema,
    likelihood: LikelihoodSchema,
  },
  strict
)
export type PosedModelConfig = Static<typeof PosedModelConfigSchema>
