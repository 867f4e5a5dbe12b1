import t from 'tap'
import { createBatchSource } from '../../../trainer/fit/batch-source.js'
import { meanImageError } from '../../../trainer/fit/mean-image.js'
import { bars } from './run-fixture.js'

t.test('the error of the mean image is the variance of pixels, averaged', async t => {
  const dataset = bars()
  const images = new Uint8Array(56 * 16)
  await dataset.read(Uint32Array.from({ length: 56 }, (_, i) => i), images)
  let expected = 0
  for (let pixel = 0; pixel < 16; pixel++) {
    const values = Array.from({ length: 56 }, (_, n) => images[n * 16 + pixel]! / 255)
    const mean = values.reduce((sum, value) => sum + value, 0) / 56
    expected += values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 56 / 16
  }
  const source = createBatchSource(dataset, { batchSize: 8, seed: 7 })
  t.ok(Math.abs(await meanImageError(source, 16) - expected) < 1e-12)
})

t.test('a thousand images are enough', async t => {
  let read = 0
  const error = await meanImageError(
    {
      stepsPerEpoch: 1e6,
      read: async () => {
        read++
        return { step: 0, indices: Uint32Array.of(0, 1), images: Uint8Array.of(0, 255, 255, 0) }
      },
    },
    2
  )
  t.equal(read, 500)
  t.equal(error, 0.25)
})
