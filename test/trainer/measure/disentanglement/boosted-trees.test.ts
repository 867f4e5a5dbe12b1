import t from 'tap'
import { boostClassifier, boostTrees } from '../../../../trainer/measure/disentanglement/boosted-trees.js'
import { sortColumns } from '../../../../trainer/measure/disentanglement/grow-tree.js'
import { columnOf, splitAtRandom } from '../../../../trainer/measure/disentanglement/representation.js'
import { treeImportance } from '../../../../trainer/measure/disentanglement/tree-importance.js'
import { mapRows, near, numbersOfTable, randomTable, targetsOfTable } from './data.js'

t.test('one tree of depth 1 finds the best split, and moves by the learning rate', async t => {
  const table = { values: Float32Array.of(1, 9, 2, 9, 3, 9, 4, 9), rows: 4, columns: 2 }
  const trees = await boostTrees(sortColumns(table), Float64Array.of(0, 0, 4, 4), {
    trees: 1,
    depth: 1,
    learningRate: 0.5,
  })
  t.same(trees.importance, [1, 0])
  t.same(
    [...trees.predict({ values: Float32Array.of(2.4, 0, 2.6, 0), rows: 2, columns: 2 })],
    [1, 3],
    'split halfway at 2.5; mean 2 ∓ ½ · 2'
  )
})

t.test('many trees learn a step function of two columns, and leave the third alone', async t => {
  const x = randomTable(2000, 3, 8)
  const y = mapRows(x, ([a, b]) => [(a! > 0.3 ? 1 : 0) + (b! > 0.6 ? 2 : 0)])
  const { importance, predict } = await boostTrees(sortColumns(x), columnOf(y, 0))
  t.ok(importance[2]! < 1e-3)
  // Var of the two parts: .21 and 4 · .24.
  t.ok(near(importance[0]!, 0.21 / (0.21 + 0.96), 0.02), `${importance}`)
  const error = predict(x).reduce((sum, value, i) => sum + (value - y.values[i]!) ** 2, 0) / x.rows
  t.ok(error < 0.005, `error ${error}`)
})

t.test('nothing to learn: the mean, no importance', async t => {
  const x = randomTable(50, 2, 9)
  const constant = await boostTrees(sortColumns(x), new Float64Array(50).fill(3))
  t.same(constant.importance, [0, 0])
  t.equal(constant.predict(x)[0], 3)
  const blind = await boostTrees(
    sortColumns({ values: new Float32Array(20), rows: 20, columns: 1 }),
    columnOf(randomTable(20, 1, 1), 0)
  )
  t.same(blind.importance, [0], 'a constant column')
})

t.test('importance of units for factors, judged on images held out', async t => {
  const factors = randomTable(3000, 2, 4)
  const known = { targets: targetsOfTable(factors), numbers: numbersOfTable(factors) }
  const split = splitAtRandom(3000, 0)
  const means = mapRows(factors, ([a, b]) => [b! ** 2, Math.sin(a!), 0.5])
  const { importance, informativeness } = await treeImportance({ means, ...known, split })
  t.ok(importance[1]![0]! > 0.99)
  t.ok(importance[0]![1]! > 0.99)
  t.same(importance[2], [0, 0])
  t.ok(informativeness.every(value => value > 0.99), `${informativeness}`)
  const { informativeness: none } = await treeImportance({ means: randomTable(3000, 2, 5), ...known, split })
  t.ok(none.every(value => value < 0.05))
})

t.test('classes are told by their trees, two by one tree a round', async t => {
  const x = randomTable(1500, 3, 11)
  for (const classes of [2, 4]) {
    const labels = Uint16Array.from({ length: x.rows }, (_, row) => Math.floor(classes * x.values[row * 3 + 1]!))
    const { importance, predict } = await boostClassifier(sortColumns(x), labels, classes, { trees: 30 })
    const told = predict(x)
    const right = told.reduce((sum, label, row) => sum + Number(label === labels[row]), 0) / x.rows
    t.ok(right > 0.99, `${right} of ${classes} classes`)
    t.ok(importance[1]! > 0.95, `${importance}`)
  }
})

t.test('a discrete factor is classified: accuracy, and importance by classes', async t => {
  const numbers = [{
    codes: Uint16Array.from({ length: 3000 }, (_, row) => row % 3), count: 3, values: [0, 1, 2],
  }]
  const means = mapRows(randomTable(3000, 2, 6), ([a, b], row) => [(row % 3) + 0.5 * a!, b!])
  const factors = { values: Float32Array.from(numbers[0]!.codes), rows: 3000, columns: 1 }
  const { importance, informativeness } = await treeImportance({
    means, targets: targetsOfTable(factors), numbers, split: splitAtRandom(3000, 0),
  })
  t.ok(importance[0]![0]! > 0.99, `${importance}`)
  t.ok(informativeness[0]! > 0.99, `${informativeness}`)
})

t.test('a discrete factor of more values than can be learnt is refused', async t => {
  const count = 201
  const codes = Uint16Array.from({ length: 3 * count }, (_, row) => row % count)
  await t.rejects(treeImportance({
    means: randomTable(codes.length, 1, 9),
    targets: targetsOfTable({ values: Float32Array.from(codes), rows: codes.length, columns: 1 }),
    numbers: [{ codes, count, values: Array.from({ length: count }, (_, value) => value) }],
    split: splitAtRandom(codes.length, 0),
  }), {
    name: 'NotMeasurable',
    message: 'expected discrete factors of at most 200 values, as each has trees of its own, but found one of 201',
  })
})
