import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import { layOutPartitions } from '@partition-vae/models'
import {
  ClassificationSchema,
  measureClassification,
  type LabelledMeans,
} from '../../../../trainer/measure/classification/index.js'
import { classifyLinearly } from '../../../../trainer/measure/classification/logistic.js'
import { classifyByNeighbours } from '../../../../trainer/measure/classification/nearest-neighbours.js'
import { createRandom } from '../../../../trainer/random/index.js'

const partitions = layOutPartitions([{ name: 'ring', size: 2 }, { name: 'line', size: 1 }, { name: 'noise', size: 2 }])

/**
 * Three classes: as thirds of a disc's radius in `ring`, which no linear classifier tells; as clusters on a line; not
 * at all.
 */
function labelled (count: number, seed: number): LabelledMeans {
  const random = createRandom(seed, 'labelled')
  const labels = Uint8Array.from({ length: count }, () => random.integer(3))
  const means = Float32Array.from([...labels].flatMap(label => {
    const angle = 2 * Math.PI * random.uniform()
    const radius = label + 0.6 * random.uniform()
    return [
      radius * Math.cos(angle),
      radius * Math.sin(angle),
      10 * label + random.normal(),
      random.normal(),
      random.normal(),
    ]
  }))
  return { means, labels }
}

const options = { train: labelled(1200, 1), test: labelled(400, 2), partitions, seed: 0 }

t.test('by partition and from all', async t => {
  const result = await measureClassification(options)
  t.ok(Value.Check(ClassificationSchema, result))
  t.same([result.classes, result.trainImages, result.testImages, result.neighbours], [3, 1200, 400, 10])
  t.ok(result.chance >= 1 / 3)
  t.ok(result.chance < 0.4)
  const { nearestNeighbours, linear } = result
  t.ok(nearestNeighbours.byPartition.ring! > 0.97, 'only neighbours tell rings')
  t.ok(linear.byPartition.ring! < 0.55, 'only neighbours tell rings')
  t.ok(nearestNeighbours.byPartition.line! > 0.99)
  t.ok(linear.byPartition.line! > 0.99)
  t.ok(nearestNeighbours.byPartition.noise! < 0.45)
  t.ok(linear.byPartition.noise! < 0.45)
  t.ok(nearestNeighbours.all > 0.99)
  t.ok(linear.all > 0.99)
})

t.test('large sets are sampled by seed', async t => {
  const limited = { ...options, trainLimit: 300, testLimit: 50 }
  const result = await measureClassification(limited)
  t.same([result.trainImages, result.testImages], [300, 50])
  t.same(await measureClassification(limited), result)
})

t.test('neighbours: a majority, the smallest class where tied, never more than there are', async t => {
  const train = { values: Float32Array.of(0, 1, 2, 10, 11), rows: 5, columns: 1 }
  const at = (value: number) => ({ values: Float32Array.of(value), rows: 1, columns: 1 })
  const labels = Uint8Array.of(2, 1, 1, 0, 0)
  t.equal((await classifyByNeighbours(train, labels, at(0.4), 3, 1))[0], 2)
  t.equal((await classifyByNeighbours(train, labels, at(0.4), 3, 3))[0], 1)
  t.equal((await classifyByNeighbours(train, labels, at(6), 3, 2))[0], 0, 'one each at distance 4: 0 and 1')
  t.equal((await classifyByNeighbours(train, labels, at(0.4), 3, 50))[0], 0, 'two each of five')
})

t.test('the linear classifier’s boundary between two clusters of equal spread is halfway', async t => {
  const train = { values: Float32Array.of(0, 0.2, 1, 1.2, 5, 5), rows: 6, columns: 1 }
  const queries = { values: Float32Array.of(0.55, 0.65), rows: 2, columns: 1 }
  t.same(
    [
      ...(await classifyLinearly(
        { ...train, values: train.values.slice(0, 4), rows: 4 },
        Uint8Array.of(0, 0, 1, 1),
        queries,
        2
      )),
    ],
    [0, 1]
  )
  t.same(
    [
      ...(await classifyLinearly(
        { values: new Float32Array(3), rows: 3, columns: 1 },
        Uint8Array.of(1, 1, 0),
        queries,
        2
      )),
    ],
    [1, 1],
    'a constant column: the most frequent class'
  )
})

t.test('bad input is named', async t => {
  const refused = (message: RegExp | string, change: object) =>
    t.rejects(measureClassification({ ...options, ...change }), { code: 'PVAE_INVALID_PARAMETER', message })
  await refused('expected 2 × 5 values for the means of train but received 9', {
    train: { means: new Float32Array(9), labels: new Uint8Array(2) },
  })
  await refused(/finite values for the means of train but received NaN/, {
    train: { means: new Float32Array(5).fill(NaN), labels: new Uint8Array(1) },
  })
  await refused('expected an integer of at least 1 for neighbours but received 0', { neighbours: 0 })
})

t.test('images that do not say what is asked: in words', async t => {
  const refused = (message: RegExp | string, change: object) =>
    t.rejects(measureClassification({ ...options, labelNames: ['cat', 'dog'], ...change }), {
      name: 'NotMeasurable',
      message,
    })
  const labelled = (...labels: number[]): LabelledMeans => ({
    means: new Float32Array(5 * labels.length),
    labels: Uint8Array.from(labels),
  })
  await refused('expected at least 1 labelled image in test but found none', { test: labelled() })
  await refused('expected at least 2 classes with at least 2 images to learn from but found 4 with 2', {
    train: labelled(4, 4),
    test: labelled(4),
  })
  await refused('expected at least 2 classes with at least 2 images to learn from but found cat with 3, dog with 0', {
    train: labelled(0, 0, 0),
    test: labelled(0, 1),
  })
  await refused(/at least 1 test image of a class that there are images to learn from/, {
    train: labelled(0, 0, 1, 1),
    test: labelled(3),
  })
})

t.test('a class that is too rare to be learnt is left out; the others are judged without it', async t => {
  const leftOut: string[] = []
  const rare = (set: LabelledMeans, ...classes: number[]) => ({
    means: Float32Array.from([...set.means, ...new Float32Array(5 * classes.length)]),
    labels: Uint8Array.from([...set.labels, ...classes]),
  })
  const found = await measureClassification({
    ...options,
    train: rare(options.train, 7),
    test: rare(options.test, 7, 9, 9),
    labelNames: [],
    onLeftOut: (label, reason) => leftOut.push(`${label}: ${reason}`),
  })
  t.strictSame(leftOut, [
    '7: expected at least 2 images to learn from but found 1',
    '9: expected at least 2 images to learn from but found 0',
  ])
  t.strictSame(found, await measureClassification(options))
})

t.test('k is never more than the images there are', async t => {
  const { neighbours } = await measureClassification({ ...options, trainLimit: 6, neighbours: 10 })
  t.equal(neighbours, 6)
})

t.test('test images of one class tell nothing: whoever always says it would be right', async t => {
  const partitions = layOutPartitions([{ name: 'p', size: 1 }])
  const means = Float32Array.from({ length: 20 }, (_, i) => i % 2)
  const labels = Uint8Array.from({ length: 20 }, (_, i) => i % 2)
  const one = { means: means.filter((_, i) => labels[i] === 1), labels: labels.filter(label => label === 1) }
  await t.rejects(measureClassification({ train: { means, labels }, test: one, partitions, seed: 0 }), {
    message: 'expected test images of at least 2 classes but found all of 1',
  })
  const { uniform, chance } = await measureClassification({
    train: { means, labels }, test: { means, labels }, partitions, seed: 0,
  })
  t.same([uniform, chance], [0.5, 0.5], 'chance and majority stand beside the accuracies')
})
