/** Addresses, keys, errors and aborts: between the client and the real service, and what can stand between them. */
import { writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { createClient } from '../../client/client.js'
import { ServiceError } from '../../client/errors.js'
import { startService, temporaryFolder, type Scope } from '../server/service.js'

const KEY = 'a-key-of-the-tests-0123'
const keys = join(await temporaryFolder(t), 'keys')
await writeFile(keys, KEY)
const { app } = await startService(t, { app: { security: { apiKeysFile: keys } } })
const address = await app.listen({ host: '127.0.0.1', port: 0 })

/** Starts a server of Node's. @returns its address */
async function serve (t: Scope, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  t.teardown(() => {
    server.close()
    server.closeAllConnections()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const failure = (promise: Promise<unknown>): Promise<ServiceError> => promise.then(
  value => { throw new Error(`expected an error but received ${value}`) },
  error => error
)

t.test('keys: a text, or a function that is asked before each request', async t => {
  const error = await failure(createClient({ baseUrl: address }).models())
  t.ok(error instanceof ServiceError)
  t.match(error, { name: 'ServiceError', status: 401, code: 'PVAE_UNAUTHORIZED', retryAfter: undefined })
  t.match(error.message, /expected a valid API key/)
  t.match(error.details, { statusCode: 401, error: 'Unauthorized' })
  t.equal((await createClient({ baseUrl: address, apiKey: KEY }).models()).length, 1)
  let entered = ''
  const asking = createClient({ baseUrl: new URL(address), apiKey: () => entered })
  t.equal((await failure(asking.models())).status, 401)
  entered = KEY
  t.equal((await asking.models()).length, 1, 'the same client, once there is a key')
})

t.test('a service behind a path', async t => {
  const proxy = await serve(t, (request, response) => {
    if (request.url!.startsWith('/a/b/')) {
      request.url = request.url!.slice('/a/b'.length)
      app.routing(request, response)
    } else response.writeHead(404).end()
  })
  for (const baseUrl of [`${proxy}/a/b`, `${proxy}/a/b/`]) {
    const client = createClient({ baseUrl, apiKey: KEY })
    t.equal((await client.model('linear', { version: 1 }).card()).name, 'linear', baseUrl)
  }
})

t.test('an address that is none', async t => {
  t.throws(
    () => createClient({ baseUrl: '/models' }),
    new TypeError('expected an absolute URL for baseUrl but received "/models"')
  )
})

t.test('names can not lead to another path', async t => {
  const paths: string[] = []
  const baseUrl = await serve(t, ({ url }, response) => {
    paths.push(url!)
    response.writeHead(404).end()
  })
  const client = createClient({ baseUrl })
  await failure(client.model('a/b?c', { version: 2 }).card())
  await failure(client.model('m').reportFile('figures/a b.svg'))
  t.strictSame(paths, ['/v1/models/a%2Fb%3Fc/versions/2', '/v1/models/m/report/figures/a%20b.svg'])
})

t.test('what the service refuses has its code', async t => {
  const model = createClient({ baseUrl: address, apiKey: KEY }).model('linear')
  await t.rejects(model.decode([[1]]), { status: 400, code: 'PVAE_INVALID_LATENT', retryAfter: undefined })
  await t.rejects(model.encode(Buffer.from('no image')), { code: 'PVAE_IMAGE_UNSUPPORTED' })
  await t.rejects(createClient({ baseUrl: address, apiKey: KEY }).model('liner').card(), {
    code: 'PVAE_MODEL_NOT_FOUND', message: /linear/,
  })
})

t.test('when to try again', async t => {
  let answer: { status: number, headers?: Record<string, string> } = { status: 503 }
  const baseUrl = await serve(t, (_request, response) => {
    const body = { statusCode: answer.status, code: 'PVAE_OVERLOADED', error: 'Busy', message: 'Too much' }
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(body))
  })
  const retryAfter = async (status: number, after?: string) => {
    answer = { status, ...after !== undefined && { headers: { 'retry-after': after } } }
    return (await failure(createClient({ baseUrl }).models())).retryAfter
  }
  t.equal(await retryAfter(503, '7'), 7000, 'as the service says')
  t.equal(await retryAfter(429, new Date(0).toUTCString()), 0, 'a date that has passed')
  t.equal(await retryAfter(503, 'soon'), 1000, 'what can not be read is as good as nothing')
  t.equal(await retryAfter(504), 1000)
  t.equal(await retryAfter(500, '7'), undefined, 'it would fail again')
})

t.test('answers that are not the service\'s', async t => {
  let [status, type, body, headers] = [502, 'text/html', '<h1>Bad Gateway</h1>', {}]
  const baseUrl = await serve(t, (_request, response) => {
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
  })
  const client = createClient({ baseUrl })
  const code = 'PVAE_CLIENT_INVALID_ANSWER'
  t.match(await failure(client.models()), { status: 502, code, details: '<h1>Bad Gateway</h1>', retryAfter: 1000 })
  ;[status, body] = [200, '<h1>Welcome</h1>']
  t.match(await failure(client.models()), { status: 200, code, message: /expected JSON/ })
  t.match(await failure(client.model('m').decode([{}], { format: 'raw' })), { code, message: /tensor-datatype/ })
  headers = { 'tensor-datatype': 'FP32', 'tensor-shape': '1,2,3,1' }
  t.match(await failure(client.model('m').decode([{}], { format: 'raw' })), { code, message: /16 bytes/ })
  t.match(await failure(client.model('m').sample()), { code, message: /PVAESMP1/ })
  body = ''
  t.match(await failure(client.models()), { code, message: /expected an answer but received an empty one/ })
})

t.test('no answer', async t => {
  const error = await failure(createClient({ baseUrl: 'http://127.0.0.1:1' }).models())
  t.match(error, { name: 'ServiceError', status: 0, code: 'PVAE_CLIENT_UNREACHABLE', retryAfter: 1000 })
  t.ok(error.cause instanceof Error)
  const breaking = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('{', () => response.destroy())
  })
  t.match(await failure(createClient({ baseUrl: breaking }).models()), { code: 'PVAE_CLIENT_UNREACHABLE' })
})

t.test('aborting: before, while waiting, and while the answer comes', async t => {
  const client = createClient({ baseUrl: address, apiKey: KEY })
  const reason = new Error('no longer wanted')
  const before = client.model('linear').decode([{}], { signal: AbortSignal.abort(reason) })
  t.equal(await failure(before), reason)
  const waiting = new AbortController()
  const silent = await serve(t, () => waiting.abort(reason))
  t.equal(await failure(createClient({ baseUrl: silent }).models({ signal: waiting.signal })), reason)
  const reading = new AbortController()
  const half = await serve(t, (_request, response) => {
    response.writeHead(200, { 'content-length': '1000' }).write('half')
  })
  const slow = createClient({
    baseUrl: half,
    fetch: async request => {
      const response = await fetch(request)
      setImmediate(() => reading.abort(reason))
      return response
    },
  })
  t.equal(await failure(slow.model('m').sample({ signal: reading.signal })), reason)
})
