/** Every method, on the real service with the shipped models, beside what the routes themselves answer. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { buildIndex } from '@partition-vae/collections/search'
import { createClient, latentOf, type EncodeOptions } from '../../client/index.js'
import { readImage } from '../../client/node.js'
import { createIndexes } from '../../server/search/indexes.js'
import { largestDifference, SEARCH_WORKER, temporaryFolder } from '../server/service.js'
import { pixelsOf, readDigit } from '../server/images.js'
import { startShippedService } from './shipped-service.js'

const example = (name: string) => new URL(`../../docs/examples/${name}.png`, import.meta.url)
const address = await startShippedService(t)
const service = createClient({ baseUrl: address })
const table = service.model('table-tennis')
const card = await table.card()
const { image: { height, width, channels }, latentStatistics: { mean }, partitions } = card
const frame = await readImage(example('frame-a'))
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())
const get = async (path: string, init?: RequestInit) =>
  new Uint8Array(await (await fetch(`${address}/v1/models/table-tennis${path}`, init)).arrayBuffer())

t.test('what is served', async t => {
  const models = await service.models()
  t.strictSame(models.map(({ name }) => name), ['digits', 'mnist', 'table-tennis'])
  const { versions, version } = await table.versions()
  t.ok(versions.includes(version))
  t.strictSame(models.at(-1)!.partitions, partitions)
})

t.test('a version that is named, and one that is not there', async t => {
  const pinned = service.model('table-tennis', { version: card.version })
  t.strictSame(await pinned.card(), card)
  t.strictSame(await pinned.decode([mean], { format: 'raw' }), await table.decode([mean], { format: 'raw' }))
  const other = service.model('table-tennis', { version: 99 })
  await t.rejects(other.card(), { status: 404, code: 'PVAE_VERSION_NOT_FOUND' })
})

t.test('encode: posteriors by partition, and latents made of them', async t => {
  const { model, encodings: [encoding, ...others] } = await table.encode(frame)
  t.strictSame(model, { name: 'table-tennis', version: card.version })
  t.equal(others.length, 0)
  const latent = latentOf(encoding!)
  t.strictSame(Object.keys(latent), partitions.map(({ name }) => name))
  const drawn = await table.decode([latent], { format: 'raw' })
  const reconstruction = await table.reconstruct(frame, { format: 'raw' })
  const largest = largestDifference(drawn.data, reconstruction.data)
  t.ok(largest <= 1, `decoding the means is the reconstruction, up to rounding: ${largest}`)
})

t.test('encode: fit and invert reach the service', async t => {
  const kl = async (options: EncodeOptions) => (await table.encode(frame, options)).encodings[0]!.kl
  const wide = await table.encode({ shape: [20, 90, 3], data: new Uint8Array(5400).fill(200) }, { fit: 'cover' })
  t.not(await kl({}), await kl({ invert: true }))
  const filled = await table.encode({ shape: [20, 90, 3], data: new Uint8Array(5400).fill(200) }, { fit: 'contain' })
  t.not(wide.encodings[0]!.kl, filled.encodings[0]!.kl, 'with black bars it is another')
})

t.test('decode: pictures, and their pixels', async t => {
  const latents = [mean, Float32Array.from(mean), { p4: [1, 1, 0] }, {}]
  const raw = await table.decode(latents, { format: 'raw' })
  t.strictSame(raw.shape, [latents.length, height, width, channels])
  t.ok(raw.data instanceof Uint8Array)
  const size = height * width * channels
  t.strictSame(raw.data.subarray(0, size), raw.data.subarray(size, 2 * size), 'typed arrays are as good as arrays')
  const png = await table.decode([mean])
  t.equal(png.type, 'image/png')
  t.strictSame(Uint8Array.from((await pixelsOf(await bytesOf(png))).bytes), raw.data.subarray(0, size))
  t.equal((await table.decode([mean], { format: 'webp' })).type, 'image/webp')
})

t.test('layers: those that were asked for, from the back to the front', async t => {
  const all = await table.layers([mean, mean], { format: 'raw' })
  t.strictSame([...all.partitions].sort(), partitions.map(({ name }) => name).sort())
  t.strictSame(all.layers.shape, [2, partitions.length, height, width, 4])
  const some = await table.layers([mean], {
    format: 'raw', datatype: 'FP32', partition: ['p4', 'p5'], alpha: 'share', light: false,
  })
  t.strictSame(some.partitions, ['p5', 'p4'], 'the background is behind the ball')
  t.ok(some.layers.data instanceof Float32Array)
  t.strictSame(some.layers.shape, [1, 2, height, width, 4])
  const url = '/layers?format=raw&datatype=FP32&partition=p4,p5&alpha=share&light=false'
  const bytes = await get(url, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ latents: [mean] }),
  })
  t.strictSame(some.layers.data, new Float32Array(bytes.buffer))
  const picture = await table.layers([mean])
  t.equal(picture.layers.type, 'image/png')
  await t.rejects(service.model('mnist').layers([{}]), { status: 404, code: 'PVAE_NO_LAYERS' })
})

t.test('reconstruct and mix: tiles', async t => {
  const b = await readFile(example('frame-b'))
  const pair = await table.reconstruct([frame, b], { format: 'raw', input: true })
  t.strictSame(pair.shape, [4, height, width, channels], 'each image, as the model gets it and reconstructed')
  const mixed = await table.mix(frame, b, { take: ['p4', 'p3'], format: 'raw' })
  t.strictSame(mixed.shape, [3, height, width, channels])
  const named = await table.mix(frame, b, { take: 'p4,p3', format: 'raw' })
  t.strictSame(named.data, mixed.data, 'names in one text')
  const each = await table.mix(frame, b, { format: 'raw' })
  t.strictSame(each.shape, [2 + partitions.length, height, width, channels])
})

t.test('traversals and influence: as the routes draw them', async t => {
  const latent = mean.map(value => value + 0.25)
  const grid = await table.traversal({ mode: 'scale', partition: ['p4', 'p1'], steps: 3, latent, labels: false })
  const query = `mode=scale&partition=p4,p1&steps=3&latent=${latent}&labels=false`
  t.strictSame(await bytesOf(grid), await get(`/traversal?${query}`))
  const around = await table.traverseImage(frame, { partition: ['p4'], steps: 3, format: 'webp' })
  const form = new FormData()
  form.append('image', frame)
  t.strictSame(
    await bytesOf(around),
    await get('/traversal?partition=p4&steps=3&format=webp', { method: 'POST', body: form })
  )
  const maps = await table.influence({ latent: Float32Array.from(mean), format: 'raw' })
  t.strictSame(maps.shape, [partitions.length, height, width])
  t.ok(maps.data instanceof Float32Array)
  t.equal((await table.influence({ scale: 'own' })).type, 'image/png')
})

t.test('the report', async t => {
  const { files } = await table.report()
  t.ok(files.some(({ path }) => path === 'metrics.json'))
  const metrics = JSON.parse(await (await table.reportFile('metrics.json')).text())
  t.type(metrics.mse, 'number')
  const figure = files.find(({ path }) => path.includes('/'))
  if (figure !== undefined) t.equal((await table.reportFile(figure.path)).size, figure.bytes, 'below a folder')
  await t.rejects(table.reportFile('no such?.json'), { code: 'PVAE_REPORT_NOT_FOUND' })
})

t.test('search: by image or latent, weights and conditions', async t => {
  const repository = fileURLToPath(new URL('../../models/repository', import.meta.url))
  const { card } = await openRepository(repository).open('digits')
  const folder = await temporaryFolder(t)
  const digit = await readDigit()
  const address = await startShippedService(t, {}, {
    async loadIndexes (log) {
      const indexes = createIndexes({ folder, threads: 1, maxWaiting: 10, log, ...SEARCH_WORKER })
      await indexes.look()
      return indexes
    },
  })
  const digits = createClient({ baseUrl: address }).model('digits')
  await t.rejects(digits.search({ image: digit }), { status: 404, code: 'PVAE_NO_INDEX' })
  const { encodings: [seven] } = await digits.encode(digit)
  const latent = latentOf(seven!)
  const own = card.partitions.flatMap(({ name }) => latent[name]!)
  const files = ['zeros, all.png', 'seven.png', 'twice.png']
  const mean = Float32Array.from([...own.map(() => 0), ...own, ...own.map(value => 2 * value)])
  await buildIndex(join(folder, 'digits'), card, (async function * () { yield { files, mean } })())
  // The service looks at its folder once a second.
  for (;;) if ('search' in (await digits.card()).links) break

  const { neighbours, scale } = await digits.search({ image: digit }, { k: 2, latents: true })
  t.equal(scale, 'data')
  t.strictSame(neighbours.map(({ file }) => file).slice(0, 1), ['seven.png'])
  t.ok(largestDifference(neighbours[0]!.latent!['pose']!, latent['pose']!) < 1e-6)
  const weights = { pose: 1, style: -1e-7 }
  const weighted = await digits.search({ latent }, { weights, where: ['file!=zeros, all.png'] })
  t.strictSame(weighted.neighbours.map(({ file }) => file), ['seven.png', 'twice.png'], 'a comma in a condition')
  const flat = await digits.search({ latent: own }, { weights })
  t.equal(flat.neighbours.length, 3)
  await t.rejects(digits.search({ latent: own }, { weights: { tone: 1 } }), { code: 'PVAE_UNKNOWN_PARTITION' })
})
