import t from 'tap'
import type { Factors } from '../../../../trainer/data/dataset.js'
import { measuredKinds } from '../../../../trainer/measure/known-truth/measured-kinds.js'

const factors: Factors = {
  names: ['shape', 'angle'],
  groups: { shape: ['shape'], angle: ['angle'] },
  values: Float64Array.of(0, 90, 1, 90, 2, -90, 0, 450),
  kinds: [
    { kind: 'categorical' },
    { kind: 'circular', period: 360, symmetry: { factor: 'shape', folds: { 1: 4, 2: 0 } } },
  ],
}

t.test('angles are told in turns, with the symmetry of each image’s thing', async t => {
  const [shape, angle] = measuredKinds(factors, Uint32Array.of(0, 1, 2, 3))!
  t.same(shape, { kind: 'categorical' })
  t.match(angle, { kind: 'circular' })
  if (angle?.kind !== 'circular') return
  t.strictSame([...angle.turns], [0.25, 0.25, 0.75, 0.25], 'within one turn')
  t.strictSame([...angle.folds], [1, 4, 0, 1])
})

t.test('of factors of which nothing is said all are real', async t => {
  const { kinds: _, ...plain } = factors
  t.equal(measuredKinds(plain, Uint32Array.of(0)), undefined)
})
