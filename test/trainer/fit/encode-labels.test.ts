import t from 'tap'
import type { Factors } from '../../../trainer/data/dataset.js'
import { encodeLabels } from '../../../trainer/fit/encode-labels.js'

const factors: Factors = {
  names: ['shape', 'angle', 'size', 'x'],
  groups: { all: ['shape', 'angle', 'size', 'x'] },
  values: Float64Array.of(
    0, 90, 1, 5,
    1, 90, 4, 5,
    2, 45, 2, 5,
    0, 270, 1, 5
  ),
  kinds: [
    { kind: 'categorical' },
    { kind: 'circular', period: 360, symmetry: { factor: 'shape', folds: { 1: 4, 2: 0 } } },
    { kind: 'ordinal' },
    { kind: 'real' },
  ],
}
const all = Uint32Array.of(0, 1, 2, 3)
/** Mean 0, and variances that add up to 1. */
function standardised (...columns: number[][]): number[][] {
  const centred = columns.map(column => column.map(value => value - column.reduce((a, b) => a + b) / column.length))
  const deviation = Math.sqrt(centred.flat().reduce((sum, value) => sum + value ** 2, 0) / columns[0]!.length)
  return centred.map(column => column.map(value => value / deviation))
}
const near = (found: Float32Array[], expected: number[][]) =>
  found.length === expected.length &&
  found.every((column, c) => column.every((value, row) => Math.abs(value - expected[c]![row]!) < 1e-6))

t.test('each kind of factor is told in its way', async t => {
  t.ok(near(encodeLabels(factors, all, 0), standardised([1, 0, 0, 1], [0, 1, 0, 0], [0, 0, 1, 0])), 'indicators')
  t.ok(
    near(encodeLabels(factors, all, 1), standardised([0, 1, 0, 0], [1, 0, 0, -1])),
    'cosine and sine: a quarter turn of a square is none, of a disc nothing is told'
  )
  t.ok(near(encodeLabels(factors, all, 2), standardised([0, 2, 1, 0])), 'ranks')
  const { kinds: _, ...plain } = factors
  t.ok(near(encodeLabels(plain, all, 2), standardised([1, 4, 2, 1])), 'real as it is')
})

t.test('a factor that is the same in all labelled images is refused', async t => {
  t.throws(() => encodeLabels(factors, all, 3), {
    code: 'PVAE_CONFIG_INVALID',
    message: /factors that differ among the 4 labelled images.*x, which is 5 in all/,
  })
})
