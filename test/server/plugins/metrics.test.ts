import { rm } from 'node:fs/promises'
import t from 'tap'
import { createMetrics } from '../../../server/plugins/metrics.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { pngOf } from '../images.js'
import { FRAGILE_WORKER, imagesOf, startService } from '../service.js'

/** Samples of the Prometheus text format: name and labels → value. */
function parse (text: string): Map<string, number> {
  const lines = text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map(line => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))])
  )
}

const began = performance.now()
const { app, model, models, root } = await startService(t, { worker: FRAGILE_WORKER })
const image = await pngOf(model.images[0]!, model.image)
const scrape = async () => parse((await app.inject('/metrics')).body)

t.test('requests by route pattern, never by path; batches, waits, decoding, inference', async t => {
  for (const url of ['/v1/models/linear/encode', '/v1/models/linear/versions/1/encode']) {
    t.equal((await app.inject({ method: 'POST', url, ...imagesOf(image, image) })).statusCode, 200)
  }
  t.equal((await app.inject('/secret/of/a/client')).statusCode, 404)
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/v1/models/linear/encode',
        headers: { 'content-type': 'image/png' },
        payload: 'text',
      })
    ).statusCode,
    415
  )
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/v1/models/linear/decode',
        payload: '{',
        headers: { 'content-type': 'application/json' },
      })
    ).statusCode,
    400
  )
  const response = await app.inject('/metrics')
  t.equal(response.statusCode, 200)
  t.equal(response.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8')
  t.notMatch(response.body, /secret|route="[^"]*linear/)
  const samples = parse(response.body)
  const encode = '/v1/models/:name/encode'
  t.match(Object.fromEntries(samples), {
    [`pvae_http_requests_total{method="POST",route="${encode}",status="200"}`]: 1,
    [`pvae_http_requests_total{method="POST",route="${encode}",status="415"}`]: 1,
    'pvae_http_requests_total{method="POST",route="/v1/models/:name/versions/:version/encode",status="200"}': 1,
    'pvae_http_requests_total{method="GET",route="unmatched",status="404"}': 1,
    [`pvae_http_request_duration_seconds_count{method="POST",route="${encode}"}`]: 2,
    'pvae_rejected_requests_total{reason="PVAE_IMAGE_UNSUPPORTED"}': 1,
    'pvae_rejected_requests_total{reason="PVAE_INVALID_BODY"}': 1,
    pvae_queue_jobs: 0,
    pvae_queue_wait_seconds_count: 2,
    'pvae_batch_rows_sum{kind="encode"}': 4,
    'pvae_batch_rows_count{kind="encode"}': 2,
    'pvae_jobs_total{kind="encode"}': 2,
    'pvae_decode_seconds_count{kind="encode"}': 2,
    'pvae_inference_seconds_count{kind="encode"}': 2,
    'pvae_model_loaded{model="linear",version="1"}': 1,
    pvae_worker_restarts_total: 0,
  })
  t.ok(samples.get('pvae_inference_seconds_sum{kind="encode"}')! > 0)
  const durations = [...samples]
    .filter(([name]) => name.startsWith('pvae_http_request_duration_seconds_sum'))
    .reduce((sum, [, seconds]) => sum + seconds, 0)
  t.ok(durations > 0, 'requests take time')
  t.ok(durations <= (performance.now() - began) / 1000, 'and one after another in seconds no more than all have taken')
  for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds']) t.ok(samples.has(name), name)
})

t.test('a worker that was replaced is counted', async t => {
  const crash = Buffer.concat([image.subarray(0, 8), Buffer.from('crash')])
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/v1/models/linear/encode',
        headers: { 'content-type': 'image/png' },
        payload: crash,
      })
    ).statusCode,
    500
  )
  t.equal(
    (
      await app.inject({
        method: 'POST',
        url: '/v1/models/linear/encode',
        headers: { 'content-type': 'image/png' },
        payload: image,
      })
    ).statusCode,
    200
  )
  const samples = await scrape()
  t.equal(samples.get('pvae_worker_restarts_total'), 1)
  t.equal(samples.get('pvae_rejected_requests_total{reason="PVAE_WORKER_CRASHED"}'), 1)
})

t.test('seconds of what is told in milliseconds; every job of a batch counts', async t => {
  const metrics = createMetrics()
  metrics.waited(2000)
  metrics.batchDone({ kind: 'encode', jobs: 3, rows: 5, decodeMs: 250, inferenceMs: 500, wholeMs: 20 })
  t.match(Object.fromEntries(parse(await metrics.render())), {
    pvae_queue_wait_seconds_sum: 2,
    'pvae_decode_seconds_sum{kind="encode"}': 0.25,
    'pvae_inference_seconds_sum{kind="encode"}': 0.5,
    'pvae_batch_rows_sum{kind="encode"}': 5,
    'pvae_jobs_total{kind="encode"}': 3,
  })
})

t.test('a version that is no longer served is no longer named', async t => {
  const { directory } = await publishLinearModel(root, { version: 2 })
  await models.reload()
  t.equal((await scrape()).get('pvae_model_loaded{model="linear",version="2"}'), 1)
  await rm(directory, { recursive: true })
  await models.reload()
  const samples = await scrape()
  t.notOk(samples.has('pvae_model_loaded{model="linear",version="2"}'))
  t.equal(samples.get('pvae_model_loaded{model="linear",version="1"}'), 1)
})
