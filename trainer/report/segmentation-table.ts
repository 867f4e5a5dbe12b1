import type { Metrics } from '../measure/metrics-schema.js'
import { heading, number, renderTable } from './table.js'

/** Writes the table of measures against true masks of objects. */
export function segmentationTable ({ segmentation }: Metrics): string {
  if (segmentation === undefined || segmentation === null) return ''
  const { fgAri, fgAriOfSeveral, ari, meanIou, meanBestOverlap, detection } = segmentation
  const { countRight, countRightByChance, mseOnThings, mseOnBackground, mseOnRing, thingClasses } = segmentation
  const none = number(undefined)
  return renderTable({
    title: 'Segmentation',
    caption:
      `On ${segmentation.images.toLocaleString('en')} images with true masks. Each pixel belongs to the partition ` +
      'that has the largest share of it. FG-ARI: the adjusted Rand index over the pixels of true things. Found: the ' +
      "centre of what a partition draws is within half of the diagonal of a thing's box. The ring around things is 2 " +
      'pixels wide: a halo shows there. By chance: the commonest number for all images, the commonest class for all ' +
      'things. Classes are those that most have of the things in a cluster of forms.',
    header: ['Measure', heading('Value'), heading('By chance')],
    rows: [
      ['FG-ARI', number(fgAri, 3), number(0, 0)],
      ...fgAriOfSeveral === undefined
        ? []
        : [['FG-ARI, images with several things', number(fgAriOfSeveral, 3), number(0, 0)]],
      ['ARI', number(ari, 3), number(0, 0)],
      ['Mean IoU of matched things', number(meanIou, 3), none],
      ['Mean best overlap', number(meanBestOverlap, 3), none],
      ['Things found', number(detection.recall, 3), none],
      ['Segments that find a thing', number(detection.precision, 3), none],
      ['F1 of detections', number(detection.f1, 3), none],
      ['Images with the right count', number(countRight, 3), number(countRightByChance, 3)],
      ...thingClasses === undefined
        ? []
        : [['Class of things by forms', number(thingClasses.accuracy, 3), number(thingClasses.byChance, 3)]],
      ['Squared error on things', number(mseOnThings, 5), none],
      ['Squared error on the background', number(mseOnBackground, 5), none],
      ['Squared error on the ring around things', number(mseOnRing, 5), none],
    ],
  })
}
