import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import Fastify, { type FastifyServerOptions } from 'fastify'
import { installErrorHandling } from '../../../server/plugins/error-handling.js'
import { readKeys, requireKeys } from '../../../server/plugins/api-keys.js'
import { logOptions } from '../../../server/app-options.js'
import { secure, type SecurityOptions } from '../../../server/plugins/security.js'
import { until } from '../hold.js'
import { startService, temporaryFolder, type Scope } from '../service.js'

const FIRST = 'first-key-0123456789'
const SECOND = 'second-key-0123456789'

/** The plugin on an app that does nothing else. */
async function startSecured (t: Scope, security: SecurityOptions, options: FastifyServerOptions = {}) {
  const app = Fastify(options)
  t.teardown(() => app.close())
  installErrorHandling(app)
  await secure(app, security)
  for (const path of ['/v1/models', '/v2', '/v2/health/ready', '/metrics']) app.get(path, async () => ({ path }))
  return app
}

t.test('with a file of keys, requests need one of them; probes and pages do not', async t => {
  const file = join(await temporaryFolder(t), 'keys')
  await writeFile(file, `# who: the first\n${FIRST}\n\n  ${SECOND}  \r\n`)
  const { app } = await startService(t, { app: { security: { apiKeysFile: file } } })
  const status = async (url: string, headers: Record<string, string> = {}) =>
    (await app.inject({ url, headers })).statusCode
  for (const url of [
    '/v1/models',
    '/v2',
    '/v2/models/linear-encoder',
    '/metrics',
    '/nothing',
    '/v2/health/..%2f..%2fv1/models',
    '/docsx',
  ]) {
    t.equal(await status(url), 401, url)
  }
  for (const url of ['/v2/health/live', '/v2/health/ready', '/openapi.json']) t.equal(await status(url), 200, url)
  t.not(await status('/'), 401)
  t.not(await status('/docs/'), 401)
  for (const key of [FIRST, SECOND]) {
    t.equal(await status('/v1/models', { authorization: `Bearer ${key}` }), 200)
    t.equal(await status('/v1/models', { authorization: `bearer  ${key}` }), 200)
    t.equal(await status('/v1/models', { 'x-api-key': key }), 200)
  }
  for (const authorization of [
    FIRST,
    `Basic ${FIRST}`,
    `Bearer ${FIRST}x`,
    `Bearer ${FIRST.slice(1)}`,
    'Bearer ',
    'Bearer # who: the first',
  ]) {
    t.equal(await status('/v1/models', { authorization }), 401, authorization)
  }

  const refused = await app.inject({
    method: 'POST',
    url: '/v1/models/linear/encode',
    headers: { 'x-api-key': 'wrong', 'content-type': 'image/png' },
    payload: 'x',
  })
  t.equal(refused.headers['www-authenticate'], 'Bearer')
  t.match(refused.json(), {
    statusCode: 401,
    code: 'PVAE_UNAUTHORIZED',
    error: 'Unauthorized',
    message: /^expected a valid API key for .* but received another$/,
  })
  t.match((await app.inject('/v1/models')).json().message, /received none$/)
})

t.test('metrics without a key, where that is set', async t => {
  const file = join(await temporaryFolder(t), 'keys')
  await writeFile(file, FIRST)
  const app = await startSecured(t, { apiKeysFile: file, metricsWithoutKey: true })
  t.equal((await app.inject('/metrics')).statusCode, 200)
  t.equal((await app.inject('/v1/models')).statusCode, 401)
})

t.test('keys come and go with the file; a file that can not be used changes nothing', async t => {
  const folder = await temporaryFolder(t)
  const file = join(folder, 'keys')
  await writeFile(file, FIRST)
  const lines: Array<{ msg: string }> = []
  const app = Fastify({
    logger: {
      ...logOptions('info'),
      stream: {
        write: (line: string) => {
          lines.push(JSON.parse(line))
        },
      },
    },
  })
  t.teardown(() => app.close())
  installErrorHandling(app)
  requireKeys(app, { file, isOpen: () => false, lookEvery: 20 })
  app.get('/', async () => 'in')
  const works = async (key: string) =>
    (await app.inject({ url: '/', headers: { 'x-api-key': key } })).statusCode === 200
  const said = (text: string) => until(() => lines.some(({ msg }) => msg.includes(text)))
  t.strictSame([await works(FIRST), await works(SECOND)], [true, false])
  // Replaced, as editors and orchestrators do it.
  await writeFile(`${file}.new`, `${SECOND}\n`)
  await rename(`${file}.new`, file)
  await said('API keys read')
  t.strictSame([await works(FIRST), await works(SECOND)], [false, true])
  await writeFile(file, 'short\n')
  await said('those from before stay valid')
  t.ok(await works(SECOND))
  t.notOk(JSON.stringify(lines).includes('short'))
})

t.test('a file that is not there, holds none, or holds what is no key ends the start', async t => {
  const file = join(await temporaryFolder(t), 'keys')
  t.throws(() => readKeys(file), { code: 'ENOENT' })
  for (const [text, message] of [
    ['', /at least one key/],
    ['# nothing\n', /at least one key/],
    [`${FIRST}\nshort`, /line 2 of .* but received 5/],
    ['two words that are long', /line 1/],
  ] as const) {
    await writeFile(file, text)
    t.throws(() => readKeys(file), { message })
  }
  await t.rejects(startService(t, { app: { security: { apiKeysFile: file } } }), /line 1/)
})

t.test('keys are not logged', async t => {
  const file = join(await temporaryFolder(t), 'keys')
  await writeFile(file, FIRST)
  let log = ''
  const { app } = await startService(t, {
    app: {
      security: { apiKeysFile: file },
      logger: {
        ...logOptions('trace'),
        stream: {
          write: (line: string) => {
            log += line
          },
        },
      },
    },
  })
  await app.inject({ url: '/v1/models', headers: { authorization: `Bearer ${FIRST}` } })
  await app.inject({ url: '/v1/models', headers: { 'x-api-key': SECOND } })
  app.log.info(
    {
      headers: { authorization: `Bearer ${FIRST}`, 'x-api-key': FIRST, accept: 'image/png' },
      req: { headers: { cookie: FIRST } },
    },
    'should anybody ever'
  )
  t.match(log, /incoming request/)
  t.match(log, /\[redacted\].*image\/png/)
  t.notOk(log.includes(FIRST))
  t.notOk(log.includes(SECOND))
})

t.test('a rate limit counts by client, whatever is asked, but not probes', async t => {
  const app = await startSecured(t, { requestsPerMinute: 3 }, { trustProxy: '127.0.0.1' })
  const ask = (url: string, client = '192.0.2.1') => app.inject({ url, headers: { 'x-forwarded-for': client } })
  for (let i = 0; i < 5; i++) t.equal((await ask('/v2/health/ready')).statusCode, 200)
  t.strictSame(
    [await ask('/v1/models'), await ask('/nothing'), await ask('/v2')].map(({ statusCode }) => statusCode),
    [200, 404, 200]
  )
  const refused = await ask('/v1/models')
  t.match(refused.json(), {
    statusCode: 429,
    code: 'PVAE_RATE_LIMITED',
    error: 'Too Many Requests',
    message: 'expected at most 3 requests a minute for this client but received more',
  })
  const seconds = Number(refused.headers['retry-after'])
  t.ok(seconds > 0, String(seconds))
  t.ok(seconds <= 60, String(seconds))
  t.equal((await ask('/v1/models', '192.0.2.2')).statusCode, 200, 'another client')
})

t.test('who is in front is believed only where that is set', async t => {
  const app = await startSecured(t, { requestsPerMinute: 1 })
  const ask = (client: string) => app.inject({ url: '/v1/models', headers: { 'x-forwarded-for': client } })
  t.equal((await ask('192.0.2.1')).statusCode, 200)
  t.equal((await ask('192.0.2.2')).statusCode, 429)
})

t.test('other origins are shut out, or let in by name', async t => {
  const closed = await startSecured(t, {})
  const ask = (app: typeof closed, origin: string, method: 'GET' | 'OPTIONS' = 'GET') =>
    app.inject({
      method,
      url: '/v1/models',
      headers: {
        origin,
        ...(method === 'OPTIONS' && {
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'x-api-key',
        }),
      },
    })
  const response = await ask(closed, 'https://a.example')
  t.equal(response.headers['access-control-allow-origin'], undefined)
  t.equal(response.headers['cross-origin-resource-policy'], 'same-origin')
  t.match(response.headers['content-security-policy'], /^default-src 'none'/)
  t.equal(response.headers['x-content-type-options'], 'nosniff')

  const file = join(await temporaryFolder(t), 'keys')
  await writeFile(file, FIRST)
  const app = await startSecured(t, { corsOrigins: ['https://a.example'], apiKeysFile: file })
  t.equal((await ask(app, 'https://b.example')).headers['access-control-allow-origin'], undefined)
  const preflight = await ask(app, 'https://a.example', 'OPTIONS')
  t.match(
    preflight,
    {
      statusCode: 204,
      headers: { 'access-control-allow-origin': 'https://a.example', 'access-control-allow-headers': 'x-api-key' },
    },
    'without a key'
  )
  const refused = await ask(app, 'https://a.example')
  t.match(
    refused,
    { statusCode: 401, headers: { 'access-control-allow-origin': 'https://a.example', vary: /origin/i } },
    'the page may read why'
  )

  const any = await startSecured(t, { corsOrigins: ['*'] })
  t.equal((await ask(any, 'https://b.example')).headers['access-control-allow-origin'], '*')
})
