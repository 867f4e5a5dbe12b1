import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { buildApp } from '../../../server/app.js'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry, type ModelRegistry } from '../../../server/inference/registry.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { temporaryFolder, WORKER } from '../service.js'

const root = await temporaryFolder(t)
const { card } = await publishLinearModel(root)
await publishLinearModel(root, { version: 2, seed: 2 })
/** What the workers were asked to do. */
const runs: string[] = []
let registry: ModelRegistry | undefined
const app = await buildApp({
  loadModels: async log => {
    const models = await createRegistry({
      repository: openRepository(root),
      pool: createPool({ workers: 1, log, ...WORKER }),
      provider: 'cpu',
      log,
    })
    const get: ModelRegistry['get'] = (name, version) => {
      const model = models.get(name, version)
      return { ...model, run: (kind, ...rest) => { runs.push(kind); return model.run(kind, ...rest) } }
    }
    registry = new Proxy(models, {
      get: (target, property) => (property === 'get' ? get : Reflect.get(target, property)),
    })
    return registry
  },
})
t.teardown(() => app.close())

const routes: Array<[path: string, cacheControl: string, kind?: string]> = [
  ['/v1/models', 'public, no-cache'],
  ['/v1/models/linear', 'public, no-cache'],
  ['/v1/models/linear/versions', 'public, no-cache'],
  ['/v1/models/linear/versions/1', 'public, no-cache'],
  ['/v1/models/linear/traversal', 'public, no-cache', 'grid'],
  ['/v1/models/linear/versions/1/traversal?mode=joint&steps=3', 'public, max-age=31536000, immutable', 'grid'],
  ['/v1/models/linear/influence', 'public, no-cache', 'influence'],
  ['/v1/models/linear/versions/1/influence?scale=own', 'public, max-age=31536000, immutable', 'influence'],
  ['/v2', 'public, no-cache'],
  ['/v2/models/linear-encoder', 'public, no-cache'],
  ['/v2/models/linear-decoder/versions/1', 'public, no-cache'],
  ['/openapi.json', 'public, no-cache'],
  ['/docs/digit.png', 'public, no-cache'],
]

for (const [url, cacheControl, kind] of routes) {
  t.test(`${url}: what a client has is not computed again`, async t => {
    runs.length = 0
    const first = await app.inject(url)
    t.equal(first.statusCode, 200)
    t.equal(first.headers['cache-control'], cacheControl)
    const etag = first.headers.etag as string
    t.match(etag, /^"[\w-]{43}"$/)
    t.strictSame(runs, kind === undefined ? [] : [kind])
    for (const given of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const second = await app.inject({ url, headers: { 'if-none-match': given } })
      t.equal(second.statusCode, 304, given)
      t.equal(second.rawPayload.length, 0)
      t.match(second.headers, { etag, 'cache-control': cacheControl })
    }
    t.strictSame(runs, kind === undefined ? [] : [kind], 'nothing ran')
    const changed = await app.inject({ url, headers: { 'if-none-match': '"other"' } })
    t.equal(changed.statusCode, 200)
    t.ok(changed.rawPayload.equals(first.rawPayload), 'deterministic')
  })
}

t.test('what was asked for with a key is not for shared caches', async t => {
  const headers = { authorization: 'Bearer k' }
  t.equal((await app.inject({ url: '/v1/models', headers })).headers['cache-control'], 'private, no-cache')
  t.equal(
    (await app.inject({ url: '/v1/models/linear/versions/1/traversal', headers })).headers['cache-control'],
    'private, max-age=31536000, immutable'
  )
})

t.test('other things have other tags', async t => {
  const tag = async (url: string, accept = '*/*') => (await app.inject({ url, headers: { accept } })).headers.etag
  const tags = await Promise.all([
    ...routes.map(([url]) => tag(url)),
    tag('/v1/models/linear/traversal', 'image/webp'),
    tag('/v1/models/linear/influence?latent=0,0,0'),
  ])
  t.equal(new Set(tags).size, tags.length)
  t.equal(
    await tag('/v1/models/linear'),
    await tag('/v1/models/linear/versions/2'),
    'which is the highest version, by its number and by default'
  )
})

t.test('a new version changes the tags that it should', async t => {
  const tag = async (url: string) => (await app.inject(url)).headers.etag
  const urls = [
    '/v1/models',
    '/v1/models/linear',
    '/v1/models/linear/versions',
    '/v1/models/linear/traversal',
    '/v1/models/linear/versions/1/traversal',
  ]
  const before = await Promise.all(urls.map(tag))
  await publishLinearModel(root, { version: 3, seed: 3 })
  await registry!.reload()
  const after = await Promise.all(urls.map(tag))
  t.strictSame(urls.filter((_, i) => before[i] === after[i]), ['/v1/models/linear/versions/1/traversal'])
  t.strictSame((await app.inject('/v1/models/linear/versions')).json(), {
    name: 'linear',
    version: 3,
    versions: [1, 2, 3],
  })
  t.equal((await app.inject('/v1/models/linear/versions/1')).json().createdAt, card.createdAt)
})

t.test('a service that drains says so of each graph', async t => {
  registry!.drain()
  const ready = await app.inject('/v2/models/linear-encoder/ready')
  t.equal(ready.statusCode, 503)
  t.strictSame(ready.json(), { name: 'linear-encoder', ready: false })
})
