import t from 'tap'
import { contingencyOf, countRows } from '../../../../trainer/measure/objects/contingency.js'
import { createRandom } from '../../../../trainer/random/index.js'

t.test('pairs of labels are counted, of those that occur', async t => {
  const pairs = contingencyOf(Uint8Array.of(0, 0, 7, 7, 255), Uint8Array.of(3, 255, 3, 3, 0))
  t.strictSame(pairs, {
    rows: [0, 7, 255],
    columns: [0, 3, 255],
    counts: [[0, 1, 1], [0, 2, 0], [1, 0, 0]],
    rowSums: [2, 2, 1],
    columnSums: [1, 3, 1],
    total: 5,
  })
  t.strictSame(countRows(pairs, label => label === 7), {
    rows: [7],
    columns: [3],
    counts: [[2]],
    rowSums: [2],
    columnSums: [2],
    total: 2,
  })
  t.strictSame(countRows(pairs, () => false), {
    rows: [], columns: [], counts: [], rowSums: [], columnSums: [], total: 0,
  })
})

t.test('all 256 labels', async t => {
  const random = createRandom(1, 'labels')
  const [first, second] = [0, 1].map(() => Uint8Array.from({ length: 5000 }, () => random.integer(256)))
  const { rows, columns, counts } = contingencyOf(first!, second!)
  for (const [r, row] of rows.slice(0, 20).entries()) {
    for (const [s, column] of columns.entries()) {
      const expected = first!.reduce((sum, label, i) => sum + Number(label === row && second![i] === column), 0)
      if (counts[r]![s] !== expected) t.fail(`${row} and ${column}`)
    }
  }
})
