import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import Fastify from 'fastify'
import { addVary, keepPrivate } from '../../../server/plugins/cache-scope.js'
import { publishLayeredModel } from '../../helpers/publish-layered-model.js'
import { pngOf } from '../images.js'
import { listenForRoutes, requestFor } from '../routes-of.js'
import { startService, temporaryFolder } from '../service.js'

const KEY = 'first-key-0123456789'
/** Every way of giving a key. */
const WAYS: Readonly<Record<string, Record<string, string>>> = {
  Bearer: { authorization: `Bearer ${KEY}` },
  bearer: { authorization: `bearer  ${KEY}` },
  BEARER: { authorization: `BEARER ${KEY}` },
  'X-API-Key': { 'x-api-key': KEY },
  both: { authorization: `Bearer ${KEY}`, 'x-api-key': KEY },
}

const file = join(await temporaryFolder(t), 'keys')
await writeFile(file, KEY)
const { routes, tracing } = listenForRoutes()
const { app, model } = await startService(t, {
  tracing,
  indexes: 'linear',
  prepare: root => publishLayeredModel(root),
  app: { security: { apiKeysFile: file, corsOrigins: ['https://a.example'] } },
})
const image = await pngOf(model.images[0]!, model.image)
const asked = routes.filter(({ method }) => method !== 'OPTIONS')

type Headers = Readonly<Record<string, unknown>>
const elements = (value: unknown) => String(value).toLowerCase().split(',').map(element => element.trim())

t.test('there are routes of every kind', async t => {
  t.ok(asked.length > 50, `${asked.length} routes`)
  for (const url of [
    '/',
    '/metrics',
    '/openapi.json',
    '/docs/json',
    '/docs/static/*',
    '/v1/models/:name/encode',
    '/v2/models/:model/versions/:version/infer',
    '/v2/health/live',
  ]) {
    t.ok(
      asked.some(route => route.url === url),
      url
    )
  }
})

for (const route of asked) {
  t.test(`${route.method} ${route.url}: no shared cache may keep what a key was given for`, async t => {
    const { headers, ...request } = requestFor(route, image)
    const check = (answer: { headers: Headers }, name: string) => {
      const directives = elements(answer.headers['cache-control'])
      t.ok(directives.includes('private'), `${name}: ${answer.headers['cache-control']}`)
      t.notOk(directives.includes('public'), name)
      const vary = elements(answer.headers['vary'])
      for (const header of ['authorization', 'x-api-key', 'origin']) {
        t.ok(vary.includes(header), `${name}: Vary: ${answer.headers['vary']}`)
      }
    }
    let etag: unknown
    for (const [way, key] of Object.entries(WAYS)) {
      const answer = await app.inject({ ...request, headers: { ...headers, ...key } })
      t.match(String(answer.statusCode), /^(200|302)$/, way)
      check(answer, way)
      etag = answer.headers.etag
    }
    if (typeof etag === 'string') {
      const known = await app.inject({
        ...request,
        headers: { ...headers, ...WAYS['X-API-Key'], 'if-none-match': etag },
      })
      t.equal(known.statusCode, 304)
      check(known, '304')
    }
    check(await app.inject({ ...request, headers: { ...headers, 'x-api-key': 'wrong' } }), 'a wrong key')
    check(await app.inject({ ...request, headers: { ...headers, origin: 'https://a.example' } }), 'no key')
    check(
      await app.inject({
        ...request,
        url: `${request.url}?nonsense=1`,
        headers: { ...headers, ...WAYS['X-API-Key'] },
      }),
      'an error, where there is one'
    )
  })
}

t.test('what there is not, what is asked by another method, and what browsers ask before', async t => {
  const headers = WAYS['X-API-Key']!
  for (const [method, url, status] of [
    ['GET', '/v1/models/nothing', 404],
    ['GET', '/nothing', 404],
    ['DELETE', '/v1/models', 405],
    ['OPTIONS', '/v1/models', 204],
  ] as const) {
    const answer = await app.inject({ method, url, headers })
    t.equal(answer.statusCode, status, url)
    t.match(answer.headers['cache-control'], /^private, /, `${method} ${url}`)
  }
})

t.test('without keys: public, but not what is asked for with credentials that somebody in front may look ' +
  'at', async t => {
  const { app } = await startService(t)
  const scopeOf = async (headers: Record<string, string>) =>
    elements((await app.inject({ url: '/v1/models/linear/versions/1/traversal', headers })).headers['cache-control'])
  t.strictSame(await scopeOf({}), ['public', 'max-age=31536000', 'immutable'])
  for (const name of ['authorization', 'x-api-key', 'cookie', 'proxy-authorization']) {
    t.strictSame(await scopeOf({ [name]: 'x' }), ['private', 'max-age=31536000', 'immutable'], name)
  }
})

t.test('errors are not stored: what is wrong now may be right in a moment', async t => {
  const { app } = await startService(t)
  for (const url of ['/v1/models/nothing', '/nothing', '/v1/models/linear/traversal?steps=1', '/v1/models/%E0%A4%A']) {
    t.equal((await app.inject(url)).headers['cache-control'], 'no-store', url)
  }
})

t.test('Vary: a name is said once, whatever its case, and * is all of them', async t => {
  const bare = Fastify()
  t.teardown(() => bare.close())
  keepPrivate(bare, { keysRequired: true, originsTold: false })
  bare.get('/named', async (_request, reply) => {
    reply.header('vary', 'authorization, accept').header('cache-control', 's-maxage=9, PUBLIC, max-age=1')
    addVary(reply, 'Accept', 'Origin')
    return 'named'
  })
  bare.get('/any', async (_request, reply) => reply.header('vary', '*').send('any'))
  const named = await bare.inject('/named')
  t.equal(named.headers.vary, 'authorization, accept, Origin, X-API-Key')
  t.equal(named.headers['cache-control'], 'private, max-age=1')
  const any = await bare.inject('/any')
  t.equal(any.headers.vary, '*')
  t.equal(any.headers['cache-control'], 'private, no-cache')
})
