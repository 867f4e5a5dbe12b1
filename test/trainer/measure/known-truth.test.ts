/**
 * Against a perfect model: it looks factors up by image, each group in a partition of its own, and draws the scene from
 * them.
 */
import t from 'tap'
import { bytesFromUnit, layOutPartitions, pixelCount, unitFromBytes } from '@partition-vae/models'
import { createSceneDataset } from '../../../trainer/data/table-tennis/dataset.js'
import { selectFactors, type ImageDataset } from '../../../trainer/data/dataset.js'
import type { InferenceGraphs } from '../../../trainer/engine/engine.js'
import { measureKnownTruth } from '../../../trainer/measure/known-truth.js'
import { MetricsSchema } from '../../../trainer/measure/metrics-schema.js'
import { Type, Value } from '../../../models/foundation/typebox.js'

const shape = { height: 24, width: 32, channels: 3 }
const test = createSceneDataset({ stream: 'test', count: 240, seed: 4, shape })
const factors = test.factors!
const partitions = layOutPartitions(
  Object.entries(factors.groups).map(([name, members]) => ({ name: `of-${name}`, size: members.length }))
)
const order = Object.values(factors.groups).flat().map(name => factors.names.indexOf(name))
const K = order.length
const [low, high] = [Math.min, Math.max].map(of =>
  order.map(k => Array.from({ length: test.count }, (_, i) => factors.values[i * K + k]!).reduce((a, b) => of(a, b)))
)

/** Factors in units of their range, in the partitions' order. */
const latentOf = (row: Float32Array) => order.map((k, d) => (row[k]! - low![d]!) / (high![d]! - low![d]!) * 2 - 1)
function factorsOf (latent: Float32Array): Float32Array {
  const rows = new Float32Array(latent.length)
  latent.forEach((value, i) => {
    rows[i - (i % K) + order[i % K]!] = low![i % K]! + ((value + 1) / 2) * (high![i % K]! - low![i % K]!)
  })
  return rows
}

const known = new Map<string, number>()
const bytes = new Uint8Array(test.count * pixelCount(shape))
await test.read(Uint32Array.from({ length: test.count }, (_, i) => i), bytes)
for (let i = 0; i < test.count; i++) {
  known.set(Buffer.from(bytes.subarray(i * pixelCount(shape), (i + 1) * pixelCount(shape))).toString('base64'), i)
}

const perfect: InferenceGraphs = {
  async encode (image) {
    const count = image.length / pixelCount(shape)
    const mean = new Float32Array(count * K)
    for (let i = 0; i < count; i++) {
      const key = Buffer.from(
        bytesFromUnit(image.slice(i * pixelCount(shape), (i + 1) * pixelCount(shape)))
      ).toString('base64')
      const index = known.get(key)!
      mean.set(latentOf(selectFactors(factors, Uint32Array.of(index))), i * K)
    }
    return { mean, logVariance: new Float32Array(mean.length).fill(-8) }
  },
  decode: async latent => unitFromBytes(test.scene!.render(factorsOf(latent))),
  async dispose () {},
}
/** Draws nothing, in no time. */
const quick: InferenceGraphs = {
  ...perfect,
  decode: async latent => new Float32Array((latent.length / K) * pixelCount(shape)),
}

const likelihood = { kind: 'gaussian', variance: 0.01 } as const

t.test('a perfect model has each group in one partition, swaps one object at a time, and loses none', async t => {
  const stages: string[] = []
  const truth = await measureKnownTruth({
    inference: perfect,
    test,
    partitions,
    likelihood,
    seed: 1,
    progress: what => stages.push(what),
  })
  const { disentanglement, counterfactual, objects, classification, importanceWeighted } = truth
  t.ok(disentanglement!.groups.meanBest > 0.95, 'factors', {
    best: disentanglement!.groups.meanBest,
    gap: disentanglement!.groups.meanGap,
  })
  t.ok(disentanglement!.groups.meanGap > 0.85, 'factors', {
    best: disentanglement!.groups.meanBest,
    gap: disentanglement!.groups.meanGap,
  })
  for (const [group, { partition }] of Object.entries(disentanglement!.groups.assignment)) {
    t.equal(partition, `of-${group}`)
  }
  t.ok(counterfactual!.meanBest > 0.999, 'counterfactuals', { meanBest: counterfactual!.meanBest })
  for (const [group, { partition }] of Object.entries(counterfactual!.assignment)) t.equal(partition, `of-${group}`)
  t.strictSame(Object.keys(objects!).sort(), ['A', 'B', 'ball', 'table'])
  for (const [name, { score, mse }] of Object.entries(objects!)) {
    t.ok(score > 0.999, name)
    t.ok(mse < 1e-5, name)
  }
  t.equal(classification, undefined, 'no classes')
  t.ok(importanceWeighted!.samples >= 50)
  t.ok(importanceWeighted!.bound >= importanceWeighted!.elbo)
  t.strictSame(
    [...new Set(stages)],
    [
      'images with known factors',
      'images of known scenes',
      'swapped partitions against swapped factors',
      'objects',
      'the importance weighted bound',
      'factors in partitions',
    ]
  )
  t.strictSame([...Value.Errors(Type.Partial(MetricsSchema), truth)], [], 'as metrics.json has it')
})

t.test('what the data set does not know is left out; classes need images to learn from', async t => {
  const { factors: _, scene: __, ...plain } = test
  const labels = Uint8Array.from({ length: test.count }, (_, i) =>
    Number(factors.values[i * K + order[0]!]! > (low![0]! + high![0]!) / 2)
  )
  const labelled: ImageDataset = { ...plain, labels }
  t.strictSame(
    Object.keys(await measureKnownTruth({ inference: quick, test: plain, partitions, likelihood, seed: 1 })),
    ['importanceWeighted']
  )
  t.strictSame(
    Object.keys(await measureKnownTruth({ inference: quick, test: labelled, partitions, likelihood, seed: 1 })),
    ['importanceWeighted']
  )
  const { classification } = await measureKnownTruth({
    inference: quick,
    test: labelled,
    train: labelled,
    partitions,
    likelihood,
    seed: 1,
  })
  const [first, ...others] = partitions.map(({ name }) => classification!.linear.byPartition[name]!)
  t.ok(first! > 0.95, 'the class is in the first partition', { first, others })
  t.ok(others.every(accuracy => accuracy < 0.7), 'the class is in the first partition', { first, others })
})

t.test('a factor that these images do not show is left out with the reason, the others are measured', async t => {
  const count = 60
  // Of some groups only: each factor costs probes and trees.
  const groups = { light: factors.groups['light']!, ball: factors.groups['ball']! }
  const names = Object.values(groups).flat()
  const flat = new Float64Array(count * names.length)
  for (let i = 0; i < count; i++) {
    for (const [k, name] of names.entries()) {
      const given = factors.values[i * K + factors.names.indexOf(name)]!
      flat[i * names.length + k] =
        name === 'light/light' ? 0.5 : name !== 'ball/radius' ? given : i === 0 ? 2 : 3
    }
  }
  const { scene: _, ...plain } = test
  const dull: ImageDataset = { ...plain, count, factors: { names, groups, values: flat } }
  const { disentanglement, notMeasured } = await measureKnownTruth({
    inference: quick,
    test: dull,
    partitions,
    likelihood,
    seed: 1,
  })
  const group = 'expected at least 2 factors, or groups, that could be confused but found 1'
  t.match(notMeasured, {
    'disentanglement.partitions.disentanglement': group,
    'disentanglement.partitions.modularity': group,
  })
  t.strictSame(Object.keys(notMeasured!).filter(name => !name.includes('partitions')).sort(), [
    'disentanglement.factors.ball/radius',
    'disentanglement.factors.light/light',
  ])
  t.match(
    notMeasured!['disentanglement.factors.light/light'],
    'expected it to vary over the images but found 0.5 for all 40'
  )
  t.strictSame(
    disentanglement!.groups.groups,
    ['ball'],
    'its group has no factor left'
  )
  t.strictSame(
    Object.keys(disentanglement!.explained),
    names.filter(name => name !== 'light/light' && name !== 'ball/radius')
  )
})

/** Of one class. */
const few = (count: number): ImageDataset => ({
  ...test,
  count,
  labels: new Uint8Array(count),
  factors: { ...factors, values: factors.values.slice(0, count * K) },
})

t.test('few images, one class, broken parts: null with the reason, never an error', async t => {
  for (const count of [1, 2, 3, 5]) {
    const truth = await measureKnownTruth({
      inference: quick,
      test: few(count),
      train: few(count),
      partitions,
      likelihood,
      seed: 1,
    })
    t.equal(truth.disentanglement, null)
    t.match(truth.notMeasured!['disentanglement'], `images to learn factors from and be judged on but found ${count}`)
    t.equal(truth.classification, null)
    t.match(truth.notMeasured!['classification'], 'expected at least 2 classes')
    t.equal(truth.counterfactual === null, count === 1)
    t.ok(Number.isFinite(truth.importanceWeighted!.bound))
    t.strictSame(
      [...Value.Errors(Type.Partial(MetricsSchema), JSON.parse(JSON.stringify(truth)))],
      [],
      `${count} images, as metrics.json has it`
    )
  }
  const broken: ImageDataset = {
    ...few(8),
    scene: {
      ...test.scene!,
      masks () {
        throw new TypeError('masks of another world')
      },
    },
  }
  const truth = await measureKnownTruth({ inference: quick, test: broken, partitions, likelihood, seed: 1 })
  t.equal(truth.objects, null)
  t.equal(truth.notMeasured!['objects'], 'unexpected TypeError: masks of another world')
  t.ok(truth.counterfactual)
})

t.test('dead units and images that are all alike leave no number that is none', async t => {
  const silent: InferenceGraphs = {
    ...quick,
    encode: async image => ({
      mean: new Float32Array((image.length / pixelCount(shape)) * K),
      logVariance: new Float32Array((image.length / pixelCount(shape)) * K),
    }),
  }
  const labelled: ImageDataset = { ...few(40), labels: Uint8Array.from({ length: 40 }, (_, i) => i % 2) }
  const truth = await measureKnownTruth({
    inference: silent,
    test: labelled,
    train: labelled,
    partitions,
    likelihood,
    seed: 1,
  })
  const none = 'expected a unit whose mean varies over the images by more than 0.01 but found none'
  t.strictSame(truth.notMeasured, { 'disentanglement.partitions': none, 'disentanglement.units': none })
  t.equal(truth.disentanglement!.units.sap, 0)
  t.notOk('disentanglement' in truth.disentanglement!.units, 'no DCI of units that say nothing')
  t.strictSame([...Value.Errors(Type.Partial(MetricsSchema), JSON.parse(JSON.stringify(truth)))], [])
})

t.test('once interrupted, measuring stops and leaves nothing out', async t => {
  const abort = new AbortController()
  const measuring = measureKnownTruth({
    inference: perfect,
    test,
    partitions,
    likelihood,
    seed: 1,
    signal: abort.signal,
    progress: () => abort.abort(),
  })
  await t.rejects(measuring, { name: 'AbortError' })
})
