import t from 'tap'
import { assign } from '../../../../trainer/measure/disentanglement/assignment.js'
import { createRandom } from '../../../../trainer/random/index.js'

/** The largest total by trying every assignment. */
function exhaustive (scores: number[][], used: ReadonlySet<number> = new Set(), row = 0): number {
  const columns = scores[0]!.length
  if (row === scores.length) return used.size === Math.min(scores.length, columns) ? 0 : -Infinity
  const options = Array.from({ length: columns }, (_, j) => j)
    .filter(j => !used.has(j))
    .map(j => scores[row]![j]! + exhaustive(scores, new Set([...used, j]), row + 1))
  if (scores.length > columns) options.push(exhaustive(scores, used, row + 1)) // a row may stay free
  return Math.max(...options)
}

t.test('is as good as the best of all assignments, whatever the shape', async t => {
  const random = createRandom(3, 'assignment')
  for (const [rows, columns] of [[1, 1], [3, 3], [6, 6], [2, 5], [5, 2], [6, 4], [4, 6]] as const) {
    for (let repeat = 0; repeat < 10; repeat++) {
      // Whole numbers make ties.
      const scores = Array.from({ length: rows }, () =>
        Array.from({ length: columns }, () => (repeat < 5 ? random.normal() : random.integer(3)))
      )
      const pairs = assign(scores)
      t.equal(pairs.length, Math.min(rows, columns))
      t.equal(new Set(pairs.map(({ row }) => row)).size, pairs.length)
      t.equal(new Set(pairs.map(({ column }) => column)).size, pairs.length)
      const total = pairs.reduce((sum, { row, column }) => sum + scores[row]![column]!, 0)
      t.ok(Math.abs(total - exhaustive(scores)) < 1e-9, `${rows} × ${columns}`)
    }
  }
})

t.test('gives up a row’s best for the good of all', async t => {
  t.same(assign([[0.9, 0.8], [0.85, 0.1]]), [{ row: 0, column: 1 }, { row: 1, column: 0 }])
  t.same(assign([]), [])
})

t.test('pairs are in the order of their rows, also where there are more rows than columns', async t => {
  t.same(assign([[0, 1], [1, 0], [0, 0]]), [{ row: 0, column: 1 }, { row: 1, column: 0 }])
})
