import t from 'tap'
import { detectionF1, detectionsIn, matchDetections } from '../../../../trainer/measure/objects/detections.js'

const picture = (...rows: string[]) => Uint8Array.from(rows.join(''), Number)

t.test('a thing has the box of its pixels, and their centre of mass', async t => {
  const [one, two] = detectionsIn(picture(
    '1000',
    '1000',
    '1122'
  ), 4)
  t.same(one, { centre: [7 / 4, 3 / 4], boxCentre: [1.5, 1], boxDiagonal: Math.hypot(3, 2) })
  t.same(two, { centre: [2.5, 3], boxCentre: [2.5, 3], boxDiagonal: Math.hypot(1, 2) })
  t.equal(detectionsIn(picture('1002', '0002'), 4, 2).length, 1, 'a crumb is none')
})

t.test('a thing is found from half of its diagonal, once, by one segment', async t => {
  const thing = { centre: [5, 5], boxCentre: [5, 5], boxDiagonal: 4 } as const
  const at = (row: number) => ({ ...thing, centre: [row, 5] as const })
  t.equal(matchDetections([thing], [at(7)]).found, 1)
  t.equal(matchDetections([thing], [at(7.1)]).found, 0)
  t.same(matchDetections([thing], [at(5), at(6)]), { found: 1, things: 1, segments: 2 }, 'not twice')
  const below = { centre: [8, 5], boxCentre: [8, 5], boxDiagonal: 4 } as const
  t.equal(matchDetections([thing, below], [at(7), at(4)]).found, 2, 'so that most are found')
})

t.test('F1 is the harmonic mean of precision and recall over all images', async t => {
  // 3 of 4 things found by 3 of 6 segments.
  const counts = [{ found: 2, things: 2, segments: 5 }, { found: 1, things: 2, segments: 1 }]
  t.equal(detectionF1(counts), 0.6)
  t.equal(detectionF1([{ found: 0, things: 0, segments: 0 }]), undefined, 'nothing to find')
})
