import t from 'tap'
import type { Metrics } from '../../../trainer/measure/metrics-schema.js'
import { segmentationTable } from '../../../trainer/report/segmentation-table.js'

const segmentation = {
  images: 2000,
  imagesWithThings: 2000,
  fgAri: 0.9871,
  ari: 0.98,
  meanIou: 0.9,
  meanBestOverlap: 0.91,
  detection: { precision: 1, recall: 0.9, f1: 0.947 },
  countRight: 0.97,
  countRightByChance: 0.3,
  mseOnThings: 0.01,
}

t.test('measures against masks have a table, with chance beside them; nothing of other data', async t => {
  const html = segmentationTable({ segmentation } as unknown as Metrics)
  t.match(html, 'On 2,000 images')
  const rows = [...html.matchAll(/<tr><td>(.*?)<\/td><td[^>]*>(.*?)<\/td><td[^>]*>(.*?)<\/td><\/tr>/g)]
    .map(row => row.slice(1))
  t.strictSame(rows[0], ['FG-ARI', '0.987', '0'])
  t.strictSame(rows.find(([name]) => name === 'Images with the right count'), [
    'Images with the right count', '0.970', '0.300',
  ])
  t.strictSame(rows.at(-1), ['Squared error on the ring around things', '–', '–'], 'no ring where things fill images')
  t.equal(segmentationTable({ segmentation: null } as unknown as Metrics), '')
  t.equal(segmentationTable({} as Metrics), '')
})
