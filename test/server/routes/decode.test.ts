import t from 'tap'
import { bytesFromPlanar } from '@partition-vae/models'
import { imagesOf, largestDifference, startService } from '../service.js'
import { pixelsOf, pngOf } from '../images.js'
import { planarFromBytes } from '@partition-vae/models'

const { app, model } = await startService(t)
const url = '/v1/models/linear/decode'
const latents = [[0.5, -1, 2], { style: [1.5] }, { shape: [1, -0.5], style: [0.25] }, {}]
const flat = Float32Array.of(0.5, -1, 2, 0, 0, 1.5, 1, -0.5, 0.25, 0, 0, 0)
const pictures = bytesFromPlanar(model.decode(flat, 4), model.image)

const picture = (i: number) => pictures.subarray(i * 24, (i + 1) * 24)
/** The i-th of n images, 6 × 4, in a strip. */
const column = ({ bytes, channels }: { bytes: Uint8Array, channels: number }, n: number, i: number) =>
  Array.from({ length: 24 }, (_, p) => bytes[(Math.floor(p / 4) * 4 * n + i * 4 + p % 4) * channels]!)

t.test('a strip, as PNG by default or as WebP', async t => {
  for (const [accept, type, channels] of [
    [undefined, 'image/png', 1],
    ['image/webp', 'image/webp', 3],
    ['text/html, */*;q=0.1', 'image/png', 1],
  ] as const) {
    const response = await app.inject({
      method: 'POST',
      url,
      payload: { latents },
      headers: { ...(accept !== undefined && { accept }) },
    })
    t.equal(response.statusCode, 200)
    t.match(response.headers, { 'content-type': type, vary: 'accept' })
    const strip = await pixelsOf(response.rawPayload)
    t.match(strip, { height: 6, width: 16, channels })
    for (let i = 0; i < 4; i++) t.ok(largestDifference(column(strip, 4, i), picture(i)) <= 1, `${type}, image ${i}`)
  }
})

t.test('bare pixels, of one or several', async t => {
  for (const [query, headers] of [['', { accept: 'application/octet-stream' }], ['?format=raw', {}]] as const) {
    for (const n of [1, 4]) {
      const response = await app.inject({
        method: 'POST',
        url: url + query,
        payload: { latents: latents.slice(0, n) },
        headers,
      })
      t.match(response, {
        statusCode: 200,
        headers: {
          'content-type': 'application/octet-stream',
          'tensor-datatype': 'UINT8',
          'tensor-shape': `${n},6,4,1`,
          vary: 'accept',
        },
      })
      t.ok(largestDifference(response.rawPayload, pictures.subarray(0, n * 24)) <= 1, `${n} of them`)
    }
  }
})

t.test('bare pixels of reconstructions and mixtures, in colour', async t => {
  const { app, model } = await startService(t, { model: { image: { height: 6, width: 4, channels: 3 } } })
  const originals = model.images.slice(0, 2)
  const request = imagesOf(...await Promise.all(originals.map(bytes => pngOf(bytes, model.image))))
  const mean = model.encode(planarFromBytes(new Uint8Array(Buffer.concat(originals)), model.image), 2).mean
  const swapped = Float32Array.of(...mean.subarray(0, 2), mean[5]!)
  const draw = (latents: Float32Array, n: number) => bytesFromPlanar(model.decode(latents, n), model.image)
  for (const [path, truth] of [
    ['reconstruct?format=raw', draw(mean, 2)],
    ['mix?format=raw&take=style', Buffer.concat([...originals, draw(swapped, 1)])],
  ] as const) {
    const { headers, rawPayload } = await app.inject({ method: 'POST', url: `/v1/models/linear/${path}`, ...request })
    t.equal(headers['tensor-shape'], `${truth.length / 72},6,4,3`)
    t.ok(largestDifference(rawPayload, truth) <= 1, path)
  }
})

t.test('each image as the model gets it, before its reconstruction', async t => {
  const originals = model.images.slice(0, 2)
  const inverted = originals.map(bytes => bytes.map(byte => 255 - byte))
  const truth = bytesFromPlanar(
    model.decode(model.encode(planarFromBytes(new Uint8Array(Buffer.concat(inverted)), model.image), 2).mean, 2),
    model.image
  )
  const { headers, rawPayload } = await app.inject({
    method: 'POST',
    url: '/v1/models/linear/reconstruct?input=true&invert=true&format=raw',
    ...imagesOf(...await Promise.all(originals.map(bytes => pngOf(bytes, model.image)))),
  })
  t.equal(headers['tensor-shape'], '4,6,4,1')
  const at = (i: number) => rawPayload.subarray(i * 24, (i + 1) * 24)
  for (const i of [0, 1]) {
    t.strictSame(new Uint8Array(at(2 * i)), inverted[i], `image ${i}`)
    t.ok(largestDifference(at(2 * i + 1), truth.subarray(i * 24, (i + 1) * 24)) <= 1, `reconstruction ${i}`)
  }
})

t.test('data URLs as JSON', async t => {
  const response = await app.inject({
    method: 'POST',
    url: '/v1/models/linear/versions/1/decode',
    payload: { latents },
    headers: { accept: 'application/json' },
  })
  t.match(response.headers['content-type'], /^application\/json/)
  const { images } = response.json<{ images: string[] }>()
  t.equal(images.length, 4)
  for (const [i, image] of images.entries()) {
    t.ok(image.startsWith('data:image/png;base64,'))
    t.ok(largestDifference((await pixelsOf(Buffer.from(image.split(',')[1]!, 'base64'))).bytes, picture(i)) <= 1)
  }
})

t.test('reconstruct: the decoder\'s answer to the posterior means', async t => {
  const originals = model.images.slice(0, 3)
  const files = await Promise.all(originals.map(bytes => pngOf(bytes, model.image)))
  const means = model.encode(planarFromBytes(new Uint8Array(Buffer.concat(originals)), model.image), 3).mean
  const truth = bytesFromPlanar(model.decode(means, 3), model.image)
  const request = imagesOf(...files)
  for (const path of ['/v1/models/linear/reconstruct', '/v1/models/linear/versions/1/reconstruct?invert=false']) {
    const response = await app.inject({ method: 'POST', url: path, ...request })
    t.equal(response.statusCode, 200)
    const strip = await pixelsOf(response.rawPayload)
    for (let i = 0; i < 3; i++) {
      t.ok(largestDifference(column(strip, 3, i), truth.subarray(i * 24, (i + 1) * 24)) <= 1, `${path}, image ${i}`)
    }
  }
  const json = await app.inject({
    method: 'POST',
    url: '/v1/models/linear/reconstruct',
    headers: { 'content-type': 'image/png', accept: 'application/json' },
    payload: files[1]!,
  })
  const [image] = json.json<{ images: string[] }>().images
  t.ok(
    largestDifference((await pixelsOf(Buffer.from(image!.split(',')[1]!, 'base64'))).bytes, truth.subarray(24, 48)) <=
      1
  )
})
