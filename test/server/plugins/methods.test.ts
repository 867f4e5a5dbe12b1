import { writeFile } from 'node:fs/promises'
import { METHODS, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { publishLayeredModel } from '../../helpers/publish-layered-model.js'
import { pngOf } from '../images.js'
import { listenForRoutes, requestFor } from '../routes-of.js'
import { startService, temporaryFolder } from '../service.js'

const { routes, tracing } = listenForRoutes()
const { app, model } = await startService(t, { tracing, prepare: root => publishLayeredModel(root) })
const image = await pngOf(model.images[0]!, model.image)
const paths = [...new Set(routes.map(({ url }) => url))]
const has = (url: string) => new Set(routes.filter(route => route.url === url).map(({ method }) => method))
const allowOf = (url: string) => [...has(url), 'OPTIONS'].sort().join(', ')

t.test('a path that is known, by another method: 405, and which there are', async t => {
  t.ok(paths.length > 30, `${paths.length} paths`)
  for (const url of paths) {
    const path = requestFor({ method: 'GET', url }, image).url
    for (const method of ['DELETE', 'PUT', 'PATCH', 'POST', 'GET', 'HEAD'] as const) {
      if (has(url).has(method)) continue
      const answer = await app.inject({
        method,
        url: `${path}?x=1`,
        ...(method !== 'GET' && method !== 'HEAD' && { payload: { any: 'thing' } }),
      })
      t.equal(answer.statusCode, 405, `${method} ${path}`)
      t.equal(answer.headers.allow, allowOf(url), `${method} ${path}`)
      if (method === 'HEAD') t.equal(answer.payload, '')
      else if (path.startsWith('/v2')) t.strictSame(Object.keys(answer.json()), ['error'])
      else t.match(answer.json(), { statusCode: 405, code: 'PVAE_METHOD_NOT_ALLOWED', error: 'Method Not Allowed' })
    }
  }
})

t.test('OPTIONS is answered for what there is', async t => {
  for (const url of paths) {
    const path = requestFor({ method: 'GET', url }, image).url
    const answer = await app.inject({ method: 'OPTIONS', url: path })
    t.equal(answer.statusCode, 204, path)
    t.equal(answer.headers.allow, allowOf(url), path)
    t.equal(answer.payload, '')
  }
  t.equal((await app.inject({ method: 'OPTIONS', url: '/nothing' })).statusCode, 404)
})

t.test('a model is no reason to be unknown, nor a method that nobody has', async t => {
  t.match(await app.inject({ method: 'DELETE', url: '/v1/models/nothing' }), {
    statusCode: 405,
    headers: { allow: 'GET, HEAD, OPTIONS' },
  })
  t.match(await app.inject({ method: 'GET', url: '/v1/models/linear/encode' }), {
    statusCode: 405,
    headers: { allow: 'OPTIONS, POST' },
  })
  t.match(await app.inject({ method: 'PUT', url: '/v1/models/linear/traversal' }), {
    statusCode: 405,
    headers: { allow: 'GET, HEAD, OPTIONS, POST' },
  })
  for (const [method, url] of [
    ['GET', '/v1'],
    ['GET', '/v1/models/'],
    ['DELETE', '/v1/models/a/b/c'],
    ['GET', '/docs/static/nothing.js'],
    ['POST', '/V1/models'],
  ] as const) {
    t.equal((await app.inject({ method, url })).statusCode, 404, `${method} ${url}`)
  }
  const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const ask = (method: string, path: string) => new Promise<{ status: number, allow: unknown }>((resolve, reject) => {
    httpRequest({ host: address.hostname, port: address.port, method, path }, response => {
      response.resume().on('end', () => resolve({ status: response.statusCode!, allow: response.headers.allow }))
    }).on('error', reject).end()
  })
  // CONNECT is for proxies; of QUERY Fastify wants to know its content type before anything else.
  for (const method of METHODS.filter(method => !['CONNECT', 'GET', 'HEAD', 'OPTIONS', 'QUERY'].includes(method))) {
    t.strictSame(await ask(method, '/v1/models'), { status: 405, allow: 'GET, HEAD, OPTIONS' }, method)
  }
  const whole = await ask('OPTIONS', '*')
  t.strictSame(whole, { status: 204, allow: 'GET, HEAD, OPTIONS, POST' })
})

t.test('HEAD is GET without the body', async t => {
  for (const { url } of routes.filter(({ method }) => method === 'GET')) {
    const request = requestFor({ method: 'GET', url }, image)
    const [get, head] = [await app.inject(request), await app.inject({ ...request, method: 'HEAD' })]
    t.equal(head.statusCode, get.statusCode, url)
    t.equal(head.payload, '')
    const changing = url === '/metrics' ? ['content-length'] : []
    const kept = ({ headers }: { headers: Record<string, unknown> }) =>
      Object.fromEntries(
        Object.entries(headers).filter(([name]) => !['date', 'connection', ...changing].includes(name))
      )
    t.strictSame(kept(head), kept(get), url)
  }
  t.equal((await app.inject({ method: 'HEAD', url: '/v1/models/nothing' })).statusCode, 404)
})

t.test('with CORS a preflight is a preflight, and any other OPTIONS is what it was; keys are asked for by the latter ' +
  'only', async t => {
  const file = join(await temporaryFolder(t), 'keys')
  const key = 'first-key-0123456789'
  await writeFile(file, key)
  for (const origins of [['https://a.example'], ['*']]) {
    const { app } = await startService(t, { app: { security: { corsOrigins: origins, apiKeysFile: file } } })
    const url = '/v1/models/linear/encode'
    const preflight = await app.inject({
      method: 'OPTIONS',
      url,
      headers: { origin: 'https://a.example', 'access-control-request-method': 'POST' },
    })
    t.match(preflight, {
      statusCode: 204,
      headers: { 'access-control-allow-origin': origins[0], 'access-control-allow-methods': 'GET, HEAD, POST' },
    })
    t.equal((await app.inject({ method: 'OPTIONS', url })).statusCode, 401)
    for (const origin of [{}, { origin: 'https://a.example' }]) {
      const plain = await app.inject({ method: 'OPTIONS', url, headers: { ...origin, 'x-api-key': key } })
      t.match(plain, { statusCode: 204, headers: { allow: 'OPTIONS, POST' } })
    }
    t.equal((await app.inject({ method: 'OPTIONS', url: '/nothing', headers: { 'x-api-key': key } })).statusCode, 404)
    t.equal((await app.inject({ method: 'DELETE', url, headers: { 'x-api-key': key } })).statusCode, 405)
  }
})
