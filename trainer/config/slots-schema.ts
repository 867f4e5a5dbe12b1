/**
 * The config of a model of slots: things that are interchangeable, all drawn by one network, on a background of one
 * colour. Lengths are in pixels of the full resolution.
 */
import { Type, type Static } from '@partition-vae/models/typebox'
import { PARTITION_NAME_PATTERN } from '@partition-vae/models'
import { scheduleOf } from './schedule.js'

const strict = { additionalProperties: false }
const name = Type.String({ pattern: PARTITION_NAME_PATTERN })
const size = (description: string) => Type.Integer({ minimum: 1, maximum: 1024, description })

const SlotPartitionSchema = Type.Object(
  {
    name,
    size: size(
      'Units of a thing: presence, row, column, scale and angle where the model has them, one a channel for its ' +
        'colour, depth, and at least one for its form. The same for all slots'
    ),
    kind: Type.Literal('slot', { description: 'A place for any one thing, or for none' }),
  },
  strict
)

const BackgroundPartitionSchema = Type.Object(
  {
    name,
    size: size('One unit a channel'),
    kind: Type.Literal('background', { description: 'The colour behind all things' }),
  },
  strict
)

const colours = (description: string) => Type.Union([Type.Literal('each'), Type.Literal('one')], {
  default: 'each',
  description: `${description}, each has its own, which units say; or one learned colour, and these units say nothing`,
})

const cells = (initial: number, description: string) =>
  Type.Integer({ minimum: 4, maximum: 64, default: initial, description })

const width = (description: string) => Type.Integer({ minimum: 2, maximum: 1024, default: 128, description })

export const SlotsModelConfigSchema = Type.Object(
  {
    architecture: Type.Literal('slots'),
    partitions: Type.Array(Type.Union([SlotPartitionSchema, BackgroundPartitionSchema]), { minItems: 2, maxItems: 17 }),
    subresolution: Type.Object(
      {
        factor: Type.Literal(1, { default: 1, description: 'Things are drawn at full resolution' }),
        interpolation: Type.Literal('nearest', { default: 'nearest' }),
      },
      { ...strict, default: {} }
    ),
    extent: Type.Number({ minimum: 4, maximum: 1024, description: 'Side of a square that the largest thing fits in' }),
    reduction: Type.Integer({
      minimum: 1,
      maximum: 16,
      default: 1,
      description: 'Things are looked for at 1/reduction of the resolution, on block means',
    }),
    scale: Type.Boolean({ default: false, description: 'Whether a unit of a slot says how large the thing is' }),
    rotation: Type.Boolean({
      default: false,
      description: 'Whether a unit of a slot says how the thing is turned; forms are made of polar harmonics then',
    }),
    colours: Type.Object(
      {
        things: colours('Whether, of all things'),
        background: colours('Whether, of all backgrounds'),
      },
      { ...strict, default: {} }
    ),
    refinements: Type.Integer({
      minimum: 0,
      maximum: 4,
      default: 2,
      description: 'How often all slots look again once all have looked, each at what the others leave',
    }),
    polish: Type.Integer({
      minimum: 0,
      maximum: 8,
      default: 0,
      description:
        'Steps of Gauss and Newton by which what is encoded is brought closer to the image; in training only of what ' +
          'objective.labels encodes',
    }),
    similarity: Type.Number({
      minimum: 1e-3,
      maximum: 1,
      default: 0.1,
      description: "How far a pixel's colour is from a thing's, as a standard deviation, to count as the thing's",
    }),
    unexplained: Type.Number({
      minimum: 1e-6,
      default: 0.02,
      description: 'Squared error of a pixel, over its channels, that counts as half unexplained',
    }),
    encoder: Type.Object(
      {
        glimpse: cells(16, 'Cells of a glimpse along each axis'),
        hidden: width('Width; the second layer has half'),
      },
      { ...strict, default: {} }
    ),
    decoder: Type.Object(
      {
        patch: cells(24, 'Cells of a drawn thing along each axis'),
        hidden: width('Width; the first layer has half'),
      },
      { ...strict, default: {} }
    ),
    price: scheduleOf('Nats that an open slot costs', { default: 0 }),
    faint: scheduleOf('Nats that a half transparent pixel of a thing costs', { default: 0.02 }),
    corners: scheduleOf(
      '0: a slot looks first where most is unexplained; 1: at the uppermost left of such places, so that things are ' +
        'taken one after another',
      { default: 1 }
    ),
    starts: Type.Integer({
      minimum: 1,
      maximum: 4,
      default: 1,
      description: 'From how many corners of an image slots look in turn; the attempt that explains it best is kept',
    }),
    likelihood: Type.Object(
      {
        kind: Type.Literal('gaussian', { default: 'gaussian' }),
        variance: Type.Number({ exclusiveMinimum: 0, default: 0.0049, description: 'σ² of a pixel' }),
      },
      { ...strict, default: {} }
    ),
  },
  strict
)
export type SlotsModelConfig = Static<typeof SlotsModelConfigSchema>
