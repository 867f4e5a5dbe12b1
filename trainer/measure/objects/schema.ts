/** Results of measures against true object masks: kept in `metrics.json` and in the model card. */
import { Type, type Static } from '@partition-vae/models/typebox'

const strict = { additionalProperties: false }
const share = (description: string) => Type.Number({ minimum: 0, maximum: 1, description })
const squaredError = (where: string) =>
  Type.Optional(Type.Number({ minimum: 0, description: `Squared error of a pixel element ${where}` }))

/** Whether the forms of slots tell the classes of things. */
export const ThingClassesSchema = Type.Object(
  {
    things: Type.Integer({ minimum: 1, description: 'True things that the images show' }),
    classes: Type.Integer({ minimum: 1, description: 'Classes that there are, and clusters of forms' }),
    accuracy: share('Share of the true things whose cluster of forms has the class of most in it; 0 without a segment'),
    byChance: share('Share of the commonest class'),
  },
  { ...strict, description: 'Classes of things, by clusters of the forms of slots' }
)

export type ThingClasses = Static<typeof ThingClassesSchema>

/** How well a layered model takes images apart into their things. A part of which nothing can be said is absent. */
export const SegmentationSchema = Type.Object(
  {
    images: Type.Integer({ minimum: 1, description: 'Images measured' }),
    imagesWithThings: Type.Integer({
      minimum: 1,
      description: 'Those of them that show a thing, which the next four are means over',
    }),
    fgAri: Type.Number({ maximum: 1, description: 'FG-ARI: adjusted Rand index over the pixels of true things' }),
    fgAriOfSeveral: Type.Optional(Type.Number({
      maximum: 1,
      description: 'The same over the images with several things: of a single one, a pixel that is missed makes it 0',
    })),
    ari: Type.Number({ maximum: 1, description: 'Adjusted Rand index over all pixels, the background a segment' }),
    meanIou: share('Intersection over union of each true thing with the segment it is matched to, one for one'),
    meanBestOverlap: share('Intersection over union of each true thing with the best segment'),
    detection: Type.Object(
      {
        precision: share('Share of the segments that find a thing'),
        recall: share('Share of the true things that are found'),
        f1: share('Harmonic mean of the two'),
      },
      {
        ...strict,
        description: 'Of all images: a segment finds the thing whose box’s centre is within half of the box’s ' +
          'diagonal from the segment’s centre',
      }
    ),
    countRight: share('Share of all images with as many segments as true things, a thousandth of the image or larger'),
    countRightByChance: share('The same of the commonest number for all images'),
    thingClasses: Type.Optional(ThingClassesSchema),
    mseOnThings: squaredError('on the pixels of true things'),
    mseOnBackground: squaredError('on all other pixels'),
    mseOnRing: squaredError('on the background within 2 rows and columns of a true thing, where halos are'),
  },
  { ...strict, description: 'Against true masks of objects' }
)

export type Segmentation = Static<typeof SegmentationSchema>
