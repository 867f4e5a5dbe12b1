import t from 'tap'
import { SegmentationTally } from '../../../../trainer/measure/objects/tally.js'

const shape = { height: 2, width: 4, channels: 1 as const }
const blank = new Float32Array(8)
const tallyOf = (...images: Array<readonly [truth: number[], predicted: number[]]>) => {
  const tally = new SegmentationTally(shape)
  for (const [truth, predicted] of images) {
    tally.add({ truth: Uint8Array.from(truth), predicted: Uint8Array.from(predicted), image: blank, decoded: blank })
  }
  return tally.result()!
}
const single = [[1, 1, 0, 0, 1, 1, 0, 0], [1, 1, 0, 0, 1, 0, 0, 0]] as const
const several = [[1, 1, 2, 2, 0, 0, 0, 0], [2, 2, 1, 1, 0, 0, 0, 0]] as const

t.test('of a single thing a pixel that is missed makes FG-ARI 0: images with several are told apart', async t => {
  const { fgAri, fgAriOfSeveral } = tallyOf([[...single[0]], [...single[1]]], [[...several[0]], [...several[1]]])
  t.equal(fgAri, 0.5)
  t.equal(fgAriOfSeveral, 1)
})

t.test('without images of several things nothing is said of them', async t => {
  t.notOk('fgAriOfSeveral' in tallyOf([[...single[0]], [...single[1]]]))
})
