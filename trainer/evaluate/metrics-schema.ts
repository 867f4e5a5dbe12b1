import { Type, type Static } from 'typebox'
import { ClassificationSchema } from './classification/schema.js'
import { CounterfactualSchema, DisentanglementSchema, ImportanceWeightedBoundSchema, ObjectReconstructionSchema } from './disentanglement/schema.js'

const strict = { additionalProperties: false }
const byPartition = (description: string) => Type.Record(Type.String(), Type.Number(), { description: `By partition name: ${description}` })

/** How good a model is on one split, `metrics.json`. Averages are per image, information is in nats. */
export const MetricsSchema = Type.Object({
  images: Type.Integer({ minimum: 2, description: 'Images measured' }),
  mse: Type.Number({ minimum: 0, description: 'Squared error of a pixel element at full resolution, the posterior mean decoded' }),
  reconstruction: Type.Number({ description: '−log p(x | decoded posterior mean) of an image under the likelihood' }),
  likelihood: Type.Object({
    kind: Type.Union([Type.Literal('bernoulli'), Type.Literal('gaussian')]),
    variance: Type.Optional(Type.Number({ minimum: 0, description: 'σ² of a pixel that the reconstruction term was taken with' })),
  }, strict),
  kl: Type.Number({ description: 'KL(q(z|x) ‖ N(0, I)) of an image' }),
  klByPartition: byPartition('KL'),
  klByUnit: Type.Array(Type.Number()),
  activeUnits: Type.Integer({ minimum: 0, description: 'Units whose posterior mean varies by more than 0.01 over images (Burda et al. 2016)' }),
  swapEffect: byPartition('share of the pixel variance that changes when the partition is taken from another image'),
  swapImages: Type.Integer({ minimum: 2, description: 'Images the swap effect was taken over' }),
  deadPartitions: Type.Array(Type.Object({
    name: Type.String(),
    reasons: Type.Array(Type.Union([Type.Literal('kl'), Type.Literal('swap-effect')]), { minItems: 1 }),
  }, strict), { description: 'KL below 0.1 nat, or a swap effect below 0.05% of the variance' }),
  totalCorrelation: Type.Object({
    means: Type.Number({ minimum: 0, description: 'Of the posterior means' }),
    samples: Type.Number({ minimum: 0, description: 'Of samples from the posteriors' }),
  }, { ...strict, description: 'Gaussian total correlation between partitions: ½(Σ log det Σ_g − log det Σ)' }),
  latent: Type.Object({
    mean: Type.Array(Type.Number()),
    standardDeviation: Type.Array(Type.Number({ minimum: 0 })),
    correlation: Type.Array(Type.Array(Type.Number({ minimum: -1, maximum: 1 })), { description: '[D][D]' }),
  }, { ...strict, description: 'Of the posterior means over the images measured' }),
  disentanglement: Type.Optional(DisentanglementSchema),
  counterfactual: Type.Optional(CounterfactualSchema),
  objects: Type.Optional(ObjectReconstructionSchema),
  classification: Type.Optional(ClassificationSchema),
  importanceWeighted: Type.Optional(ImportanceWeightedBoundSchema),
}, strict)
export type Metrics = Static<typeof MetricsSchema>

export const ACTIVE_UNIT_VARIANCE = 0.01
export const DEAD_PARTITION_KL = 0.1
export const DEAD_PARTITION_SWAP_EFFECT = 0.0005

/** The numbers of a model card: everything but the latent's covariance structure. */
export function headlineMetrics ({ latent, ...headline }: Metrics): Omit<Metrics, 'latent'> {
  return headline
}
