import t from 'tap'
import { explainedVariance } from '../../../../trainer/measure/disentanglement/probe-predictions.js'
import { probe } from '../../../../trainer/measure/disentanglement/probe.js'
import { splitAtRandom, type Factors, type Table } from '../../../../trainer/measure/disentanglement/representation.js'
import { measureWithinClasses } from '../../../../trainer/measure/disentanglement/within-classes.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { targetsOf } from '../../../../trainer/measure/disentanglement/targets.js'
import { near, targetsOfTable } from './data.js'

const COUNT = 4000
const random = createRandom(3, 'within-classes')
const classes = Uint8Array.from({ length: COUNT }, () => random.integer(4))
const own = Float32Array.from(classes, () => random.normal())
/** Class means 0, 1, 2, 3, of variance 5/4, and as much again as `own` varies: the class explains (5/4)/(5/4 + 1). */
const leaning = own.map((value, i) => classes[i]! + value)
const factors: Factors = {
  names: ['leaning', 'own'],
  values: Float32Array.from({ length: 2 * COUNT }, (_, i) => (i % 2 === 0 ? leaning : own)[i >> 1]!),
  groups: { leaning: [0], own: [1] },
}
const known = { names: factors.names, targets: targetsOf(factors) }
const column = (values: Float32Array): Table => ({ values, rows: COUNT, columns: 1 })
const split = splitAtRandom(COUNT, 1)

t.test('a partition that knows the class alone explains as much as the class, and nothing within it', async t => {
  const inputs = [column(Float32Array.from(classes)), column(leaning)]
  const predictions = await probe({
    inputs,
    targets: known.targets,
    seed: 0,
    split,
    steps: 300,
  })
  const { fromClass, explained } = measureWithinClasses(predictions, classes, known, split, 2)
  t.ok(near(fromClass.leaning!, 5 / 9, 0.04), `${fromClass.leaning}`)
  t.ok(near(fromClass.own!, 0, 0.02), `${fromClass.own}`)
  t.ok(near(explainedVariance(predictions)[0]![0]!, fromClass.leaning!, 0.02), 'the class, from a probe')
  t.ok(near(explained.leaning![0]!, 0, 0.02), `nothing beyond the class: ${explained.leaning![0]}`)
  t.ok(explained.leaning![1]! > 0.98, `the factor itself: ${explained.leaning![1]}`)
})

t.test('a factor that the class decides leaves nothing to explain', async t => {
  const decided = { names: ['class'], targets: targetsOfTable(column(Float32Array.from(classes))) }
  const predictions = await probe({
    inputs: [column(Float32Array.from(classes))],
    targets: decided.targets,
    seed: 0,
    split,
    steps: 20,
  })
  t.same(measureWithinClasses(predictions, classes, decided, split, 1), {
    fromClass: { class: 1 },
    explained: { class: [0] },
  })
})

t.test('a class an image', async t => {
  const predictions = {
    rows: 0,
    predicted: new Float32Array(),
    actual: { values: new Float32Array(), rows: 0, columns: 2 },
    mask: undefined,
    columnsOf: [[0], [1]],
    scaling: [],
  }
  t.throws(() => measureWithinClasses(predictions, new Uint8Array(3), known, split, 0), {
    code: 'PVAE_INVALID_PARAMETER',
    message: 'expected 4000 classes, one an image, but received 3',
  })
})
