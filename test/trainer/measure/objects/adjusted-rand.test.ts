import t from 'tap'
import {
  adjustedRandIndex,
  foregroundAdjustedRandIndex,
} from '../../../../trainer/measure/objects/adjusted-rand.js'
import { contingencyOf } from '../../../../trainer/measure/objects/contingency.js'

const near = (a: number | undefined, b: number) => a !== undefined && Math.abs(a - b) < 1e-12
const randOf = (truth: Uint8Array, predicted: Uint8Array) => adjustedRandIndex(contingencyOf(truth, predicted))
const foregroundOf = (truth: Uint8Array, predicted: Uint8Array) =>
  foregroundAdjustedRandIndex(contingencyOf(truth, predicted))
const labels = (...values: number[]) => Uint8Array.from(values)
const truth = Uint8Array.from({ length: 60 }, (_, i) => Math.floor((i * i + 3 * i) / 7) % 4)
const other = Uint8Array.from({ length: 60 }, (_, i) => Math.floor((i * 5 + Math.floor(i / 4)) % 11 / 3))
const close = truth.map((label, i) => i % 5 === 0 ? other[i]! : label)

t.test('values are those of adjusted_rand_score in scikit-learn 1.9', async t => {
  t.ok(near(randOf(truth, other), -0.004479277484385006))
  t.ok(near(randOf(truth, close), 0.6977881257275902))
  t.ok(near(randOf(labels(0, 0, 1, 1), labels(0, 1, 0, 1)), -0.5))
  t.equal(randOf(labels(1, 1, 1), labels(0, 1, 2)), 0, 'all together against all apart')
  t.equal(randOf(labels(1, 1, 1), labels(2, 2, 2)), 1, 'one label each')
  t.equal(randOf(labels(0, 1, 2), labels(7, 5, 6)), 1, 'all apart')
  t.equal(randOf(labels(3), labels(9)), 1, 'one element')
})

t.test('in the foreground only pixels of true things count', async t => {
  t.ok(near(foregroundOf(truth, close), 0.7426778242677824))
  t.ok(near(foregroundOf(truth, other), -0.0392138855725962))
  const things = labels(0, 0, 0, 1, 1, 2, 2)
  t.equal(foregroundOf(things, labels(1, 2, 0, 1, 1, 2, 2)), 1, 'halos do not count')
  t.equal(foregroundOf(things, labels(0, 0, 0, 1, 1, 1, 1)), 0, 'things in one segment do')
  t.equal(foregroundOf(things, labels(0, 0, 0, 1, 1, 0, 0)), 1, 'the background is a segment')
  t.equal(foregroundOf(labels(0, 0), labels(0, 1)), undefined, 'no thing')
})

t.test('labellings of other lengths are refused', async t => {
  t.throws(() => randOf(labels(0, 1), labels(0)), {
    message: 'expected 2 labels for the second labelling but received 1',
  })
})
