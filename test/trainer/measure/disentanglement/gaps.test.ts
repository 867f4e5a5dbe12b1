/** MIG, SAP and modularity on representations whose scores are known. */
import t from 'tap'
import { mutualInformationGap } from '../../../../trainer/measure/disentanglement/mig.js'
import { modularity } from '../../../../trainer/measure/disentanglement/modularity.js'
import { separatedAttributePredictability } from '../../../../trainer/measure/disentanglement/sap.js'
import { splitAtRandom, type Block, type Table } from '../../../../trainer/measure/disentanglement/representation.js'
import { unitInformation } from '../../../../trainer/measure/disentanglement/unit-information.js'
import { mapRows, near, numbersOfTable, randomTable, targetsOfTable } from './data.js'

const factors = randomTable(5000, 2, 2)
const noise = randomTable(5000, 2, 3, 'normal')
const eachUnit = ({ columns }: Table): Block[] =>
  Array.from({ length: columns }, (_, i) => ({ name: String(i), units: [i] }))

async function sapOf (means: Table, blocks: readonly Block[]) {
  const sap = await separatedAttributePredictability({
    means,
    blocks,
    targets: targetsOfTable(factors),
    numbers: numbersOfTable(factors),
    split: splitAtRandom(means.rows, 0),
  })
  return sap()
}

async function scoresOf (means: Table) {
  const { information, entropy } = unitInformation(means, numbersOfTable(factors))
  return {
    mig: mutualInformationGap(information, entropy).mean,
    modularity: modularity(information),
    sap: (await sapOf(means, eachUnit(means))).mean,
  }
}

t.test('axis-aligned units: all but 1', async t => {
  const { mig, sap, modularity } = await scoresOf(mapRows(factors, ([a, b]) => [-3 * b!, a! + 5]))
  t.ok(near(mig, 1, 0.03), `MIG ${mig}: the histogram of 5,000 independent points has 0.036 nats too many`)
  t.ok(near(sap, 1, 0.005), `SAP ${sap}`)
  t.ok(near(modularity, 1, 0.005), `modularity ${modularity}`)
})

t.test('units turned by 45° know both factors alike: 0', async t => {
  const { mig, sap, modularity } = await scoresOf(mapRows(factors, ([a, b]) => [a! + b!, a! - b!]))
  t.ok(near(mig, 0, 0.02), `MIG ${mig}`)
  t.ok(near(sap, 0, 0.03), `SAP ${sap}`)
  t.ok(near(modularity, 0, 0.1), `modularity ${modularity}`)
})

t.test('units that are there twice have no gap, but are modular', async t => {
  const { mig, sap, modularity } = await scoresOf(mapRows(factors, ([a, b]) => [a!, b!, 2 * a!, -b!]))
  t.ok(near(mig, 0, 1e-9))
  t.ok(near(sap, 0, 1e-6))
  t.ok(modularity > 0.99)
})

t.test('noise knows nothing', async t => {
  const { mig, sap } = await scoresOf(noise)
  t.ok(mig < 0.01)
  t.ok(sap < 0.01)
})

t.test('SAP of partitions is the gap of multiple R²', async t => {
  // Factor a is the sum of two units that know half of it each.
  const means = mapRows(factors, ([a, b], row) => [a! + noise.values[row * 2]!, noise.values[row * 2]!, b!])
  const { scores, mean } = await sapOf(means, [{ name: 'p', units: [0, 1] }, { name: 'q', units: [2] }])
  t.ok(near(scores[0]![0]!, 1, 1e-6))
  t.ok(near(scores[1]![1]!, 1, 1e-6))
  t.ok(near(mean, 1, 0.01))
  const constant = mapRows(factors, () => [4, 4])
  t.equal((await sapOf(constant, [{ name: 'p', units: [0, 1] }])).mean, 0)
  const twice = mapRows(factors, ([a]) => [a!, a!])
  const [[score]] = (await sapOf(twice, [{ name: 'p', units: [0, 1] }])).scores as [[number]]
  t.ok(near(score, 1, 1e-6), 'units that repeat each other')
})

t.test('degenerate cases', async t => {
  t.same(mutualInformationGap([[1], [0.25]], [2]), { mean: 0.375, byFactor: [0.375] })
  t.same(mutualInformationGap([[1]], [0]).byFactor, [0], 'a factor of no entropy')
  t.equal(mutualInformationGap([[1]], [2]).mean, 0.5, 'one code has no second best')
  t.equal(modularity([[0, 0], [1, 0]]), 0.5, 'a code that knows nothing scores 0')
  t.equal(modularity([[0.3]]), 1)
  t.equal(modularity([[2, 1, 0]]), 1 - 1 / (4 * 2))
})
