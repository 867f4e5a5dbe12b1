import t from 'tap'
import { createRandom } from '../../../../trainer/random/index.js'
import { drawTruncated, logNormalDensity, normalMass } from '../../../../trainer/tune/sample/normal.js'

t.test('the mass between two numbers, as tables have it, also far out', async t => {
  const near = (found: number, wanted: number) => t.ok(Math.abs(found / wanted - 1) < 1e-6, `${found} is ${wanted}`)
  near(normalMass(-1, 1), 0.682689492137086)
  near(normalMass(-1.96, 1.96), 0.950004209703559)
  near(normalMass(6, 7), 9.853075e-10)
  near(normalMass(-7, -6), normalMass(6, 7))
  near(normalMass(8, 9), normalMass(-9, -8))
  near(normalMass(-Infinity, 0), 0.5)
  t.equal(normalMass(50, 51), 0, 'nothing is left, and it is no error')
  near(Math.exp(logNormalDensity(0)), 0.398942280401433)
})

t.test('draws that are cut off stay within, and have the mean of the cut density', async t => {
  const random = createRandom(2, 'test')
  const drawn = Array.from({ length: 5000 }, () => drawTruncated(0, 1, 0, 1, random))
  t.ok(drawn.every(value => value >= 0 && value <= 1))
  // (φ(0) − φ(1)) / (Φ(1) − Φ(0))
  t.ok(Math.abs(drawn.reduce((sum, value) => sum + value, 0) / 5000 - 0.45986) < 0.015)
})
