import t from 'tap'
import {
  bytesFromPlanar,
  composeGrid,
  defaultZoom,
  planTraversal,
  samplePrior,
  type TraversalOptions,
} from '@partition-vae/models'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { pixelsOf } from '../images.js'
import { largestDifference, startService } from '../service.js'

const { app, model } = await startService(t, {
  model: { labels: { style: 'slant' } },
  prepare: root => publishLinearModel(root, { version: 3, seed: 3 }),
})
const url = '/v1/models/linear/versions/1/traversal'

/** The grid that a query should give, from the analytic decoder. */
function expectedGrid (options: TraversalOptions, { zoom = defaultZoom(model.image), labels = true } = {}) {
  const { rows, steps, values, latents } = planTraversal(model.card, options)
  const pictures = bytesFromPlanar(model.decode(latents, rows.length * steps), model.image)
  const texts = {
    rowLabels: rows.map(({ label }) => label),
    columnLabels: values.map(value => String(Math.round(100 * value) / 100)),
  }
  return composeGrid(pictures, model.image, { columns: steps, zoom, ...labels && texts })
}

t.test('all three modes, and every parameter', async t => {
  const cases: Array<[string, ReturnType<typeof expectedGrid>]> = [
    ['', expectedGrid({})],
    [
      '?mode=unit&partition=style,shape&steps=5&range=1.5',
      expectedGrid({ partitions: ['style', 'shape'], steps: 5, range: 1.5 }),
    ],
    [
      '?mode=scale&steps=4&from=-3&to=0.5&latent=1,-2,0.5',
      expectedGrid({ mode: 'scale', steps: 4, from: -3, to: 0.5, base: Float32Array.of(1, -2, 0.5) }),
    ],
    ['?mode=joint&steps=3&seed=42', expectedGrid({ mode: 'joint', steps: 3, base: samplePrior(42, 3) })],
    ['?steps=2&zoom=3&labels=false', expectedGrid({ steps: 2 }, { zoom: 3, labels: false })],
  ]
  for (const [query, grid] of cases) {
    const response = await app.inject(url + query)
    t.equal(response.statusCode, 200, response.statusCode === 200 ? query : response.body)
    t.equal(response.headers['content-type'], 'image/png')
    const picture = await pixelsOf(response.rawPayload)
    t.match(picture, { height: grid.height, width: grid.width, channels: 1 })
    t.ok(largestDifference(picture.bytes, grid.bytes) <= 1, query)
  }
  const webp = await app.inject(`${url}?steps=2&format=webp`)
  t.equal(webp.headers['content-type'], 'image/webp')
  const grid = expectedGrid({ steps: 2 })
  t.ok(largestDifference((await pixelsOf(webp.rawPayload)).bytes.filter((_, i) => i % 3 === 0), grid.bytes) <= 1)
})

t.test('an ETag names the picture: the same for the same one, however it is asked for', async t => {
  const tag = async (query: string, path = url) => (await app.inject(path + query)).headers.etag as string
  const plain = await tag('')
  t.match(plain, /^"[\w-]{43}"$/)
  t.equal(await tag('?steps=11&mode=unit&range=2.5'), plain, 'defaults spelt out')
  t.equal(await tag('?range=2.50&zoom=8&labels=true&format=png'), plain, 'and in other words')
  const others = [
    '?steps=10',
    '?mode=scale',
    '?range=2',
    '?partition=shape',
    '?seed=1',
    '?latent=0,0,0',
    '?zoom=2',
    '?labels=false',
    '?format=webp',
  ]
  const tags = await Promise.all(others.map(query => tag(query)))
  t.equal(new Set([plain, ...tags, await tag('', '/v1/models/linear/versions/3/traversal')]).size, others.length + 2)
  t.equal(
    await tag('', '/v1/models/linear/traversal'),
    await tag('', '/v1/models/linear/versions/3/traversal'),
    'by default the highest version'
  )
})

t.test('a picture that a client has is not computed again', async t => {
  const { headers: { etag } } = await app.inject(url)
  for (const given of [etag as string, `W/${etag}`, `"other", ${etag}`, '*']) {
    const response = await app.inject({ url, headers: { 'if-none-match': given } })
    t.equal(response.statusCode, 304, given)
    t.equal(response.rawPayload.length, 0)
    t.equal(response.headers.etag, etag)
    t.equal(response.headers['content-length'], undefined)
  }
  t.equal((await app.inject({ url, headers: { 'if-none-match': '"other"' } })).statusCode, 200)
  const drawn = async () => /pvae_jobs_total\{kind="grid"\} (\d+)/.exec((await app.inject('/metrics')).body)![1]
  const before = await drawn()
  for (let i = 0; i < 50; i++) {
    t.equal((await app.inject({ url: `${url}?steps=32&zoom=8`, headers: { 'if-none-match': '*' } })).statusCode, 304)
  }
  t.equal(await drawn(), before, 'no worker had to do with it')
})

t.test('a version never changes, the default may', async t => {
  t.equal((await app.inject(url)).headers['cache-control'], 'public, max-age=31536000, immutable')
  t.equal((await app.inject('/v1/models/linear/traversal')).headers['cache-control'], 'public, no-cache')
  const refused = await app.inject(`${url}?steps=1`)
  t.equal(refused.headers['cache-control'], 'no-store')
})

t.test('the same grid is drawn once for all who ask together, and where answers are kept once for all', async t => {
  for (const [answerBytes, drawn] of [[0, 2], [2 ** 20, 1]] as const) {
    const { app } = await startService(t, { app: { answerBytes } })
    const ask = (path: string) => app.inject(`/v1/models/linear/${path}`)
    const asked = ['traversal?steps=3', 'traversal?steps=3', 'influence', 'influence']
    const together = await Promise.all(asked.map(ask))
    const later = await Promise.all(['traversal?steps=3', 'influence'].map(ask))
    for (const { statusCode } of [...together, ...later]) t.equal(statusCode, 200)
    t.strictSame(together[0]!.rawPayload, together[1]!.rawPayload)
    t.strictSame(later[0]!.rawPayload, together[0]!.rawPayload)
    t.strictSame(later[1]!.rawPayload, together[2]!.rawPayload)
    const metrics = (await app.inject('/metrics')).body
    for (const kind of ['grid', 'influence']) t.match(metrics, `pvae_jobs_total{kind="${kind}"} ${drawn}`, kind)
  }
})
