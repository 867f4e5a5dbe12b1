/** Over real sockets: what `inject` can't express. Nobody else is to notice any of it. */
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { until } from '../server/hold.js'
import { readDigit } from '../server/images.js'
import { startService } from '../server/service.js'

const digitModel = { image: { height: 28, width: 28, channels: 1 }, partitions: [{ name: 'shape', size: 4 }] } as const
const limits = { requestBytes: 2 ** 22, imageBytes: 2 ** 19, imagesPerRequest: 4 }
const { app } = await startService(t, { model: digitModel, limits })
const address = await app.listen({ port: 0, host: '127.0.0.1' })
/** Another that has little patience. */
const impatient = await startService(t, {
  model: digitModel,
  limits,
  app: { timeouts: { headers: 1000, arrival: 2000, keepAlive: 1000 } },
})
const impatientAddress = await impatient.app.listen({ port: 0, host: '127.0.0.1' })
const digit = await readDigit()
const encode = '/v1/models/linear/encode'

function open (t: { teardown (fn: () => unknown): unknown }, to = address): Socket {
  const socket = connect(Number(new URL(to).port), '127.0.0.1')
  socket.on('error', () => {}) // closed by the service in the middle of a body
  t.teardown(() => socket.destroy())
  return socket
}

/** Writes, reads until the connection ends: the whole answer. One that never ends is the test's own limit. */
function exchange (
  t: Parameters<typeof open>[0],
  chunks: ReadonlyArray<string | Buffer>,
  to = address
): Promise<string> {
  const socket = open(t, to)
  let answer = ''
  for (const chunk of chunks) socket.write(chunk)
  socket.setEncoding('latin1').on('data', chunk => {
    answer += chunk
  })
  return new Promise(resolve => socket.on('close', () => resolve(answer)))
}

const post = (path: string, headers: Record<string, string | number>) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}\r\n`
const multipart = (body: string) => [
  post(encode, { 'content-type': 'multipart/form-data; boundary=x', 'content-length': Buffer.byteLength(body) }),
  body,
]
const json = (path: string, body: string) => [
  post(path, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
  body,
]
const part = (disposition: string, data = 'x') =>
  `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${data}\r\n`
const file = 'name="image"; filename="a.png"'

async function statusOf (to = address): Promise<number> {
  return (
    await fetch(to + encode, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(digit),
    })
  ).status
}

const nested = '['.repeat(1e6) + ']'.repeat(1e6)
const cases: Array<[string, Array<string | Buffer>, number, string]> = [
  [
    'multipart without a boundary',
    [post(encode, { 'content-type': 'multipart/form-data', 'content-length': 3 }), 'abc'],
    400,
    'PVAE_INVALID_MULTIPART',
  ],
  ['multipart that stops in a part', multipart(part(file).slice(0, -4)), 400, 'PVAE_INVALID_MULTIPART'],
  ['multipart that stops in a header', multipart('--x\r\nContent-Disposition: form-da'), 400, 'PVAE_I'],
  ['10,000 file parts', multipart(part(file).repeat(10_000) + '--x--\r\n'), 413, 'PVAE_TOO_MANY_IMAGES'],
  ['10,000 fields', multipart(part('name="a"').repeat(10_000) + '--x--\r\n'), 400, 'PVAE_INVALID_MULTIPART'],
  [
    'a file name of 100 KB',
    multipart(part(`name="image"; filename="${'n'.repeat(1e5)}"`) + '--x--\r\n'),
    400,
    'PVAE_I',
  ],
  [
    'a file name of 100 KB before the name',
    multipart(part(`filename="${'n'.repeat(1e5)}"; name="image"`) + '--x--\r\n'),
    400,
    'PVAE_I',
  ],
  [
    'a part name of 10 KB',
    multipart(part(`name="${'n'.repeat(1e4)}"; filename="a.png"`) + '--x--\r\n'),
    400,
    'PVAE_INVALID_MULTIPART',
  ],
  ['a field that is a prototype', multipart(part('name="__proto__"') + '--x--\r\n'), 400, 'PVAE_INVALID_MULTIPART'],
  [
    'a length that is no number',
    [post(encode, { 'content-type': 'image/png', 'content-length': 'ten' })],
    400,
    'PVAE_BAD_REQUEST',
  ],
  [
    'a length and chunks',
    [
      post(encode, { 'content-type': 'image/png', 'content-length': 3, 'transfer-encoding': 'chunked' }),
      '3\r\nabc\r\n0\r\n\r\n',
    ],
    400,
    'PVAE_BAD_REQUEST',
  ],
  [
    'a chunk that is none',
    [post(encode, { 'content-type': 'image/png', 'transfer-encoding': 'chunked' }), 'zz\r\nabc\r\n'],
    400,
    'PVAE_',
  ],
  [
    'a length beyond the limit',
    [post(encode, { 'content-type': 'image/png', 'content-length': 1e10 }), 'x'],
    413,
    'PVAE_BODY_TOO_LARGE',
  ],
  [
    'more than its length says',
    [post(encode, { 'content-type': 'image/png', 'content-length': 10 }), digit],
    400,
    'PVAE_BAD_REQUEST',
  ],
  ['JSON of a million arrays', json('/v1/models/linear/decode', `{"latents":${nested}}`), 400, 'PVAE_INVALID_BODY'],
  [
    'JSON with a prototype',
    json('/v1/models/linear/decode', '{"latents":[[0,0,0,0]],"__proto__":{"a":1}}'),
    400,
    'PVAE_INVALID_BODY',
  ],
  [
    "JSON with a constructor's prototype",
    json('/v1/models/linear/decode', '{"latents":[[0,0,0,0]],"constructor":{"prototype":{"a":1}}}'),
    400,
    'PVAE_INVALID_BODY',
  ],
  [
    'tensors of a million arrays',
    json(
      '/v2/models/linear-decoder/infer',
      `{"inputs":[{"name":"latent","shape":[1,4],"datatype":"FP32","data":${nested}}]}`
    ),
    400,
    'error',
  ],
  [
    'tensors with a prototype',
    json('/v2/models/linear-decoder/infer', '{"inputs":[],"__proto__":{"inputs":[]}}'),
    400,
    'error',
  ],
  [
    'a query that is too long',
    [`GET /v1/models/linear/traversal?latent=${'1,'.repeat(1e4)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    431,
    'PVAE_HEADERS_TOO_LARGE',
  ],
  [
    'a model name that is too long',
    [`GET /v1/models/${'m'.repeat(200)} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`],
    400,
    'PVAE_BAD_REQUEST',
  ],
  ['no host', ['GET /v1/models HTTP/1.1\r\n\r\n'], 400, 'Bad Request'], // by Node itself, before anybody could say more
]

for (const [name, chunks, status, code] of cases) {
  t.test(name, async t => {
    const answer = await exchange(t, chunks)
    t.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), answer.slice(0, 300))
    t.ok(answer.includes(code), answer.slice(-300))
  })
}

t.test('bytes that come too slowly: the connection is closed in time, others are served', async t => {
  const slow = {
    headers: 'GET /v1/models HTTP/1.1\r\nHost: a\r\nX: ',
    body: post(encode, { 'content-type': 'image/png', 'content-length': 1000 }),
    multipart:
      post(encode, { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 1000 }) +
      part(file).slice(0, -2),
  }
  const connections = Object.entries(slow).flatMap(([kind, text]) => Array.from({ length: 10 }, () => {
    const socket = open(t, impatientAddress)
    socket.write(text)
    const drip = setInterval(() => { if (socket.writable) socket.write('a') }, 100)
    let answer = ''
    socket.setEncoding('latin1').on('data', chunk => { answer += chunk })
    return new Promise<{ kind: string, answer: string }>(resolve => socket.on('close', () => {
      clearInterval(drip)
      resolve({ kind, answer })
    }))
  }))
  const closed = new AbortController()
  const others = (async () => {
    const statuses: number[] = []
    do statuses.push(await statusOf(impatientAddress)); while (!closed.signal.aborted)
    return statuses
  })()
  for (const { kind, answer } of await Promise.all(connections)) {
    t.match(answer, /^HTTP\/1\.1 408 .*PVAE_REQUEST_TIMEOUT/s, kind)
  }
  closed.abort()
  // 408: where this machine is so busy that one of them took that long itself.
  const statuses = await others
  t.ok(statuses.includes(200))
  t.strictSame(statuses.filter(status => status !== 200 && status !== 408), [])
})

t.test('a connection that asks nothing more is closed', async t => {
  t.match(await exchange(t, ['GET /v2/health/live HTTP/1.1\r\nHost: a\r\n\r\n'], impatientAddress), /^HTTP\/1\.1 200 /)
})

t.test('500 uploads that are given up leave nothing behind', async t => {
  const connections = () =>
    new Promise<number>((resolve, reject) =>
      app.server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
    )
  const upload = async (i: number) => {
    const socket = open(t)
    await new Promise<void>(resolve => socket.once('connect', resolve))
    const head =
      i % 2 === 0
        ? post(encode, { 'content-type': 'image/png', 'content-length': 400_000 })
        : post(encode, { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 400_000 }) +
          part(file).slice(0, -2)
    await new Promise<void>(resolve => socket.write(head + 'a'.repeat(50_000), () => resolve()))
    socket.destroy()
  }
  for (let i = 0; i < 50; i++) await upload(i)
  t.equal(await statusOf(), 200)
  const before = process.memoryUsage()
  for (let i = 0; i < 500; i += 10) await Promise.all(Array.from({ length: 10 }, (_, j) => upload(i + j)))
  t.equal(await statusOf(), 200)
  await until(async () => await connections() <= 2)
  const after = process.memoryUsage()
  t.ok(after.arrayBuffers - before.arrayBuffers < 30e6, `${after.arrayBuffers - before.arrayBuffers} bytes of buffers`)
  t.ok(after.rss - before.rss < 150e6, `${after.rss - before.rss} bytes resident`)
})

t.test('after all of that the service answers', async t => {
  t.equal(await statusOf(), 200)
  t.equal((await fetch(`${address}/v2/health/ready`)).status, 200)
  t.equal(({} as Record<string, unknown>)['a'], undefined, 'no prototype was changed')
})
