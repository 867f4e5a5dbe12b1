import { Type, type Static } from '@partition-vae/models/typebox'

const strict = { additionalProperties: false }
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })
const pixel = (description: string) => Type.Integer({ minimum: 0, description })

const ThingSchema = Type.Object(
  {
    images: Type.Integer({ minimum: 2, description: 'Images in which the place of its thing is known' }),
    swapInside: share(
      'Of the squared change of the picture when the partition is taken from another image: the share inside the ' +
        'boxes of its thing in the two images; 0 where nothing changes'
    ),
    swapByChance: share('The share of the image that these boxes cover: what a change just anywhere would have'),
    follows: share('Share of the images in which the alpha-weighted centre of what it draws lies in the box'),
    followsByChance: share("The same with another image's box"),
    place: Type.Number({ maximum: 1, description: "Linear R² of the thing's place from the partition's units" }),
    otherPlace: Type.Number({ maximum: 1, description: 'The same from the best other partition' }),
    reconstructed: Type.Number({
      maximum: 1,
      description: 'Inside the box: 1 − squared error ÷ squared difference from the background; below 0 for harm',
    }),
  },
  strict
)

const DependenceSchema = Type.Object(
  {
    partitions: Type.Tuple([Type.String(), Type.String()]),
    r2: share('Share of the variance of one that the other explains linearly; of both ways the larger'),
    places: Type.Union([share('The same of the places of their things'), Type.Null()], {
      description: 'Null where the places of both are known in too few images',
    }),
  },
  strict
)

const AreaSchema = Type.Object(
  {
    top: pixel('First row'),
    bottom: pixel('Row after the last'),
    left: pixel('First column'),
    right: pixel('Column after the last'),
    share: share('The part of all that lies outside which lies here'),
  },
  { ...strict, description: 'The connected area where most of it is' }
)

const UnexplainedSchema = Type.Object(
  {
    images: Type.Integer({ minimum: 1 }),
    missed: Type.Number({
      minimum: 0,
      description:
        'Squared error of the reconstruction where something moves or is drawn ÷ squared difference of the images ' +
        'from what is usually there',
    }),
    outside: Type.Number({
      minimum: 0,
      description: 'The same of the errors that lie where no partition draws anything before the background',
    }),
    area: Type.Union([AreaSchema, Type.Null()]),
    threshold: share('Pixels that differ by no more in any channel are left out: noise'),
  },
  strict
)

/** Whether each thing has its partition, of layered models: measured without known truth. */
export const ThingsSchema = Type.Object(
  {
    split: Type.Union([Type.Literal('training'), Type.Literal('test')], {
      description: 'The images in which the places of things are known',
    }),
    images: Type.Integer({ minimum: 1, description: 'How many of them were looked at' }),
    partitions: Type.Record(Type.String(), ThingSchema, {
      description: 'By partition whose thing is known, from how it moves or from its colours, and not from the model',
    }),
    dependence: Type.Array(DependenceSchema, { description: 'The pairs that depend most on each other, most first' }),
    unexplained: Type.Union([UnexplainedSchema, Type.Null()], {
      description: 'What nobody explains of test images; null where nothing moves',
    }),
  },
  strict
)

export type Things = Static<typeof ThingsSchema>
export type Thing = Static<typeof ThingSchema>
export type Dependence = Static<typeof DependenceSchema>
export type Unexplained = Static<typeof UnexplainedSchema>
export type Area = Static<typeof AreaSchema>
