import { randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { Writable } from 'node:stream'
import t from 'tap'
import { createTracing } from '../../../server/plugins/tracing.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { startCollector, type CollectedSpan } from '../../helpers/otlp-collector.js'
import { pngOf } from '../images.js'
import { until } from '../hold.js'
import { addressOf, spawnService } from '../process.js'
import {
  FRAGILE_WORKER,
  imagesOf,
  startService,
  temporaryFolder,
  type Scope,
  type TestServiceOptions,
} from '../service.js'

const ROUTE = '/v1/models/linear/encode'
/** The SDK sets each span by a clock of whole milliseconds. Nanoseconds. */
const CLOCK = 2e6
/** Milliseconds. */
const FLUSH_WITHIN = 1000
const id = (bytes: number) => randomBytes(bytes).toString('hex')

/** The service with traces to a collector of its own, batches of spans going out at once. */
async function startTraced (t: Scope, options: TestServiceOptions = {}) {
  const collector = await startCollector(t)
  Object.assign(process.env, {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=digits',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    OTEL_BSP_SCHEDULE_DELAY: '20',
  })
  const lines: Array<Record<string, unknown>> = []
  const stream = new Writable({
    write (line, _encoding, done) {
      lines.push(JSON.parse(String(line)))
      done()
    },
  })
  const service = await startService(t, {
    ...options,
    tracing: createTracing({ version: '1.2.3', flushWithin: FLUSH_WITHIN }),
    app: { ...options.app, logger: { level: 'info', stream } },
  })
  const image = await pngOf(service.model.images[0]!, service.model.image)
  const encode = (traceparent: string, headers = {}) =>
    service.app.inject({
      method: 'POST',
      url: ROUTE,
      headers: { 'content-type': 'image/png', traceparent, ...headers },
      payload: image,
    })
  const spansOf = (traceId: string) => collector.spans.filter(span => span.traceId === traceId)
  return { ...service, collector, lines, image, encode, spansOf }
}

const named = (spans: readonly CollectedSpan[], name: string) => spans.find(span => span.name === name)!

const traced = await startTraced(t)

t.test('a request is a span of its caller\'s trace, its work are children, its log lines name it; nothing of its ' +
  'content', async t => {
  const { app, collector, encode, lines, image, spansOf } = traced
  const [traceId, parentId] = [id(16), id(8)]
  const response = await encode(`00-${traceId}-${parentId}-01`, {
    authorization: 'Bearer secret-key',
    cookie: 'secret=1',
    'user-agent': 'secret',
  })
  t.equal(response.statusCode, 200)
  await app.inject('/v1/models/linear/traversal?seed=4&steps=2&secret=1')
  await until(() => spansOf(traceId).length >= 4 && collector.spans.length >= 5)
  const spans = spansOf(traceId)
  t.strictSame(spans.map(({ name }) => name).sort(), [
    'POST /v1/models/:name/encode',
    'decode inputs',
    'inference',
    'queue',
  ])
  const root = named(spans, 'POST /v1/models/:name/encode')
  t.match(root, {
    parentSpanId: parentId,
    kind: 2,
    status: 0,
    resource: {
      'service.name': 'partition-vae',
      'service.version': '1.2.3',
      'deployment.environment.name': 'test',
      'telemetry.sdk.language': 'nodejs',
    },
  })
  t.strictSame(root.attributes, {
    'http.request.method': 'POST',
    'url.scheme': 'http',
    'http.route': '/v1/models/:name/encode',
    'http.response.status_code': 200,
  })
  const [queue, decode, inference] = ['queue', 'decode inputs', 'inference'].map(name => named(spans, name)) as [
    CollectedSpan,
    CollectedSpan,
    CollectedSpan
  ]
  for (const span of [queue, decode, inference]) {
    t.equal(span.parentSpanId, root.spanId)
    t.match(span.attributes, { 'pvae.model': 'linear/1', 'pvae.kind': 'encode' })
    t.ok(Number(root.start - span.start) < CLOCK, `${span.name} begins within its request`)
    t.ok(Number(span.end - root.end) < CLOCK, `${span.name} ends within its request`)
    t.ok(span.end >= span.start, `${span.name} ends after it begins`)
  }
  t.match(inference.attributes, { 'pvae.batch.rows': 1, 'pvae.batch.jobs': 1 })
  for (const [end, start] of [
    [queue.end, decode.start],
    [decode.end, inference.start],
  ] as const) {
    t.ok(Math.abs(Number(end - start)) < CLOCK, 'one after the other')
  }
  const logged = lines.filter(({ reqId }) => reqId === 'req-1')
  t.ok(logged.length >= 2)
  for (const line of logged) t.match(line, { trace_id: traceId, span_id: root.spanId })
  t.match(collector.requests[0], {
    path: '/v1/traces',
    headers: { 'content-type': 'application/x-protobuf', 'x-tenant': 'digits' },
  })
  const sent = Buffer.concat(collector.requests.map(({ body }) => body))
  t.notOk(sent.includes('secret'), 'no key, header or query')
  t.notOk(sent.includes(image.subarray(8, 24)), 'no image')
})

t.test('many at once over sockets, raw and multipart: each one\'s work is in its own trace', async t => {
  const { app, image, spansOf } = traced
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const form = imagesOf(image, image)
  const traces = Array.from({ length: 24 }, () => id(16))
  await Promise.all(traces.map(async (traceId, i) => {
    const headers = {
      traceparent: `00-${traceId}-${id(8)}-01`,
      ...(i % 2 === 0 ? { 'content-type': 'image/png' } : form.headers),
    }
    const response = await fetch(`${address}${ROUTE}`, {
      method: 'POST',
      headers,
      body: i % 2 === 0 ? image : form.payload,
    })
    t.equal(response.status, 200)
    await response.arrayBuffer()
  }))
  await app.close()
  for (const traceId of traces) {
    const spans = spansOf(traceId)
    t.equal(spans.length, 4)
    const root = spans.find(({ kind }) => kind === 2)!
    t.strictSame(
      spans
        .filter(({ parentSpanId }) => parentSpanId === root.spanId)
        .map(({ name }) => name)
        .sort(),
      ['decode inputs', 'inference', 'queue']
    )
  }
})

t.test('errors by their codes; what is the service\'s fault is an error of the span; a client that leaves; what is ' +
  'not to be sampled', async t => {
  const { app, collector, image, encode, spansOf } = await startTraced(t, { worker: FRAGILE_WORKER })
  const [refused, crashed, missing, unsampled, gone] = [id(16), id(16), id(16), id(16), id(16)]
  const post = (traceId: string, payload: Buffer | string) =>
    app.inject({
      method: 'POST',
      url: ROUTE,
      headers: { 'content-type': 'image/png', traceparent: `00-${traceId}-${id(8)}-01` },
      payload,
    })
  t.equal((await post(refused, 'text')).statusCode, 415)
  t.equal((await post(crashed, Buffer.concat([image.subarray(0, 8), Buffer.from('crash')]))).statusCode, 500)
  t.equal(
    (await app.inject({ url: '/nothing/secret', headers: { traceparent: `00-${missing}-${id(8)}-01` } })).statusCode,
    404
  )
  t.equal((await app.inject({ url: '/%E0%A4%A' })).statusCode, 400, 'before routing')
  t.equal((await encode(`00-${unsampled}-${id(8)}-00`)).statusCode, 200)
  const address = new URL(await app.listen({ port: 0, host: '127.0.0.1' }))
  const leaving = httpRequest(new URL(ROUTE, address), {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'content-length': 1000, traceparent: `00-${gone}-${id(8)}-01` },
  })
  leaving.on('error', () => {})
  app.server.once('request', () => leaving.destroy())
  leaving.write(image.subarray(0, 20))
  await until(() => spansOf(gone).length > 0)
  await app.close()
  t.match(spansOf(refused), [
    { status: 0, attributes: { 'error.type': 'PVAE_IMAGE_UNSUPPORTED', 'http.response.status_code': 415 } },
  ])
  t.match(spansOf(crashed), [
    { status: 2, attributes: { 'error.type': 'PVAE_WORKER_CRASHED', 'http.response.status_code': 500 } },
  ])
  t.match(spansOf(missing), [{ name: 'GET', attributes: { 'http.response.status_code': 404 } }])
  t.match(spansOf(gone), [{ attributes: { 'error.type': 'PVAE_CLIENT_GONE' } }])
  t.strictSame(spansOf(unsampled), [])
  t.notOk(
    Buffer.concat(collector.requests.map(({ body }) => body)).includes('secret'),
    "an unknown path is the client's"
  )
})

t.test('a collector that refuses: said once, and again when it takes them; one that never answers: no request waits, ' +
  'the end only for so long', async t => {
  const { app, collector, encode, lines } = await startTraced(t)
  const said = (text: string) => lines.filter(({ msg }) => msg === text).length
  collector.behaviour = 'refuse'
  for (let i = 1; i <= 2; i++) {
    t.equal((await encode('')).statusCode, 200)
    await until(() => collector.requests.length >= i)
  }
  await until(() => said('traces can not be exported') > 0)
  collector.behaviour = 'accept'
  await encode('')
  await until(() => said('traces are exported again') > 0)
  t.equal(said('traces can not be exported'), 1)
  t.equal(said('traces are exported again'), 1)
  const before = collector.requests.length
  collector.behaviour = 'silent'
  await encode('')
  await until(() => collector.requests.length > before)
  // The collector will never answer: had anything waited for it, this would not come to its end.
  for (let i = 0; i < 20; i++) t.equal((await encode('')).statusCode, 200)
  await app.close()
  t.equal(said('traces can not be exported'), 1)
})

t.test('the built process: an endpoint in its environment is enough, SIGTERM sends what is left', async t => {
  const collector = await startCollector(t)
  const root = await temporaryFolder(t)
  await publishLinearModel(root)
  const service = spawnService(t, {
    PVAE_REPOSITORY: root,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_SERVICE_NAME: 'faces',
    OTEL_BSP_SCHEDULE_DELAY: '60000',
    LOG_LEVEL: 'info',
  })
  const address = await addressOf(service)
  const traceId = id(16)
  await (await fetch(`${address}/v1/models`, { headers: { traceparent: `00-${traceId}-${id(8)}-01` } })).arrayBuffer()
  t.strictSame(collector.spans, [])
  service.child.kill('SIGTERM')
  t.strictSame(await service.ended, { code: 0, signal: null })
  t.match(collector.spans, [{ traceId, name: 'GET /v1/models', resource: { 'service.name': 'faces' } }])
  t.equal(service.lines.filter(line => line['trace_id'] === traceId).length, 2)
  t.equal(service.stderr(), '')
})
