import { Type, type Static } from '@partition-vae/models/typebox'

const strict = { additionalProperties: false }
const Accuracies = Type.Object({
  all: Type.Number({ minimum: 0, maximum: 1, description: 'From the whole latent' }),
  byPartition: Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 1 })),
}, strict)

/** Scores for telling classes from posterior means, on images not learnt from. */
export const ClassificationSchema = Type.Object(
  {
    classes: Type.Integer({ minimum: 2 }),
    trainImages: Type.Integer({ minimum: 1 }),
    testImages: Type.Integer({ minimum: 1 }),
    chance: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Share of the most frequent class among the test images',
    }),
    uniform: Type.Optional(Type.Number({
      minimum: 0,
      maximum: 1,
      description: '1 / classes: what guessing among the classes at random would get',
    })),
    neighbours: Type.Integer({ minimum: 1, description: 'k' }),
    nearestNeighbours: Accuracies,
    linear: Accuracies,
  },
  { ...strict, description: 'Accuracy of k nearest neighbours and of multinomial logistic regression' }
)
export type Classification = Static<typeof ClassificationSchema>
