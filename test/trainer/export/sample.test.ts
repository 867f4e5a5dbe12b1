import t from 'tap'
import { pixelCount, planarFromBytes, readSample } from '@partition-vae/models'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { createInference } from '../../../trainer/engine/inference.js'
import { recordSample } from '../../../trainer/export/sample.js'
import { createLinearModel } from '../../helpers/linear-model.js'

const model = createLinearModel()
const { image, latentSize, encoder, decoder } = model
const images = new Uint8Array(Buffer.concat(model.images))
const dataset: ImageDataset = {
  ...createMemoryDataset({ name: 'noise/test', shape: image, images, labels: new Uint8Array(32) }),
  labelNames: ['noise'],
  factors: {
    names: ['a', 'b'],
    groups: { a: ['a'], b: ['b'] },
    values: Float64Array.from({ length: 64 }, (_, i) => i / 2),
  },
}

const inference = await createInference({ encoder, decoder, image, latentSize, threads: 1 })
t.teardown(() => inference.dispose())

function columns (bytes: Uint8Array) {
  const header = readSample(bytes, { latentSize }, 'sample')
  const floats = (name: string) => {
    const { offset, bytes: size } = header.columns.find(column => column.name === name)!
    return new Float32Array(bytes.slice(offset, offset + size).buffer)
  }
  const { offset } = header.columns.find(({ name }) => name === 'index')!
  const index = new Uint32Array(bytes.slice(offset, offset + 4 * header.count).buffer)
  return { header, floats, index }
}

t.test('posterior means, errors and what is known of each image', async t => {
  const told: number[] = []
  const bytes = await recordSample({
    inference, dataset, latentSize, images: 10, progress: (_what, done) => { told.push(done) },
  })
  const { header, floats, index } = columns(bytes)
  t.match(header, { count: 10, data: { name: 'noise/test', count: 32 }, classes: ['noise'], factors: ['a', 'b'] })
  t.match(header.sheet, { width: 4, height: 6 })
  t.strictSame(told, [10])
  t.equal(new Set(index).size, 10)
  t.ok(Math.max(...index) > 27, 'spread over the data set')
  for (const [i, at] of index.entries()) {
    const x = planarFromBytes(model.images[at]!, image)
    const { mean } = model.encode(x, 1)
    const drawn = model.decode(mean, 1)
    const error = x.reduce((sum, value, j) => sum + (value - drawn[j]!) ** 2, 0) / pixelCount(image)
    t.ok(mean.every((value, j) => Math.abs(value - floats('mean')[i * latentSize + j]!) < 1e-5), `mean of ${at}`)
    t.ok(Math.abs(error - floats('squaredError')[i]!) < 1e-5, `error of ${at}`)
    t.strictSame([...floats('factor').subarray(2 * i, 2 * i + 2)], [at, at + 0.5])
  }
  const variances = [...index].map(at => model.encode(planarFromBytes(model.images[at]!, image), 1).logVariance)
  for (let unit = 0; unit < latentSize; unit++) {
    const average = variances.reduce((sum, values) => sum + values[unit]!, 0) / 10
    t.ok(Math.abs(average - floats('logVariance')[unit]!) < 1e-5)
  }
})

t.test('all images, where there are no more', async t => {
  const { header, index } = columns(await recordSample({ inference, dataset, latentSize, images: 2000 }))
  t.equal(header.count, 32)
  t.strictSame([...index], Array.from({ length: 32 }, (_, i) => i))
})
