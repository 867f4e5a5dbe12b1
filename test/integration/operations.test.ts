import { Agent, request as httpRequest } from 'node:http'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { planarFromBytes } from '@partition-vae/models'
import type { EncodeResponse } from '../../server/schemas/encode.js'
import { publishLinearModel } from '../helpers/linear-model.js'
import { createHold, until } from '../server/hold.js'
import { pngOf } from '../server/images.js'
import {
  FRAGILE_WORKER,
  largestDifference,
  startService,
  type Scope,
  type TestServiceOptions,
} from '../server/service.js'

async function listen (t: Scope, options: TestServiceOptions = {}) {
  const service = await startService(t, options)
  const address = await service.app.listen({ port: 0, host: '127.0.0.1' })
  const { model } = service
  const images = await Promise.all(model.images.map(bytes => pngOf(bytes, model.image)))
  const encode = (body: Uint8Array) =>
    fetch(`${address}/v1/models/linear/encode`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(body),
    })
  const word = (text: string) => Buffer.concat([images[0]!.subarray(0, 8), Buffer.from(text)])
  return { ...service, address, images, encode, word }
}

/** Asks again and again on `connections` connections, each with its own image, until it is told to stop. */
function keepAsking ({ encode, images, model }: Awaited<ReturnType<typeof listen>>, connections: number) {
  const statuses: Record<string, number> = {}
  let largest = 0
  let answers = 0
  const stop = new AbortController()
  const loops = Array.from({ length: connections }, async (_, i) => {
    const which = i % images.length
    const truth = model.encode(planarFromBytes(model.images[which]!, model.image), 1)
    while (!stop.signal.aborted) {
      const response = await encode(images[which]!)
      statuses[response.status] = (statuses[response.status] ?? 0) + 1
      const body = await response.json() as EncodeResponse
      answers++
      if (response.status === 200) {
        largest = Math.max(
          largest,
          largestDifference(
            body.encodings[0]!.partitions.flatMap(({ mean }) => mean),
            truth.mean
          )
        )
      }
    }
  })
  return {
    statuses,
    /** Resolves when so many more have been answered. */
    async answered (count: number) {
      const before = answers
      await until(() => answers - before >= count)
    },
    async stop () {
      stop.abort()
      await Promise.all(loops)
      return { statuses, largest }
    },
  }
}

t.test('beyond the queue 503 while the workers are held, before the upload; what was known is still ' +
  'answered', async t => {
  const hold = await createHold(t)
  const service = await listen(t, { worker: FRAGILE_WORKER, pool: { maxQueue: 2 } })
  t.teardown(() => hold.end())
  const { address, encode, images, word, models, app } = service
  const grid = `${address}/v1/models/linear/traversal`
  const etag = (await fetch(grid)).headers.get('etag')!
  await hold.begin()
  const busy = encode(word('hold'))
  await hold.held()
  const waiting = [encode(images[0]!), encode(images[1]!)]
  await until(() => models.overloaded)
  // A body that never comes: the answer does not wait for it, nor for the workers.
  const refused = await new Promise<{ status: number, retryAfter: unknown, text: string }>((resolve, reject) => {
    const request = httpRequest(
      `${address}/v1/models/linear/encode`,
      { method: 'POST', headers: { 'content-type': 'image/png', 'content-length': 1e6 } },
      response => {
        let text = ''
        response
          .setEncoding('utf8')
          .on('data', chunk => {
            text += chunk
          })
          .on('end', () => {
            resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'], text })
            request.destroy()
          })
      }
    ).on('error', reject)
    request.flushHeaders()
  })
  t.match(refused, { status: 503, retryAfter: '1' })
  t.match(JSON.parse(refused.text), { statusCode: 503, code: 'PVAE_OVERLOADED', message: /try again/ })
  t.equal((await fetch(grid, { headers: { 'if-none-match': etag } })).status, 304)
  t.match(await (await fetch(`${grid}?zoom=2`)).json(), { code: 'PVAE_OVERLOADED' })
  t.match((await app.inject('/metrics')).body, /pvae_queue_jobs 2\n/)
  await hold.end()
  for (const { status } of await Promise.all(waiting)) t.equal(status, 200)
  t.equal((await busy).status, 400)
  t.match((await app.inject('/metrics')).body, /pvae_rejected_requests_total\{reason="PVAE_OVERLOADED"\} 2\n/)
  t.equal((await encode(images[0]!)).status, 200)
})

t.test('a request that takes too long is 504, while a worker is held; then the service goes on', async t => {
  const hold = await createHold(t)
  const { encode, images, word } = await listen(t, { worker: FRAGILE_WORKER, app: { requestTimeout: 150 } })
  t.teardown(() => hold.end())
  await hold.begin()
  for (const body of [word('hold'), images[0]!]) {
    const late = await encode(body)
    t.equal(late.status, 504)
    t.match(await late.json(), { statusCode: 504, code: 'PVAE_TIMEOUT', error: 'Gateway Timeout', message: /150 ms/ })
  }
  await hold.end()
  await until(async () => (await encode(images[0]!)).status === 200)
})

t.test('a client that has gone leaves nothing behind', async t => {
  const hold = await createHold(t)
  const { address, app, encode, images, word, models } = await listen(t, { worker: FRAGILE_WORKER })
  t.teardown(() => hold.end())
  await hold.begin()
  const busy = encode(word('hold'))
  await hold.held()
  const agent = new Agent()
  const gone = Array.from({ length: 10 }, () => {
    const request = httpRequest(`${address}/v1/models/linear/encode`, {
      agent,
      method: 'POST',
      headers: { 'content-type': 'image/png', 'content-length': images[0]!.length },
    })
    request.on('error', () => {}) // destroyed below
    request.end(images[0])
    return request
  })
  await until(() => models.queued === 10)
  for (const request of gone) request.destroy()
  await until(() => models.queued === 0)
  await hold.end()
  t.equal((await busy).status, 400)
  t.equal((await encode(images[0]!)).status, 200)
  const { body } = await app.inject('/metrics')
  t.match(body, /pvae_rejected_requests_total\{reason="PVAE_CLIENT_GONE"\} 10\n/)
  t.match(body, /pvae_batch_rows_sum\{kind="encode"\} 2\n/, 'the ten were not computed')
})

t.test('under load workers die: their requests fail once, every other answer is right', async t => {
  const service = await listen(t, { worker: FRAGILE_WORKER, workers: 2 })
  const load = keepAsking(service, 16)
  for (let i = 0; i < 3; i++) {
    await load.answered(64)
    t.equal((await service.encode(service.word('crash'))).status, 500)
  }
  await load.answered(64)
  const { statuses, largest } = await load.stop()
  const { 200: ok = 0, 500: failed = 0, ...others } = statuses
  t.strictSame(others, {})
  t.ok(failed <= 3 * 16, `${failed} shared a batch with what killed it`)
  t.ok(ok > failed, `${ok} answers`)
  t.ok(largest < 1e-5, `off by at most ${largest}`)
  t.match((await service.app.inject('/metrics')).body, /pvae_worker_restarts_total 3\n/)
})

t.test('reload under load, to a version and to a broken one: no request fails', async t => {
  const service = await listen(t, { workers: 2 })
  const { root, models, app } = service
  const load = keepAsking(service, 16)
  await load.answered(64)
  await publishLinearModel(root, { version: 2 })
  await models.reload()
  t.equal(models.get('linear').card.version, 2)
  const { directory } = await publishLinearModel(root, { version: 3 })
  const file = join(directory, 'encoder.onnx')
  await writeFile(file, (await readFile(file)).subarray(0, 300))
  await models.reload()
  await load.answered(64)
  t.equal(models.get('linear').card.version, 2)
  const { statuses, largest } = await load.stop()
  t.strictSame(Object.keys(statuses), ['200'])
  t.ok(largest < 1e-5, `${statuses['200']} answers, off by at most ${largest}`)
  t.match((await app.inject('/metrics')).body, /pvae_model_loaded{model="linear",version="2"} 1/)
})
