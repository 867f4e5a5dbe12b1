/** Against what scikit-learn 1.9, and NumPy from the definitions, say of the same numbers. */
import t from 'tap'
import { betaVaeScore } from '../../../../trainer/measure/disentanglement/beta-vae-score.js'
import { factorVaeScore } from '../../../../trainer/measure/disentanglement/factor-vae-score.js'
import { informationByNeighbours } from '../../../../trainer/measure/disentanglement/information-by-neighbours.js'
import { infoMec } from '../../../../trainer/measure/disentanglement/infomec.js'
import { interventionalRobustness } from '../../../../trainer/measure/disentanglement/interventional-robustness.js'
import { classifyBySvm } from '../../../../trainer/measure/disentanglement/linear-svm.js'
import type { NumberedValues } from '../../../../trainer/measure/disentanglement/numbered-values.js'
import { columnOf, selectColumns, selectRows } from '../../../../trainer/measure/disentanglement/representation.js'
import { resampleRows, shareFactors } from '../../../../trainer/measure/disentanglement/row-sampler.js'
import { mapRows, near, randomTable } from './data.js'

const COUNT = 300
const numbered = (valueOf: (row: number) => number, count: number, rows = COUNT): NumberedValues => ({
  codes: Uint16Array.from({ length: rows }, (_, row) => valueOf(row)),
  count,
  values: Array.from({ length: count }, (_, i) => i),
})
const three = numbered(row => row * 7 % 3, 3)
const two = numbered(row => Math.floor(row / 5) % 2, 2)
const wave = (row: number, a: number, b: number) => Math.sin(a * row + b * row * row / 100)
const means = mapRows({ values: new Float32Array(COUNT), rows: COUNT, columns: 1 }, (_, row) => [
  three.codes[row]! + wave(row, 1.3, 0.7),
  wave(row, 2.1, 0.3) - Number(three.codes[row] === 2),
  0.5 * wave(row, 0.9, 1.1),
])
const learnt = Uint32Array.from({ length: 200 }, (_, i) => i)
const judged = Uint32Array.from({ length: 100 }, (_, i) => 200 + i)

t.test('linear support vector machines tell as many as LinearSVC', async t => {
  const right = async (columns: number[], labels: Uint16Array, classes: number) => {
    const told = await classifyBySvm(
      selectRows(selectColumns(means, columns), learnt),
      labels.subarray(0, 200),
      selectRows(selectColumns(means, columns), judged),
      classes
    )
    return told.reduce((sum, label, i) => sum + Number(label === labels[200 + i]), 0)
  }
  t.equal(await right([0], three.codes, 3), 65)
  t.equal(await right([0, 1, 2], three.codes, 3), 69)
  t.equal(await right([0, 1], three.codes.map(code => Number(code === 1)), 2), 57, 'one of two')
})

t.test('information by neighbours is that of mutual_info_classif', async t => {
  for (const [unit, expected] of [0.70382969, 0.39488622, 0.00028528].entries()) {
    const found = informationByNeighbours(columnOf(means, unit), three.codes, 10)
    t.ok(near(found, expected, 1e-6), `unit ${unit}: ${found} for ${expected}`)
  }
  t.ok(near(informationByNeighbours(Float64Array.of(0, 1, 5, 6, 9), [0, 0, 1, 1, 2], 10), 1 / 3 + 1 / 2, 1e-9),
    'ψ(4) + ψ(1) − ψ(2) − ψ(2): of two pairs apart, what occurs once left out')
})

t.test('InfoM, InfoC and InfoE', async t => {
  const { infoM, infoC, infoE } = await infoMec(means, [three, two])
  t.ok(near(infoM!, 0.7253831647410152, 1e-6), `${infoM}`)
  t.ok(near(infoC!, 0.720831434178329, 1e-6), `${infoC}`)
  t.ok(near(infoE, 0.24057283315048253, 1e-5), `${infoE}`)
  t.equal((await infoMec(means, [three])).infoM, undefined, 'a single factor')
  t.equal((await infoMec(selectColumns(means, [0]), [three, two])).infoC, undefined, 'a single unit')
  const constant = mapRows(means, () => [1])
  await t.rejects(infoMec(constant, [three]), { message: 'expected a unit that varies but found none' })
})

t.test('interventional robustness', async t => {
  t.ok(near(interventionalRobustness(means, [three, two]), 0.3754917078124731, 1e-6))
  const exact = mapRows(means, (_, row) => [three.codes[row]!, -2 * two.codes[row]!])
  t.equal(interventionalRobustness(exact, [three, two]), 1, 'a unit a factor')
  t.equal(interventionalRobustness(mapRows(means, () => [1]), [three]), 0, 'nothing varies')
})

t.test('rows that share a factor tell it, by unit, as scenes drawn anew would', async t => {
  const rows = 2000
  const factors = [numbered(row => row % 2, 2, rows), numbered(row => Math.floor(row / 2) % 5, 5, rows)]
  const noise = randomTable(rows, 2, 1, 'normal')
  const apart = mapRows(noise, ([x, y], row) =>
    [factors[0]!.codes[row]! + 0.1 * x!, factors[1]!.codes[row]! + 0.1 * y!])
  const sets = [0, 1].map(k => ({ fixed: [k], rows: shareFactors(factors, [k], ['a', 'b']) }))
  const sample = resampleRows(apart, sets, 3)
  const drawn = await sample([1], 64)
  t.equal(new Set(Array.from({ length: 64 }, (_, i) => Math.round(drawn[2 * i + 1]!))).size, 1, 'one value of b')
  t.equal(new Set(Array.from({ length: 64 }, (_, i) => Math.round(drawn[2 * i]!))).size, 2, 'all values of a')
  const options = { seed: 0, blocks: [{ name: 'x', units: [0] }, { name: 'y', units: [1] }], classes: [[0], [1]] }
  const score = async (means: typeof noise) => (await factorVaeScore({
    ...options, sampleRepresentations: resampleRows(means, sets, 3), variance: [1, 1], trainVotes: 200, testVotes: 100,
  })).score
  t.equal(await score(apart), 1)
  t.ok(await score(noise) < 0.7, 'noise tells nothing')
  const shared = sets.map(set => set.rows)
  t.equal(await betaVaeScore({ means: apart, shared, seed: 0, points: 300 }), 1)
  t.ok(await betaVaeScore({ means: noise, shared, seed: 0, points: 300 }) < 0.65)
  await t.rejects(betaVaeScore({ means: noise, shared: shared.slice(1), seed: 0 }), { message: /at least 2 factors/ })
})

t.test('too few images that share a factor, or one that is continuous', async t => {
  t.throws(() => shareFactors([numbered(row => row, COUNT)], [0], ['a']), {
    message: 'expected at least 16 images that share a, on average, but found 1.0',
  })
  t.throws(() => shareFactors([{ codes: three.codes, count: 20, values: undefined }], [0], ['a']), {
    message: 'expected a discrete factor to hold fixed but found a, which is not',
  })
})
