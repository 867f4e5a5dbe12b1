/**
 * The config of a layered model: each partition declares what it draws. Lengths are in pixels of the full resolution.
 */
import { Type, type Static } from '@partition-vae/models/typebox'
import { PARTITION_NAME_PATTERN } from '@partition-vae/models'
import { AttentionSchema } from './attention-schema.js'

const strict = { additionalProperties: false }
const count = (maximum: number, initial: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, default: initial, description })

const partition = {
  name: Type.String({ pattern: PARTITION_NAME_PATTERN }),
  size: Type.Integer({ minimum: 1, maximum: 1024, description: 'Number of latent units' }),
}
const staged = {
  activeFrom: Type.Integer({
    minimum: 0,
    default: 0,
    description:
      'Step from which the partition takes part. Those that take part earlier are drawn first; of equals, those ' +
        'that come first',
  }),
}
const pixels = Type.Number({ minimum: 0 })
const lowRank = { rank: count(1024, 24, 'Number of images that its decoder mixes') }

export const SpritePartitionSchema = Type.Object(
  {
    ...partition,
    kind: Type.Literal('sprite', { description: 'A bounded thing that moves: the first two units place it' }),
    rows: Type.Integer({ minimum: 1, maximum: 1024, description: 'Cells from top to bottom' }),
    columns: Type.Integer({ minimum: 1, maximum: 1024, description: 'Cells from left to right' }),
    cell: Type.Number({ exclusiveMinimum: 0, maximum: 64, default: 1, description: 'Side of a cell in pixels' }),
    colour: Type.Optional(
      Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
        description: 'Its colour at first, by channel. Default: grey',
      })
    ),
    place: Type.Optional(
      Type.Object(
        { row: pixels, column: pixels, rowDeviation: pixels, columnDeviation: pixels },
        {
          ...strict,
          description:
            'Where it is at first expected, in pixels: means and standard deviations. Default: where the residual ' +
              'is largest when it begins',
        }
      )
    ),
    rarity: Type.Optional(
      Type.Number({
        minimum: 0,
        description:
          'In place of model.attention.rarity: 0 for a thing that stays about where it is, more than 1 for one that ' +
            'moves about',
      })
    ),
    ...staged,
  },
  strict
)

export const LayerPartitionSchema = Type.Object(
  {
    ...partition,
    kind: Type.Literal('layer', { description: 'Something anywhere in the frame, in front of the background' }),
    ...lowRank,
    ...staged,
  },
  strict
)

export const BackgroundPartitionSchema = Type.Object(
  {
    ...partition,
    kind: Type.Literal('background', { description: 'What lies behind everything: one image and its variations' }),
    ...lowRank,
    image: Type.Optional(
      Type.String({
        description:
          'The image at first: 8 bit [H, W, C] at full resolution, with a camera wider on each side by its reach, ' +
            'deflated (zlib), in Base64. Default: grey',
      })
    ),
    changes: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: 64,
        description:
          'How it changes: the first of the images that are mixed, each added to the image −1 to 1 times. Encoded as ' +
            'the image, 128 for no change, 1 and 255 for a change by 1. Each unit begins as one of them'
      })
    ),
    still: Type.Optional(
      Type.Boolean({
        description:
          'It does not change: the image is all that is drawn, and its units, which have nothing to say, rest at the ' +
            'prior and cost nothing. Default: false',
      })
    ),
    /** Weight of the background's own absolute error, by which it is then trained in place of the composite's. */
    own: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        description:
          'Trained by its own absolute error, with this weight, and not through the composite: what stands still in ' +
            'front of nothing that moves',
      })
    ),
  },
  strict
)

export const GainPartitionSchema = Type.Object(
  { ...partition, kind: Type.Literal('gain', { description: 'A factor for each channel of the whole frame' }) },
  strict
)

const reach = (of: string) =>
  Type.Integer({ minimum: 0, maximum: 64, description: `Pixels by which it moves ${of} at most from its middle` })

export const CameraPartitionSchema = Type.Object(
  {
    ...partition,
    size: Type.Literal(2, { default: 2, description: 'Rows and columns' }),
    kind: Type.Literal('camera', {
      description: 'A camera that moves a little: it shifts the background, whose image is wider then, and the sprites',
    }),
    reachRows: reach('up and down'),
    reachColumns: reach('left and right'),
  },
  strict
)

export const LayeredModelConfigSchema = Type.Object(
  {
    architecture: Type.Literal('layered'),
    partitions: Type.Array(
      Type.Union([
        SpritePartitionSchema, LayerPartitionSchema, BackgroundPartitionSchema, GainPartitionSchema,
        CameraPartitionSchema,
      ]),
      { minItems: 1, maxItems: 64 }
    ),
    subresolution: Type.Object(
      {
        factor: Type.Literal(1, {
          default: 1,
          description: 'Parts are drawn at full resolution; training can begin at a coarser one',
        }),
        interpolation: Type.Literal('nearest', { default: 'nearest' }),
      },
      { ...strict, default: {} }
    ),
    coarse: Type.Optional(
      Type.Object(
        {
          factor: Type.Integer({
            minimum: 2,
            maximum: 8,
            default: 2,
            description: 'Training begins at 1/factor of the resolution; attention stays there',
          }),
          steps: Type.Integer({
            minimum: 1,
            description: 'After so many steps the model grows to the full resolution',
          }),
        },
        strict
      )
    ),
    encoder: Type.Object(
      {
        poolRows: count(256, 6, 'Rows of the averages that background, gain and layers are read from'),
        poolColumns: count(256, 8, 'Columns of the same'),
        hidden: count(1024, 96, "Hidden width of a sprite's encoder; its second layer has half"),
      },
      { ...strict, default: {} }
    ),
    decoder: Type.Object(
      { hidden: count(1024, 64, "Hidden widths of a sprite's decoder") },
      { ...strict, default: {} }
    ),
    attention: AttentionSchema,
    logVarianceFloor: Type.Number({
      minimum: -20,
      maximum: 0,
      default: -7,
      description: 'Least log-variance of a unit, at the coarse resolution',
    }),
    likelihood: Type.Object(
      {
        kind: Type.Literal('gaussian', { default: 'gaussian' }),
        variance: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Literal('calibrated')], {
          default: 9e-4,
          description: 'σ² of a pixel, or "calibrated": a running mean of the squared error (Rybkin et al. 2021)',
        }),
      },
      { ...strict, default: {} }
    ),
  },
  strict
)

export type SpritePartition = Static<typeof SpritePartitionSchema>
export type LayerPartition = Static<typeof LayerPartitionSchema>
export type BackgroundPartition = Static<typeof BackgroundPartitionSchema>
export type GainPartition = Static<typeof GainPartitionSchema>
export type CameraPartition = Static<typeof CameraPartitionSchema>
export type LayeredModelConfig = Static<typeof LayeredModelConfigSchema>
