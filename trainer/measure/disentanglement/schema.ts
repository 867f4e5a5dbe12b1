/**
 * The results of the measures of disentanglement: kept in `metrics.json` and in the model card. Information is in nats.
 */
import { Type, type Static } from '@partition-vae/models/typebox'

const strict = { additionalProperties: false }
const byName = (description: string) => Type.Record(Type.String(), Type.Number(), { description })
const names = () => Type.Array(Type.String())
const assignment = () =>
  Type.Record(Type.String(), Type.Object({ partition: Type.String(), score: Type.Number() }, strict), {
    description: 'By group: the partition that stands for it, one for one, so that the sum of scores is largest',
  })
const estimate = (description: string) =>
  Type.Object({ mean: Type.Number(), deviation: Type.Number({ minimum: 0 }) }, { ...strict, description })

const dci = {
  disentanglement: Type.Number({ description: 'DCI: 1 when each code matters to one factor' }),
  completeness: Type.Number({ description: 'DCI: 1 when each factor is in one code' }),
}

export const GroupScoresSchema = Type.Object(
  {
    partitions: names(),
    groups: names(),
    matrix: Type.Array(Type.Array(Type.Number()), {
      description: '[P][G]: mean over the group of held-out R² from the partition, clamped to [0, 1]',
    }),
    best: byName('By group: the best partition’s score'),
    gap: byName('By group: best minus second best'),
    meanBest: Type.Number(),
    meanGap: Type.Number(),
    assignment: assignment(),
    meanAssigned: Type.Number(),
    ...dci,
  },
  strict
)

export const ControlSchema = Type.Object({
  draws: Type.Integer({ minimum: 1 }),
  meanBest: estimate('R²'),
  meanGap: estimate('Gap'),
  meanAssigned: estimate('R² of the assigned partition'),
  disentanglement: estimate('DCI of the partition × group matrix'),
  completeness: estimate('DCI of the partition × group matrix'),
}, { ...strict, description: 'The same latent under random partitions of the same sizes; deviation over draws' })

export const CeilingSchema = Type.Object({
  gap: byName('By group: the gap of a latent that is the true factors themselves'),
  meanGap: Type.Number(),
  fromOthers: byName('By group: R² from the true factors of all other groups'),
}, { ...strict, description: 'What correlated factors allow' })

export const WithinClassesSchema = Type.Object(
  {
    fromClass: byName(
      'By factor: held-out R² from the class alone, which a partition reaches that knows the class and nothing else'
    ),
    explained: Type.Record(Type.String(), Type.Array(Type.Number()), {
      description: 'By factor: held-out R² from each partition among the images of one class',
    }),
  },
  { ...strict, description: 'What factors have to do with classes, and what partitions know beyond that' }
)

const literature = {
  mig: Type.Number({ description: 'Mutual information gap' }),
  migByFactor: byName('Mutual information gap'),
  sap: Type.Number({ description: 'Separated attribute predictability' }),
  sapByFactor: byName('Separated attribute predictability'),
  modularity: Type.Optional(Type.Number()),
  disentanglement: Type.Optional(dci.disentanglement),
  completeness: Type.Optional(dci.completeness),
  factorVae: Type.Optional(
    Type.Number({ description: 'FactorVAE score; chance is 1 / factors (groups, for partitions)' })
  ),
  factorVaeChance: Type.Optional(Type.Number({ description: '1 / factors (groups) that had to be told apart' })),
}

export const DisentanglementSchema = Type.Object(
  {
    images: Type.Integer({ minimum: 2 }),
    heldOut: Type.Integer({
      minimum: 2,
      description: 'Images that R² is judged on; the probes learn from the others',
    }),
    seed: Type.Integer(),
    discrete: Type.Optional(Type.Array(Type.String(), {
      description:
        'Factors that the literature’s measures take as they are: MIG, modularity, IRS and InfoMEC count their ' +
          'values, SAP and DCI tell them by classifiers. Others are cut into 20 bins, and regressed',
    })),
    groups: GroupScoresSchema,
    explained: Type.Record(Type.String(), Type.Array(Type.Number()), {
      description: 'By factor: held-out R² from each partition, unclamped',
    }),
    withinClasses: Type.Optional(WithinClassesSchema),
    explainedByAll: byName('By group: R² from the whole latent'),
    partitions: Type.Object(literature, {
      ...strict,
      description:
        'The literature’s measures of partitions; DCI of boosted trees, modularity and FactorVAE against groups of ' +
          'factors',
    }),
    units: Type.Object(
      {
        ...literature,
        informativeness: Type.Optional(Type.Number({
          description: 'DCI: mean over factors of boosted trees’ held-out accuracy (discrete factors) or R² (others)',
        })),
        betaVae: Type.Optional(Type.Number({ description: 'BetaVAE score; chance as of the FactorVAE score' })),
        irs: Type.Optional(Type.Number({ description: 'Interventional robustness score' })),
        infoM: Type.Optional(Type.Number({ description: 'InfoMEC: modularity, of discrete factors' })),
        infoC: Type.Optional(Type.Number({ description: 'InfoMEC: compactness, of discrete factors' })),
        infoE: Type.Optional(Type.Number({ description: 'InfoMEC: explicitness, of discrete factors' })),
      },
      { ...strict, description: 'The literature’s measures of single units and single factors' }
    ),
    control: Type.Optional(ControlSchema),
    ceiling: Type.Optional(CeilingSchema),
    shareOfCeiling: Type.Optional(Type.Number({ description: 'Mean gap ÷ mean gap of the ceiling' })),
    standardErrors: Type.Object(
      {
        meanBest: Type.Number(),
        meanGap: Type.Number(),
        gap: byName('By group'),
        partitionMig: Type.Number(),
        unitMig: Type.Number(),
        unitSap: Type.Number(),
        unitModularity: Type.Number(),
      },
      { ...strict, description: 'Delete-half jackknife over images; probes are not trained anew' }
    ),
    totalCorrelation: Type.Object(
      {
        between: Type.Number({
          minimum: 0,
          description: 'Gaussian, between partitions, of the posterior means of active units',
        }),
        within: byName('Gaussian, between the active units of one partition, of the posterior means'),
        betweenSamples: Type.Optional(
          Type.Number({ description: 'Stratified minibatch estimate from posterior samples, Gaussian or not' })
        ),
      },
      strict
    ),
  },
  strict
)
export type Disentanglement = Static<typeof DisentanglementSchema>

export const CounterfactualSchema = Type.Object({
  images: Type.Integer({ minimum: 2 }),
  partitions: names(),
  groups: names(),
  matrix: Type.Array(Type.Array(Type.Number()), { description: '[P][G]' }),
  best: byName('By group'),
  meanBest: Type.Number(),
  attainable: Type.Optional(byName('By group, what a swap that is as good as the reconstruction would have')),
  assignment: assignment(),
  meanAssigned: Type.Number(),
}, { ...strict, description: '1 − SSE(partition swapped, truth) / SSE(nothing swapped, truth)' })

export const ObjectReconstructionSchema = Type.Record(Type.String(), Type.Object({
  score: Type.Number({ description: '1 − SSE/SSE(the image without the object)' }),
  mse: Type.Number({ minimum: 0 }),
  pixels: Type.Integer({ minimum: 0 }),
}, strict), { description: 'By object, on the pixels it covers' })

export const CoincidenceSchema = Type.Object(
  {
    pairs: Type.Array(
      Type.Object(
        { sprites: Type.Tuple([Type.String(), Type.String()]), share: Type.Number({ minimum: 0, maximum: 1 }) },
        strict
      )
    ),
    largest: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { ...strict, description: 'Share of images in which two sprites’ key points nearly coincide' }
)

export const ImportanceWeightedBoundSchema = Type.Object({
  images: Type.Integer({ minimum: 1 }),
  samples: Type.Integer({ minimum: 1, description: 'K' }),
  bound: Type.Number({ description: 'log p(x) is at least this, per image' }),
  elbo: Type.Number({ description: 'The bound with K = 1' }),
  effectiveSamples: Type.Number({ description: 'How many of K samples carry weight' }),
}, strict)
