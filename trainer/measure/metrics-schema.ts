import { Type, type Static, type TSchema } from '@partition-vae/models/typebox'
import { ClassificationSchema } from './classification/schema.js'
import {
  CounterfactualSchema,
  DisentanglementSchema,
  ImportanceWeightedBoundSchema,
  ObjectReconstructionSchema,
} from './disentanglement/schema.js'
import { SegmentationSchema } from './objects/schema.js'
import { ThingsSchema } from './things/schema.js'

const strict = { additionalProperties: false }
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])
const byPartition = (description: string) =>
  Type.Record(Type.String(), Type.Number(), { description: `By partition name: ${description}` })

/** The measures of a model on one split, `metrics.json`. Averages are per image, information is in nats. */
export const MetricsSchema = Type.Object(
  {
    notMeasured: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description:
          'Why a measure is null (`totalCorrelation`), or covers only a part (`disentanglement.factors.light`, ' +
          '`classification.classes.cat`); measures are absent where ' +
          'the data set does not know what they need',
      })
    ),
    images: Type.Integer({ minimum: 1, description: 'Images measured' }),
    mse: Type.Number({
      minimum: 0,
      description: 'Squared error of a pixel element at full resolution, the posterior mean decoded',
    }),
    imageVariance: Type.Optional(
      Type.Number({
        minimum: 0,
        description: 'Variance of a pixel element over the images: the squared error of their mean image',
      })
    ),
    reconstruction: Type.Number({
      description: '−log p(x | decoded posterior mean) of an image under the likelihood',
    }),
    likelihood: Type.Object(
      {
        kind: Type.Union([Type.Literal('bernoulli'), Type.Literal('gaussian')]),
        variance: Type.Optional(
          Type.Number({ minimum: 0, description: 'σ² of a pixel that the reconstruction term was taken with' })
        ),
      },
      strict
    ),
    kl: Type.Number({ description: 'KL(q(z|x) ‖ N(0, I)) of an image' }),
    klByPartition: byPartition('KL'),
    klByUnit: Type.Array(Type.Number()),
    activeUnits: orNull(
      Type.Integer({
        minimum: 0,
        description: 'Units whose posterior mean varies by more than 0.01 over images (Burda et al. 2016)',
      })
    ),
    swapEffect: orNull(
      byPartition('share of the pixel variance that changes when the partition is taken from another image')
    ),
    swapImages: Type.Integer({ minimum: 0, description: 'Images the swap effect was taken over' }),
    deadPartitions: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          reasons: Type.Array(Type.Union([Type.Literal('kl'), Type.Literal('swap-effect')]), { minItems: 1 }),
        },
        strict
      ),
      { description: 'KL below 0.1 nat, or a swap effect below 0.05% of the variance' }
    ),
    totalCorrelation: orNull(
      Type.Object(
        {
          means: Type.Number({ minimum: 0, description: 'Of the posterior means, of active units' }),
          samples: Type.Number({ minimum: 0, description: 'Of samples from the posteriors' }),
        },
        { ...strict, description: 'Gaussian total correlation between partitions: ½(Σ log det Σ_g − log det Σ)' }
      )
    ),
    latent: Type.Object(
      {
        mean: Type.Array(Type.Number()),
        standardDeviation: Type.Array(Type.Number({ minimum: 0 })),
        correlation: Type.Array(Type.Array(Type.Number({ minimum: -1, maximum: 1 })), { description: '[D][D]' }),
      },
      { ...strict, description: 'Of the posterior means over the images measured' }
    ),
    disentanglement: Type.Optional(orNull(DisentanglementSchema)),
    counterfactual: Type.Optional(orNull(CounterfactualSchema)),
    objects: Type.Optional(orNull(ObjectReconstructionSchema)),
    segmentation: Type.Optional(orNull(SegmentationSchema)),
    classification: Type.Optional(orNull(ClassificationSchema)),
    importanceWeighted: Type.Optional(orNull(ImportanceWeightedBoundSchema)),
    things: Type.Optional(orNull(ThingsSchema)),
  },
  strict
)
export type Metrics = Static<typeof MetricsSchema>

export const ACTIVE_UNIT_VARIANCE = 0.01
export const DEAD_PARTITION_KL = 0.1
export const DEAD_PARTITION_SWAP_EFFECT = 0.0005

/** The numbers of a model card: everything but the latent's covariance structure. */
export function headlineMetrics ({ latent, ...headline }: Metrics): Omit<Metrics, 'latent'> {
  return headline
}
