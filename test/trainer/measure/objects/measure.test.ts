import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import type { ImageDataset } from '../../../../trainer/data/dataset.js'
import { knowsMasks, measureSegmentation } from '../../../../trainer/measure/objects/measure.js'
import { SegmentationSchema } from '../../../../trainer/measure/objects/schema.js'
import { drawnModel, kinds, partitions, type DrawnModelOptions } from '../things/drawn-model.js'

const near = (a: number | undefined, b: number) => a !== undefined && Math.abs(a - b) < 1e-6

/** Squares of level 204 and 153 before a wall of 51: their masks can be read off. */
const numberOfLevel = (level: number) => [51, 204, 153, 128].indexOf(level)

function withMasks (dataset: ImageDataset, numberOf = numberOfLevel): ImageDataset {
  return {
    ...dataset,
    async masks (indices) {
      const bytes = new Uint8Array(indices.length * dataset.shape.height * dataset.shape.width)
      await dataset.read(indices, bytes)
      return bytes.map(numberOf)
    },
  }
}

async function measure (options: DrawnModelOptions & { limit?: number } = {}) {
  const { inference, dataset } = drawnModel(40, options)
  return await measureSegmentation({ inference, test: withMasks(dataset), partitions, kinds, ...options })
}

t.test('a perfect model takes images apart as they are', async t => {
  const segmentation = await measure()
  t.same(segmentation, {
    images: 40,
    imagesWithThings: 40,
    fgAri: 1,
    fgAriOfSeveral: 1,
    ari: 1,
    meanIou: 1,
    meanBestOverlap: 1,
    detection: { precision: 1, recall: 1, f1: 1 },
    countRight: 1,
    countRightByChance: 1,
    mseOnThings: segmentation.mseOnThings!,
    mseOnBackground: segmentation.mseOnBackground!,
    mseOnRing: segmentation.mseOnRing!,
  })
  t.ok(segmentation.mseOnThings! < 1e-12, `${segmentation.mseOnThings}`)
  t.ok(Value.Check(SegmentationSchema, JSON.parse(JSON.stringify(segmentation))), 'metrics.json validates')
  t.equal((await measure({ limit: 7 })).images, 7)
})

t.test('a square that is drawn twice costs overlap, and an error where nothing is', async t => {
  const { fgAri, meanIou, detection, countRight, mseOnThings, mseOnBackground } = await measure({ twice: true })
  t.equal(fgAri, 1, 'all its pixels are in one segment')
  t.ok(near(meanIou, (16 / 32 + 1) / 2), `${meanIou}`)
  t.equal(detection.recall, 0.5, 'the centre of the two is in neither')
  t.equal(countRight, 1)
  t.ok(mseOnThings! < 1e-12)
  // 16 pixels of (204 − 51)/255 = .6 too bright, of 384 − 32.
  t.ok(near(mseOnBackground, 16 * 0.36 / 352), `${mseOnBackground}`)
})

t.test('a thing that nobody draws is missed', async t => {
  const { detection, countRight, countRightByChance, meanBestOverlap, imagesWithThings } =
    await measure({ forgotten: true })
  t.equal(imagesWithThings, 40)
  t.ok(near(meanBestOverlap, 2 / 3), `${meanBestOverlap}`)
  t.ok(near(detection.recall, 2 / 3), `${detection.recall}`)
  t.equal(detection.precision, 1)
  t.ok(near(detection.f1, 0.8), `${detection.f1}`)
  t.equal(countRight, 0)
  t.equal(countRightByChance, 1, 'three in all images')
})

t.test('classes of things, where they are known and slots have units for forms', async t => {
  // The squares differ in the first unit, their row: the upper one is of class 0, the lower of class 1.
  const forms = new Map([['a', [0, 1] as const], ['b', [2, 3] as const]])
  const measured = async (options: DrawnModelOptions = {}, forms?: ReadonlyMap<string, readonly [number, number]>) => {
    const { inference, dataset } = drawnModel(40, options)
    const test = { ...withMasks(dataset), objectClasses: { names: ['upper', 'lower'], of: () => [0, 1, 1] } }
    return (await measureSegmentation({ inference, test, partitions, kinds, forms })).thingClasses
  }
  t.same(await measured({}, forms), { things: 80, classes: 2, accuracy: 1, byChance: 0.5 })
  const { accuracy, things } = (await measured({ forgotten: true }, forms))!
  t.equal(things, 120)
  t.ok(near(accuracy, 2 / 3), `what nobody draws is wrong: ${accuracy}`)
  t.equal(await measured(), undefined, 'no units for forms')
  t.equal((await measure()).thingClasses, undefined, 'classes are not known')
})

t.test('needs layers, masks, and a thing', async t => {
  const { inference, dataset } = drawnModel(3)
  const test = withMasks(dataset)
  const options = { inference, test, partitions, kinds }
  t.ok(knowsMasks(options))
  t.notOk(knowsMasks({ ...options, test: dataset }))
  const { layers: _, ...flat } = inference
  t.notOk(knowsMasks({ ...options, inference: flat }))
  t.notOk(knowsMasks({ ...options, kinds: new Map() }))
  await t.rejects(measureSegmentation({ ...options, inference: flat }), { message: 'expected a model with layers' })
  await t.rejects(measureSegmentation({ ...options, test: dataset }), { message: 'expected images with object masks' })
  await t.rejects(measureSegmentation({ ...options, test: withMasks(dataset, () => 0) }), {
    message: 'expected an image that shows an object but found none',
  })
  await t.rejects(measureSegmentation({ ...options, test: { ...dataset, masks: async () => new Uint8Array(5) } }), {
    message: 'expected 1152 values for masks but received 5',
  })
})
