/** The config of an objective: reconstruction, KL, and the optional terms beside them. */
import { Type, type Static } from '@partition-vae/models/typebox'
import { scheduleOf } from './schedule.js'

const strict = { additionalProperties: false }

const CapacitySchema = Type.Object({
  weight: Type.Number({ exclusiveMinimum: 0, default: 1000, description: 'γ' }),
  nats: scheduleOf('C, the KL aimed at'),
}, { ...strict, description: 'γ |KL − C| in place of β · KL (Burgess et al. 2018)' })

const FreeBitsSchema = Type.Object({
  nats: scheduleOf('λ, nats a unit that cost nothing'),
  level: Type.Union([Type.Literal('partition'), Type.Literal('unit')], {
    default: 'partition',
    description: 'Whether a partition of d units has λ · d nats to share among them, or each unit its own λ',
  }),
}, { ...strict, description: 'A floor under what the KL costs (Kingma et al. 2016)' })

const DiscriminatorSchema = Type.Object(
  {
    layers: Type.Integer({ minimum: 1, maximum: 16, default: 6, description: 'Hidden layers' }),
    units: Type.Integer({ minimum: 1, maximum: 8192, default: 1000, description: 'Units of each' }),
  },
  { ...strict, description: 'The network of estimator discriminator, by default as FactorVAE has it' }
)

export type DiscriminatorConfig = Static<typeof DiscriminatorSchema>

const TotalCorrelationSchema = Type.Object(
  {
    estimator: Type.Union([Type.Literal('gaussian'), Type.Literal('minibatch'), Type.Literal('discriminator')], {
      default: 'gaussian',
      description:
        "gaussian: of a normal distribution with the covariance of the batch's samples; minibatch: by " +
          'minibatch-weighted sampling (Chen et al. 2018); discriminator: by a network that tells latents from those ' +
          'whose partitions are of different images (Kim and Mnih 2018)',
    }),
    discriminator: Type.Optional(DiscriminatorSchema),
    weight: scheduleOf('Weight of the total correlation between partitions'),
    within: Type.Optional(
      scheduleOf(
        'Weight of the total correlation among the units inside each partition (Esmaeili et al. 2019); estimator ' +
          'minibatch only'
      )
    ),
  },
  { ...strict, description: 'A penalty on what partitions share' }
)

const DependenceSchema = Type.Object(
  {
    weight: scheduleOf('Nats that two partitions cost that depend on each other entirely'),
    within: Type.Optional(scheduleOf('The same of two units of one partition')),
  },
  {
    ...strict,
    description:
      'A penalty on partitions, or on units, that depend on each other in whatever way, by a kernel criterion of ' +
        'independence (Lopez et al. 2018)',
  }
)

const PairsSchema = Type.Object(
  {
    maxGap: Type.Integer({
      minimum: 1,
      default: 3,
      description:
        'For frames of a clip: how many frames the second of a pair is at most after the first; where differing is far',
    }),
    differing: Type.Union([Type.Literal('far'), Type.Literal('farthest'), Type.Literal('known')], {
      default: 'far',
      description:
        'far: partitions differ whose posteriors are farther apart than half way between the closest and the ' +
          'farthest; farthest: that one alone, of pairs that differ in one factor; known: the one that is to hold ' +
          'the factor in which the pair differs, which is told',
    }),
    groups: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Where differing is known: the group of factors by partition. Default: the first partition has the first ' +
            'group, and so on',
      })
    ),
    agreement: Type.Optional(
      scheduleOf(
        'Where differing is known: weight of how far apart, in nats, the two posteriors of a pair are in the ' +
          'partitions that they share'
      )
    ),
  },
  {
    ...strict,
    description:
      'Trains on pairs of images that share most of what they show (Locatello et al. 2020), at the level of partitions',
  }
)

const LabelsSchema = Type.Object(
  {
    count: Type.Integer({
      minimum: 2,
      maximum: 1_000_000,
      description: 'How many training images have their factors told',
    }),
    weight: scheduleOf('Weight of the squared error of the factors, each in standard deviations'),
    batchSize: Type.Integer({ minimum: 1, maximum: 4096, default: 32, description: 'Labelled images a step' }),
    hidden: Type.Integer({
      minimum: 1,
      maximum: 1024,
      default: 32,
      description: 'Hidden width of the network from a partition to its factors',
    }),
    groups: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Group of factors by partition. Default: the first partition has the first group, and so on',
      })
    ),
  },
  {
    ...strict,
    description: 'A few labels: factors of some images, predicted from the partition that is to hold them',
  }
)

export type LabelsConfig = Static<typeof LabelsSchema>

const KeyPointPartSchema = Type.Object({
  kind: Type.Integer({ minimum: 0, description: 'Index among the kinds of its colour' }),
  partition: Type.String({ description: 'The sprite that is to hold it' }),
  row: Type.Number({ description: 'From the blob\'s centre to the sprite\'s, in pixels' }),
  column: Type.Number({ description: 'From the blob\'s centre to the sprite\'s, in pixels' }),
}, strict)

const numbers = (description: string) => Type.Array(Type.Number(), { minItems: 1, description })

const KeyPointsSchema = Type.Object(
  {
    weight: scheduleOf(
      "Weight of the cross-entropy between where a thing is known to be and where the attention's network looks for it",
      { default: 20 }
    ),
    tracks: Type.Optional(Type.Object(
      {
        partitions: Type.Array(Type.String(), {
          minItems: 1,
          description: 'The sprites that are to hold the things; the camera',
        }),
        places: Type.String({
          description:
            'Where each thing is in some of the training images, as footage in order shows: deflated (zlib), in Base64',
        }),
      },
      strict
    )),
    stills: Type.Optional(Type.Array(Type.String(), {
      minItems: 1,
      description: 'Images without what moves: 8 bit [H, W, C], deflated (zlib), in Base64',
    })),
    gain: Type.Boolean({
      default: false,
      description: 'Whether frames are brought to the brightness of the still image first',
    }),
    threshold: Type.Optional(Type.Number({
      exclusiveMinimum: 0,
      maximum: 1,
      description: 'Least difference of a channel from the still image that counts',
    })),
    colours: Type.Optional(Type.Array(
      Type.Object(
        {
          colour: numbers('By channel, 0 to 1'),
          weights: numbers(
            'Factors of log height, log width, row and column (in shares of the image), by which its kinds of blobs ' +
              'are told apart'
          ),
          centres: Type.Array(numbers('The same, weighted'), { minItems: 1, description: 'Of each kind of blob' }),
          areas: numbers('Usual area of each kind, in pixels'),
          parts: Type.Array(KeyPointPartSchema, { description: 'The kinds that belong to things' }),
        },
        strict
      ),
      { minItems: 1 }
    )),
  },
  {
    ...strict,
    description:
      'Trains the attention of a layered model towards things that footage shows before a still background: given ' +
        'by their tracks, or by stills, threshold and colours',
  }
)

export type KeyPointsConfig = Static<typeof KeyPointsSchema>

export const ObjectiveConfigSchema = Type.Object(
  {
    beta: scheduleOf('Weight of the KL (Higgins et al. 2017)', { default: 1 }),
    betaWarmup: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0.1,
      description: 'Fraction of all steps over which a constant β rises linearly from 0',
    }),
    inputNoise: Type.Number({
      minimum: 0,
      maximum: 1,
      default: 0,
      description: 'Standard deviation of the noise added to training inputs, which are then clamped to [0, 1]',
    }),
    contrastWeight: Type.Optional(
      Type.Number({
        minimum: 0,
        description:
          "How much more a pixel's error counts where it differs from what is around it: 1 + this · contrast / mean " +
            'contrast, normalised. Layered models only',
      })
    ),
    capacity: Type.Optional(CapacitySchema),
    freeBits: Type.Optional(FreeBitsSchema),
    totalCorrelation: Type.Optional(TotalCorrelationSchema),
    dependence: Type.Optional(DependenceSchema),
    pairs: Type.Optional(PairsSchema),
    labels: Type.Optional(LabelsSchema),
    keyPoints: Type.Optional(KeyPointsSchema),
  },
  { ...strict, default: {} }
)
export type ObjectiveConfig = Static<typeof ObjectiveConfigSchema>
