import t from 'tap'
import { factorTableOf } from '../../../../trainer/data/arrays/factor-table.js'
import type { ArrayFactor } from '../../../../trainer/data/arrays/content.js'

const folds = { 1: 4, 2: 0 }
const columns: ArrayFactor[] = [
  { name: 'shape', kind: { kind: 'categorical' } },
  { name: 'angle', kind: { kind: 'circular', period: 360, symmetry: { factor: 'shape', folds } } },
  { name: 'x', kind: { kind: 'real' } },
]
const tableOf = (shapes: readonly number[]) => {
  const values = Float64Array.from(shapes.flatMap((shape, i) => [shape, 45 * i, i]))
  return factorTableOf({ columns, values }, Number)
}

t.test('a symmetry by a factor that is left out is that of its one value', async t => {
  const squares = tableOf([1, 1, 1, 1])
  t.strictSame(squares.table!.names, ['angle', 'x'])
  t.strictSame(squares.table!.kinds, [{ kind: 'circular', period: 90 }, { kind: 'real' }])
  t.strictSame([...squares.table!.rowOf('2')], [90, 2])
  t.strictSame(squares.notes, ['shape is the same in all images and is left out.'])
  t.strictSame(tableOf([3, 3, 3]).table!.kinds![0], { kind: 'circular', period: 360 }, 'without a symmetry')
})

t.test('the angle of what is round is left out', async t => {
  const { table, notes } = tableOf([2, 2, 2])
  t.strictSame(table!.names, ['x'])
  t.strictSame(notes, [
    'shape is the same in all images and is left out.',
    'angle changes no image, as what is turned is round, and is left out.',
  ])
})

t.test('a symmetry by a factor that is kept stays', async t => {
  const { table, notes } = tableOf([1, 2, 3])
  t.strictSame(table!.kinds![1], columns[1]!.kind)
  t.strictSame(notes, [])
})
