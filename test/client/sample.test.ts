/** A sample is read as it was written, without a copy of its columns. */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { createClient } from '../../client/client.js'
import { parseSample, thumbnailAt } from '../../client/sample.js'
import { pixelsOf } from '../server/images.js'
import { startShippedService } from './shipped-service.js'

const service = createClient({ baseUrl: await startShippedService(t) })

t.test('columns are where the header says, and are of this model', async t => {
  const model = service.model('table-tennis')
  const { header, columns } = await model.sample()
  const { latentSize } = await model.card()
  t.equal(columns.index.length, header.count)
  t.equal(columns.mean.length, header.count * latentSize)
  t.equal(columns.logVariance.length, latentSize)
  t.equal(columns.factor?.length, header.count * header.factors!.length)
  t.ok(columns.index instanceof Uint32Array)
  t.equal(columns.mean.buffer, columns.index.buffer, 'one file')
  t.ok(columns.squaredError.every(value => value > 0 && value < 1), 'errors of unit images')
  t.ok(columns.mean.every(Number.isFinite))
})

t.test('thumbnails: a decoded mean looks like its own', async t => {
  const model = service.model('digits')
  const { header, columns, sheet } = await model.sample()
  t.strictSame(await (await model.sheet()).arrayBuffer(), await sheet.arrayBuffer(), 'the sheet alone is the same')
  const { bytes, width, channels } = await pixelsOf(new Uint8Array(await sheet.arrayBuffer()))
  const size = (await model.card()).latentSize
  const first = 100
  const latents = [0, 1, 2].map(i => columns.mean.subarray((first + i) * size, (first + i + 1) * size))
  const { data, shape } = await model.decode(latents, { format: 'raw' })
  const error = (i: number, n: number) => {
    const at = thumbnailAt(header, n)
    let sum = 0
    for (let y = 0; y < at.height; y++) {
      for (let x = 0; x < at.width; x++) {
        const shown = bytes[((at.y + y) * width + at.x + x) * channels]!
        sum += (shown - data[(i * shape[1]! + y) * shape[2]! + x]!) ** 2 / 255 ** 2
      }
    }
    return sum / at.height / at.width
  }
  for (const i of [0, 1, 2]) {
    t.ok(error(i, first + i) < 0.03, `squared error ${error(i, first + i)}`)
    t.ok(error(i, first + i) < error(i, first + i + 7), 'nearer than another')
  }
})

t.test('classes have names', async t => {
  const { header, columns } = await service.model('digits').sample()
  t.equal(columns.class?.length, header.count)
  t.equal(new Set(columns.class).size, 10)
})

t.test('a file that is at hand is read too, and what is none is refused', async t => {
  const bytes = readFileSync(new URL('../../models/repository/digits/4/sample.bin', import.meta.url))
  const { header, columns } = parseSample(new Uint8Array(bytes).buffer)
  t.equal(columns.mean.length, header.count * 10)
  const other = new TextEncoder().encode('something').buffer
  t.throws(() => parseSample(other), new TypeError(
    'expected a sample that begins with PVAESMP1 but received "somethin"'
  ))
})
