import t from 'tap'
import { rampColour } from '@partition-vae/models'

t.test('colours of the ramp', async t => {
  t.same(rampColour(0), [247, 250, 253])
  t.same(rampColour(1), [18, 62, 122])
  t.same(rampColour(-1), rampColour(0))
  t.same(rampColour(7), rampColour(1))
  t.same(rampColour(0.5), [126, 174, 220])
})
