import t from 'tap'
import { kindOf, periodIn, type KindedFactors } from '../../../trainer/data/factor-kinds.js'

const factors: KindedFactors = {
  names: ['shape', 'angle', 'x'],
  kinds: [
    { kind: 'categorical', names: ['heart', 'square', 'disc'] },
    { kind: 'circular', period: 360, symmetry: { factor: 'shape', folds: { 1: 4, 2: 0 } } },
    { kind: 'real' },
  ],
}

t.test('a factor of which nothing is said is real', async t => {
  t.same(kindOf({ names: ['x'] }, 0), { kind: 'real' })
  t.equal(kindOf(factors, 0).kind, 'categorical')
})

t.test('the period of an angle is divided by the symmetry of what is turned', async t => {
  t.equal(periodIn(factors, 1, [0, 10, 0]), 360, 'a heart looks the same after a whole turn')
  t.equal(periodIn(factors, 1, [1, 10, 0]), 90, 'a square after a quarter')
  t.equal(periodIn(factors, 1, [2, 10, 0]), 0, 'a disc always')
  t.equal(periodIn({ names: ['hue'], kinds: [{ kind: 'circular', period: 1 }] }, 0, [0.2]), 1, 'without a symmetry')
  t.equal(periodIn(factors, 2, [0, 10, 0]), undefined, 'a position has no period')
})
