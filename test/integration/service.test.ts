import { request as httpRequest } from 'node:http'
import t from 'tap'
import { planarFromBytes } from '@partition-vae/models'
import { imageOf, pngOf, readDigit } from '../server/images.js'
import { FRAGILE_WORKER, largestDifference, startService, type Scope } from '../server/service.js'
import type { EncodeResponse } from '../../server/schemas/encode.js'

async function listen (t: Scope, options: Parameters<typeof startService>[1] = {}) {
  const service = await startService(t, options)
  const address = await service.app.listen({ port: 0, host: '127.0.0.1' })
  return { ...service, address }
}

const digitModel = {
  image: { height: 28, width: 28, channels: 1 },
  partitions: [
    { name: 'shape', size: 4 },
    { name: 'style', size: 3 },
    { name: 'pose', size: 3 },
  ],
} as const

t.test('over real HTTP: encode, then decode what came out', async t => {
  const { address, model } = await listen(t, { model: digitModel })
  const digit = await readDigit()
  const form = new FormData()
  for (let i = 0; i < 2; i++) form.append('image', new Blob([new Uint8Array(digit)]), `${i}.png`)
  const response = await fetch(`${address}/v1/models/linear/encode`, { method: 'POST', body: form })
  t.equal(response.status, 200)
  const { encodings } = await response.json() as EncodeResponse
  t.equal(encodings.length, 2)
  t.strictSame(encodings[0], encodings[1])
  const latents = encodings.map(({ partitions }) =>
    Object.fromEntries(partitions.map(({ name, mean }) => [name, mean]))
  )
  const headers = { 'content-type': 'application/json' }
  const decoded = await fetch(`${address}/v1/models/linear/decode`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ latents }),
  })
  const reconstructed = await fetch(`${address}/v1/models/linear/reconstruct`, { method: 'POST', body: form })
  t.ok(
    Buffer.from(await decoded.arrayBuffer()).equals(Buffer.from(await reconstructed.arrayBuffer())),
    'decode(encode(x)) is reconstruct(x)'
  )
  t.ok(model.latentSize === 10)
})

t.test('images in other containers and sizes, many at once, each with its own answer', async t => {
  const { address, model } = await listen(t, { workers: 2 })
  const results = await Promise.all(model.images.map(async (bytes, i) => {
    const body =
      i % 2 === 0
        ? await pngOf(bytes, model.image)
        : await imageOf(bytes, model.image).webp({ lossless: true }).toBuffer()
    const response = await fetch(`${address}/v1/models/linear/encode`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: new Uint8Array(body),
    })
    const { encodings: [encoding] } = await response.json() as EncodeResponse
    return largestDifference(
      encoding!.partitions.flatMap(({ mean }) => mean),
      model.encode(planarFromBytes(bytes, model.image), 1).mean
    )
  }))
  t.ok(Math.max(...results) < 1e-5)
})

t.test('a body that never comes to its end hurts nobody else', async t => {
  const { address } = await listen(t)
  const digit = await readDigit()
  const stuck = Array.from({ length: 10 }, () => {
    const request = httpRequest(`${address}/v1/models/linear/encode`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 1e5 },
    })
    request.on('error', () => {}) // destroyed below
    request.write('--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n')
    return request
  })
  const encode = () =>
    fetch(`${address}/v1/models/linear/encode`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(digit),
    })
  t.equal((await encode()).status, 200)
  for (const request of stuck) request.destroy()
  t.equal((await encode()).status, 200)
})

t.test('a body beyond the limit is refused though its length is not said', async t => {
  const { address } = await listen(t, { limits: { requestBytes: 50_000, imageBytes: 30_000 } })
  const head = Buffer.from('--x\r\nContent-Disposition: form-data; name="image"; filename="a.png"\r\n\r\n')
  const status = await new Promise<number>((resolve, reject) => {
    const request = httpRequest(
      `${address}/v1/models/linear/encode`,
      {
        method: 'POST',
        headers: { 'content-type': 'multipart/form-data; boundary=x', 'transfer-encoding': 'chunked' },
      },
      response => {
        response.resume()
        resolve(response.statusCode!)
        request.destroy()
      }
    )
    request.on('error', reject)
    for (let i = 0; i < 4; i++) request.write(Buffer.concat([head, Buffer.alloc(20_000, 7), Buffer.from('\r\n')]))
    request.end('--x--\r\n')
  })
  t.equal(status, 413)
  t.equal((await fetch(`${address}/v2/health/ready`)).status, 200)
})

t.test('a worker that crashes costs its request a 500; the service goes on', async t => {
  const { address } = await listen(t, { worker: FRAGILE_WORKER })
  const digit = new Uint8Array(await readDigit())
  const encode = (body: Uint8Array<ArrayBuffer>) =>
    fetch(`${address}/v1/models/linear/encode`, { method: 'POST', headers: { 'content-type': 'image/png' }, body })
  const doomed = await encode(Uint8Array.of(...digit.subarray(0, 8), ...Buffer.from('crash')))
  t.equal(doomed.status, 500)
  t.match(await doomed.json(), {
    statusCode: 500,
    code: 'PVAE_WORKER_CRASHED',
    error: 'Internal Server Error',
    message: /another takes its place/,
  })
  t.equal((await encode(digit)).status, 200)
})

t.test('closing answers what is in flight', async t => {
  const { app, address } = await listen(t)
  const digit = await readDigit()
  let arrived = 0
  const allArrived = new Promise<void>(resolve => app.server.on('request', () => { if (++arrived === 8) resolve() }))
  const pending = Array.from({ length: 8 }, () =>
    fetch(`${address}/v1/models/linear/reconstruct`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: new Uint8Array(digit),
    })
  )
  await allArrived
  await app.close()
  for (const response of await Promise.all(pending)) t.equal(response.status, 200)
})
