import t from 'tap'
import { dciScores } from '../../../../trainer/measure/disentanglement/dci.js'
import { near } from './data.js'

t.test('a permutation is disentangled and complete', async t => {
  t.same(dciScores([[0, 2, 0], [1, 0, 0], [0, 0, 5]]), { disentanglement: 1, completeness: 1 })
})

t.test('importance that is even everywhere is neither', async t => {
  const { disentanglement, completeness } = dciScores([[1, 1, 1], [1, 1, 1]])
  t.ok(near(disentanglement, 0, 1e-12))
  t.ok(near(completeness, 0, 1e-12))
})

t.test('two codes of one factor are disentangled but incomplete, and the reverse', async t => {
  const codes = dciScores([[1, 0], [1, 0], [0, 1]])
  t.equal(codes.disentanglement, 1)
  // The first factor, half of two codes of three: entropy log₃ 2. Weights 2/3 and 1/3.
  t.ok(near(codes.completeness, 2 / 3 * (1 - Math.log(2) / Math.log(3)) + 1 / 3, 1e-12))
  const factors = dciScores([[1, 1, 0], [0, 0, 1]])
  t.equal(factors.completeness, 1)
  t.ok(near(factors.disentanglement, 2 / 3 * (1 - Math.log(2) / Math.log(3)) + 1 / 3, 1e-12))
})

t.test('codes without importance weigh nothing, a single factor can’t be confused, nothing scores 0', async t => {
  t.same(dciScores([[1, 0], [0, 1], [0, 0]]).disentanglement, 1)
  t.equal(dciScores([[1], [1]]).disentanglement, 1)
  t.same(dciScores([[0, 0], [0, 0]]), { disentanglement: 0, completeness: 0 })
  t.same(dciScores([]), { disentanglement: 0, completeness: 0 })
})
