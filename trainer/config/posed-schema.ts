import { Type, type Static } from '@partition-vae/models/typebox'
import { PARTITION_NAME_PATTERN } from '@partition-vae/models'
import { ActivationSchema, DecoderSchema, EncoderSchema, HeadsSchema, LikelihoodSchema } from './block-schema.js'
import { DEVIATIONS, POSE_UNITS, type PoseUnit } from './pose-units.js'

const strict = { additionalProperties: false }

const PosedPartitionSchema = Type.Object(
  {
    name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
    size: Type.Integer({
      minimum: 1,
      maximum: 1024,
      description:
        'Number of latent units; of a pose as many as model.pose.units names, else 1 (slant), 2 (and height) or 3 ' +
          '(and width)',
    }),
    kind: Type.Union([Type.Literal('pose'), Type.Literal('shape'), Type.Literal('style')], {
      description: 'What it decides: how the image is warped, what is drawn, or how it is drawn',
    }),
  },
  strict
)

const deviation = (what: string) => ({
  exclusiveMinimum: 0,
  maximum: 1,
  description: `Change of ${what} by one unit of the latent`,
})
const filledDeviation = (standard: number, what: string) => Type.Number({ ...deviation(what), default: standard })

/** Not filled into configs: those of before there was a choice of units stay as they are. */
const optionalDeviation = (standard: number, what: string) => {
  const { description, ...bounds } = deviation(what)
  return Type.Optional(Type.Number({ ...bounds, description: `${description}; ${standard} where it is not given` }))
}

const poseUnit = Type.Unsafe<PoseUnit>(Type.Union(POSE_UNITS.map(unit => Type.Literal(unit))))

const opening = Type.Optional(Type.Number({ minimum: 0, exclusiveMaximum: 1 }))

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
        slant: filledDeviation(0.3, 'the slant (dx/dy)'),
        height: filledDeviation(0.15, "the height's logarithm"),
        width: filledDeviation(0.2, "the width's logarithm"),
        units: Type.Optional(
          Type.Array(poseUnit, {
            minItems: 1,
            description:
              "The units of the pose, in the latent's order: row and column (where the middle is), scale or height " +
                'and width, slant, angle (a full turn is 2√3); slant, height, width where it is not given',
          })
        ),
        moments: Type.Optional(
          Type.Array(poseUnit, {
            description:
              'Units whose means are found in the image in closed form, for bright objects on dark ground; others ' +
                'are learned. Row, column, scale and angle, and the slant by slantFrom, where it is not given',
          })
        ),
        row: optionalDeviation(DEVIATIONS.row, "the middle's row (a share of the image's height)"),
        column: optionalDeviation(DEVIATIONS.column, "the middle's column (a share of the image's width)"),
        scale: optionalDeviation(DEVIATIONS.scale, "the scale's logarithm"),
        extent: Type.Optional(
          Type.Number({
            exclusiveMinimum: 0,
            maximum: 4096,
            description:
              'Side in pixels of the square whose second moments are those of a thing of scale, height and width 0, ' +
                "where they are found in the image; half of the image's shorter side where it is not given",
          })
        ),
        openAt: Type.Optional(
          Type.Object(Object.fromEntries(POSE_UNITS.map(unit => [unit, opening])) as Record<PoseUnit, typeof opening>, {
            ...strict,
            description:
              'By unit, the share of all steps at which it opens. Before, it rests at 0, moves nothing and costs ' +
                'nothing; a unit that is not named is open from the first step on',
          })
        ),
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
