import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { publishLayeredModel } from '../../helpers/publish-layered-model.js'
import { pngOf } from '../images.js'
import { listenForRoutes, requestFor } from '../routes-of.js'
import { startService } from '../service.js'

const { routes, tracing } = listenForRoutes()
const { app, model } = await startService(t, { tracing, indexes: 'linear', prepare: root => publishLayeredModel(root) })
const image = await pngOf(model.images[0]!, model.image)
const posts = routes.filter(({ method }) => method === 'POST')

t.test('every route that takes a body refuses one that is packed, and says what it would have taken', async t => {
  t.ok(posts.length >= 12, `${posts.length} routes`)
  for (const route of posts) {
    const { headers, payload, ...request } = requestFor(route, image)
    const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload))
    const gzip = gzipSync(bytes)
    const packed: Array<[encoding: string, body: Buffer]> = [
      ['gzip', gzip],
      ['GZip', gzip],
      ['x-gzip', gzip],
      ['identity, gzip', gzip],
      ['deflate', deflateSync(bytes)],
      ['br', brotliCompressSync(bytes)],
      ['zstd', bytes],
      ['nonsense', bytes],
    ]
    for (const [encoding, body] of packed) {
      const answer = await app.inject({
        ...request,
        headers: { ...headers, 'content-encoding': encoding },
        payload: body,
      })
      t.equal(answer.statusCode, 415, `${route.url} ${encoding}`)
      t.equal(answer.headers['accept-encoding'], 'identity')
      const message = `expected identity for Content-Encoding but received ${JSON.stringify(encoding)}`
      if (route.url.startsWith('/v2')) t.strictSame(answer.json(), { error: message })
      else t.match(answer.json(), { code: 'PVAE_UNSUPPORTED_ENCODING', message })
    }
    for (const encoding of ['identity', 'Identity', '', ' identity , identity']) {
      const answer = await app.inject({
        ...request,
        headers: { ...headers, 'content-encoding': encoding },
        payload: bytes,
      })
      t.equal(answer.statusCode, 200, `${route.url} ${JSON.stringify(encoding)}`)
    }
  }
})

t.test('what has no body, or no route, is not asked about it', async t => {
  const headers = { 'content-encoding': 'gzip' }
  t.equal((await app.inject({ url: '/v1/models', headers })).statusCode, 200)
  t.equal((await app.inject({ method: 'POST', url: '/nothing', headers, payload: 'x' })).statusCode, 404)
})
