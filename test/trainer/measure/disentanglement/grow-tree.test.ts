import t from 'tap'
import { addLeaves, flatten, growTree, sortColumns } from '../../../../trainer/measure/disentanglement/grow-tree.js'
import type { Table } from '../../../../trainer/measure/disentanglement/representation.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { mapRows, randomTable } from './data.js'

const DEPTH = 3

/** As trees are defined: each split of each node is tried. */
function growByDefinition ({ values, rows, columns }: Table, target: Float64Array, depth: number) {
  const nodes = Array.from({ length: 2 ** (depth + 1) - 1 }, () => ({ column: -1, threshold: 0, value: 0 }))
  const importance = new Float64Array(columns)
  const leafOf = new Uint16Array(rows)
  const sum = (members: readonly number[]) => members.reduce((total, row) => total + target[row]!, 0)
  const split = (node: number, members: readonly number[], left: number): void => {
    if (members.length === 0) return
    const total = sum(members)
    nodes[node]!.value = total / members.length
    for (const row of members) leafOf[row] = node
    if (left === 0) return
    let gain = 0
    for (let column = 0; column < columns; column++) {
      const at = (row: number) => values[row * columns + column]!
      const sorted = members.toSorted((a, b) => at(a) - at(b) || a - b)
      let before = 0
      for (const [i, row] of sorted.entries()) {
        if (i > 0 && at(row) > at(sorted[i - 1]!)) {
          const apart = before ** 2 / i + (total - before) ** 2 / (members.length - i) - total ** 2 / members.length
          if (apart > gain + 1e-9) {
            gain = apart
            Object.assign(nodes[node]!, { column, threshold: (at(sorted[i - 1]!) + at(row)) / 2 })
          }
        }
        before += target[row]!
      }
    }
    const { column, threshold } = nodes[node]!
    if (column < 0) return
    importance[column]! += gain
    const goesLeft = (row: number) => values[row * columns + column]! <= threshold
    split(2 * node + 1, members.filter(goesLeft), left - 1)
    split(2 * node + 2, members.filter(row => !goesLeft(row)), left - 1)
  }
  split(0, [...new Array(rows).keys()], depth)
  return { nodes, importance, leafOf }
}

const normal = createRandom(3, 'targets')
const targetsOf = (rows: number): ReadonlyArray<readonly [string, Float64Array]> => {
  const noise = Float64Array.from(normal.fillNormal(new Float32Array(rows)))
  return [
    ['noise', noise],
    ['few large values', noise.map((value, row) => row % 37 === 0 ? 1 : -0.025 + value / 1000)],
    ['a mean far from 0', noise.map(value => 100 + value)],
    ['alike but for one row', noise.map((_, row) => Number(row === rows >> 1))],
  ]
}

for (const rows of [1, 2, 31, 32, 33, 500]) {
  const continuous = randomTable(rows, 4, rows)
  const tables = [
    ['values that all differ', continuous],
    ['values that occur often, and a column of one value', mapRows(continuous, ([a, b, c]) =>
      [Math.round(4 * a!), 0.5, Math.round(8 * b!) / 8, c!])],
  ] as const
  for (const [what, table] of tables) {
    t.test(`${rows} rows, ${what}: trees are those of their definition`, async t => {
      const sorted = sortColumns(table)
      for (const [name, target] of targetsOf(rows)) {
        const importance = new Float64Array(table.columns)
        const { nodes, leafOf } = growTree(sorted, target, DEPTH, importance)
        const expected = growByDefinition(table, target, DEPTH)
        t.strictSame(nodes.map(({ column }) => column), expected.nodes.map(({ column }) => column), name)
        t.strictSame(nodes.map(({ threshold }) => threshold), expected.nodes.map(({ threshold }) => threshold), name)
        t.strictSame(leafOf, expected.leafOf, name)
        nodes.forEach(({ value }, i) => {
          if (Math.abs(value - expected.nodes[i]!.value) > 1e-9) t.fail(`${name}: value of node ${i}`)
        })
        importance.forEach((gain, column) => {
          if (Math.abs(gain - expected.importance[column]!) > 1e-6) t.fail(`${name}: importance of column ${column}`)
        })
        const told = new Float64Array(rows)
        addLeaves(flatten(nodes), table, 1, told)
        t.strictSame(told, Float64Array.from(leafOf, leaf => nodes[leaf]!.value), `${name}: rows end where they did`)
      }
    })
  }
}

t.test('a table that does not vary is one leaf', async t => {
  const table = { values: new Float32Array(10), rows: 5, columns: 2 }
  const importance = new Float64Array(2)
  const { nodes, leafOf } = growTree(sortColumns(table), Float64Array.of(1, 2, 3, 4, 5), 1, importance)
  t.strictSame(nodes[0], { column: -1, threshold: 0, value: 3 })
  t.strictSame([...leafOf, ...importance], [0, 0, 0, 0, 0, 0, 0])
})
