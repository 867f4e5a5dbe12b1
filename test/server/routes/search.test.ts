import { mkdir, rename, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { planarFromBytes } from '@partition-vae/models'
import { buildIndex } from '@partition-vae/collections/search'
import type { SearchResponse } from '../../../server/schemas/search.js'
import { createLinearModel, publishLinearModel } from '../../helpers/linear-model.js'
import { pngOf } from '../images.js'
import { imagesOf, startService, temporaryFolder } from '../service.js'

const { app, model } = await startService(t, { indexes: 'linear' })
const url = '/v1/models/linear/search'
const means = model.images.map(bytes => model.encode(planarFromBytes(bytes, model.image), 1).mean)
const png = await pngOf(model.images[7]!, model.image)

const ask = (payload: object, query = '') => app.inject({ method: 'POST', url: url + query, payload })
async function search (payload: object, query = ''): Promise<SearchResponse> {
  const response = await ask(payload, query)
  t.equal(response.statusCode, 200, response.body)
  return response.json<SearchResponse>()
}

t.test('an image finds itself, by each kind of body', async t => {
  const form = imagesOf(png)
  const bodies = [
    { headers: { 'content-type': 'image/png' }, payload: png },
    { headers: { 'content-type': 'application/octet-stream' }, payload: png },
    form,
  ]
  for (const body of bodies) {
    const response = await app.inject({ method: 'POST', url: `${url}?k=3&weights=shape=1`, ...body })
    t.equal(response.statusCode, 200, response.body)
    const { model: identity, scale, neighbours } = response.json<SearchResponse>()
    t.strictSame(identity, { name: 'linear', version: 1 })
    t.equal(scale, 'data')
    t.equal(neighbours.length, 3)
    t.equal(neighbours[0]!.file, '7.png')
    t.ok(neighbours[0]!.distance < 1e-8)
    t.notOk('latent' in neighbours[0]!, 'latents only where they are asked for')
  }
})

t.test('a latent, by partition or flat, with all that can be said of a search', async t => {
  const latent = { shape: [...means[3]!.slice(0, 2)], style: [...means[3]!.slice(2)] }
  const options = { k: 5, weights: { shape: 1, style: -0.25 }, where: ['parity=odd', 'number<20'], latents: true }
  const found = await search({ latent, ...options })
  t.strictSame(await search({ latent: [...means[3]!], ...options }), found, 'flat')
  const query = '?k=5&weights=shape=1,style=-0.25&where=parity=odd,number%3C20&latents=true'
  t.strictSame(await search({ latent }, query), found, 'in the query')
  t.strictSame(await search({ latent, ...options }, '?k=2&weights=style=1&where=parity=even&latents=false'), found,
    'the body wins')
  for (const { file, row, distance, distances, latent } of found.neighbours) {
    t.equal(row % 2, 1)
    t.ok(row < 20)
    t.equal(file, `${row}.png`)
    t.equal(distance, distances['shape']! - 0.25 * distances['style']!)
    t.strictSame([...latent!['shape']!, ...latent!['style']!], [...means[row]!])
  }
  const posterior = await search({ latent, scale: 'posterior' })
  t.equal(posterior.scale, 'posterior')
  t.ok(posterior.neighbours[1]!.distance > found.neighbours[1]!.distance)
  t.equal((await search({ latent })).neighbours.length, 10, 'ten unless asked')
})

t.test('bad searches', async t => {
  const refused = async (payload: object, query: string, status: number, code: string, message: RegExp) => {
    const response = await ask(payload, query)
    t.equal(response.statusCode, status, response.body)
    t.match(response.json(), { code, message })
  }
  const latent = [0, 0, 0]
  await refused({ latent, weights: { shap: 1 } }, '', 400, 'PVAE_UNKNOWN_PARTITION', /one of shape, style .*"shap"/)
  await refused({ latent: { shap: [1] } }, '', 400, 'PVAE_UNKNOWN_PARTITION', /one of shape, style/)
  await refused({ latent, weights: { shape: 0 } }, '', 400, 'PVAE_INVALID_PARAMETER', /at least one that is not zero/)
  await refused({ latent }, '?weights=shape=0,style=0', 400, 'PVAE_INVALID_PARAMETER', /at least one that is not zero/)
  await refused({ latent }, '?weights=shape=x', 400, 'PVAE_INVALID_PARAMETER', /PARTITION=NUMBER between commas/)
  await refused({ latent }, '?where=age=3', 400, 'PVAE_INVALID_PARAMETER', /one of file, parity, number/)
  await refused({ latent }, '?k=0', 400, 'PVAE_INVALID_PARAMETER', /k/)
  await refused({ latent, k: 10_001 }, '', 400, 'PVAE_INVALID_BODY', /k/)
  await refused({ latent }, '?scale=none', 400, 'PVAE_INVALID_PARAMETER', /data or posterior for scale/)
  await refused({ latent: [0, 0] }, '', 400, 'PVAE_INVALID_LATENT', /3 numbers/)
  await refused({}, '', 400, 'PVAE_INVALID_BODY', /latent/)
  await refused({ latent, partitions: [] }, '', 400, 'PVAE_INVALID_BODY', /no such field for partitions/)
  const raw = (type: string, payload: string | Buffer) =>
    app.inject({ method: 'POST', url, headers: { 'content-type': type }, payload })
  t.match((await raw('application/json', '{')).json(), { code: 'PVAE_INVALID_BODY' })
  t.match((await raw('application/json', '')).json(), { code: 'PVAE_INVALID_BODY' })
  t.match((await raw('text/plain', 'x')).json(), { code: 'PVAE_UNSUPPORTED_MEDIA_TYPE' })
  t.match((await raw('image/png', 'x')).json(), { code: 'PVAE_IMAGE_UNSUPPORTED' })
  const two = await app.inject({ method: 'POST', url, ...imagesOf(png, png) })
  t.match(two.json(), { code: 'PVAE_TOO_MANY_IMAGES' })
})

t.test('a model without an index, and one that was replaced', async t => {
  const { app, model } = await startService(t, {
    indexes: 'linear',
    async prepare (root) {
      await publishLinearModel(root, { seed: 2 })
      await publishLinearModel(root, { name: 'other', seed: 3 })
    },
  })
  const payload = { latent: [0, 0, 0] }
  const post = (path: string) => app.inject({ method: 'POST', url: `/v1/models/${path}/search`, payload })
  t.equal((await post('linear/versions/1')).statusCode, 200, 'the version that was indexed')
  const replaced = await post('linear')
  t.equal(replaced.statusCode, 409)
  t.match(replaced.json(), {
    code: 'PVAE_INDEX_MISMATCH', message: /an index of linear, version 2 .* one of version 1 with another encoder/,
  })
  const none = await post('other')
  t.equal(none.statusCode, 404)
  t.match(none.json(), { code: 'PVAE_NO_INDEX', message: /an index of other, version 1/ })
  const linksOf = async (path: string) => (await app.inject(`/v1/models/${path}`)).json().links
  t.match(await linksOf('linear/versions/1'), { search: `v1/models/linear/versions/${model.version}/search` })
  t.notOk('search' in await linksOf('linear'))
  t.notOk('search' in await linksOf('other'))
})

t.test('a service without a folder of indexes', async t => {
  const { app } = await startService(t)
  const response = await app.inject({ method: 'POST', url, payload: { latent: [0, 0, 0] } })
  t.equal(response.statusCode, 404)
  t.match(response.json(), { code: 'PVAE_NO_INDEX', message: /PVAE_INDEX_DIR/ })
})

t.test('an index that comes, is replaced, or can not be read, while the service runs', async t => {
  const folder = await temporaryFolder(t)
  const { app, model } = await startService(t, { indexes: folder })
  const post = () => app.inject({ method: 'POST', url, payload: { latent: [0, 0, 0], k: 1 } })
  const settle = async (done: (response: Awaited<ReturnType<typeof post>>) => boolean) => {
    for (;;) {
      const response = await post()
      if (done(response)) return response
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  const build = async (file: string) => {
    const { mean } = createLinearModel().encode(new Float32Array(24), 1)
    const batches = (async function * () { yield { files: [file], mean } })()
    await buildIndex(join(folder, 'index'), model.card, batches, { force: true })
  }
  const tag = (await app.inject('/v1/models/linear')).headers.etag
  t.equal((await post()).statusCode, 404)
  await build('first.png')
  const first = await settle(({ statusCode }) => statusCode === 200)
  t.equal(first.json<SearchResponse>().neighbours[0]!.file, 'first.png')
  t.not((await app.inject('/v1/models/linear')).headers.etag, tag, 'the card has a link more')
  await build('second.png')
  const second = await settle(({ body }) => body.includes('second.png'))
  t.equal(second.statusCode, 200)
  await mkdir(join(folder, 'kept'))
  await rename(join(folder, 'index'), join(folder, 'kept', 'index'))
  t.equal((await settle(({ statusCode }) => statusCode === 404)).statusCode, 404, 'it is gone')
  await rename(join(folder, 'kept', 'index'), join(folder, 'index'))
  await settle(({ statusCode }) => statusCode === 200)
  await truncate(join(folder, 'index', 'files.txt'), 2)
  const broken = await post()
  t.equal(broken.statusCode, 500)
  t.match(broken.json(), { code: 'PVAE_INDEX_FAILED', message: 'The index of linear, version 1, can not be searched' })
})
