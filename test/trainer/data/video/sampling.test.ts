import t from 'tap'
import { chooseRate, sampledFrames, samplingAt } from '../../../../trainer/data/video/sampling.js'

t.test('by default a clip is thinned to 2000 to 4000 frames', async t => {
  t.equal(chooseRate({ frames: 100, rate: 30 }), 30)
  t.equal(chooseRate({ frames: 4000, rate: 30 }), 30)
  t.equal(chooseRate({ frames: 4001, rate: 30 }), 15)
  for (const frames of [4001, 9000, 108_000, 1e6]) {
    const clip = { frames, rate: 30000 / 1001 }
    const taken = sampledFrames(samplingAt(chooseRate(clip), clip), clip)
    t.ok(taken > 2000 && taken <= 4000, `${taken} of ${frames}`)
  }
})

t.test('a rate that divides the clip\'s is every n-th frame, others go by time', async t => {
  const clip = { frames: 300, rate: 30000 / 1001 }
  t.strictSame(samplingAt(30, clip), { every: 1 })
  t.strictSame(samplingAt(60, clip), { every: 1 }, 'at most its own')
  t.strictSame(samplingAt(14.985, clip), { every: 2 })
  t.strictSame(samplingAt(10, clip), { every: 3 })
  t.strictSame(samplingAt(12, clip), { rate: 12 })
  t.equal(sampledFrames({ every: 7 }, clip), 43)
  t.equal(sampledFrames({ rate: 12 }, clip), 120)
  t.equal(sampledFrames({ rate: 0.001 }, clip), 1)
})
