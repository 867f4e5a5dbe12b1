import t from 'tap'
import {
  bytesFromPlanar,
  composeGrid,
  defaultZoom,
  pixelCount,
  planarFromBytes,
  planTraversal,
  type TraversalOptions,
} from '@partition-vae/models'
import { pixelsOf, pngOf } from '../images.js'
import { imagesOf, largestDifference, startService } from '../service.js'

const { app, model } = await startService(t, {
  model: { labels: { style: 'slant' } },
  limits: { outputPixels: 150_000 },
})
const url = '/v1/models/linear/versions/1/traversal'
const original = model.images[3]!
const image = await pngOf(original, model.image)

function expectedGrid (options: TraversalOptions, { zoom = defaultZoom(model.image), labels = true } = {}) {
  const base = model.encode(planarFromBytes(original, model.image), 1).mean
  const { rows, steps, values, latents } = planTraversal(model.card, { ...options, base })
  const pictures = bytesFromPlanar(model.decode(latents, rows.length * steps), model.image)
  const size = steps * pixelCount(model.image)
  const tiles = new Uint8Array(
    Buffer.concat(rows.flatMap((_, row) => [original, pictures.subarray(row * size, (row + 1) * size)]))
  )
  const texts = {
    rowLabels: rows.map(({ label }) => label),
    columnLabels: ['input', ...values.map(value => String(Math.round(100 * value) / 100))],
  }
  return composeGrid(tiles, model.image, { columns: steps + 1, zoom, ...labels && texts })
}

t.test('around an image: its own column, then the grid', async t => {
  const cases: Array<[string, ReturnType<typeof expectedGrid>]> = [
    ['', expectedGrid({})],
    ['?mode=scale&steps=4&from=0&to=1', expectedGrid({ mode: 'scale', steps: 4, from: 0, to: 1 })],
    [
      '?mode=joint&partition=style&steps=2&range=1&zoom=1&labels=false',
      expectedGrid({ mode: 'joint', partitions: ['style'], steps: 2, range: 1 }, { zoom: 1, labels: false }),
    ],
  ]
  for (const [query, grid] of cases) {
    for (const request of [{ headers: { 'content-type': 'image/png' }, payload: image }, imagesOf(image)]) {
      const response = await app.inject({ method: 'POST', url: url + query, ...request })
      t.equal(response.statusCode, 200)
      t.match(response.headers, { 'content-type': 'image/png', vary: 'accept' })
      const picture = await pixelsOf(response.rawPayload)
      t.match(picture, { height: grid.height, width: grid.width, channels: 1 })
      t.ok(largestDifference(picture.bytes, grid.bytes) <= 1, query)
    }
  }
  const inverted = await app.inject({
    method: 'POST',
    url: '/v1/models/linear/traversal?invert=true&format=webp',
    headers: { 'content-type': 'image/png' },
    payload: await pngOf(
      original.map(value => 255 - value),
      model.image
    ),
  })
  t.equal(inverted.headers['content-type'], 'image/webp')
  t.ok(
    largestDifference(
      (await pixelsOf(inverted.rawPayload)).bytes.filter((_, i) => i % 3 === 0),
      expectedGrid({}).bytes
    ) <= 1
  )
})

t.test('what is refused', async t => {
  const cases: Array<[string, ReturnType<typeof imagesOf>, string, RegExp]> = [
    ['?latent=0,0,0', imagesOf(image), 'PVAE_INVALID_PARAMETER', /for latent/],
    ['?seed=1', imagesOf(image), 'PVAE_INVALID_PARAMETER', /for seed/],
    [
      '?partition=pose',
      imagesOf(image),
      'PVAE_INVALID_PARAMETER',
      /one of shape, style for partition but received "pose"/,
    ],
    ['?steps=32', imagesOf(image), 'PVAE_OUTPUT_TOO_LARGE', /at most 150000 pixels/],
    ['', imagesOf(image, image), 'PVAE_TOO_MANY_IMAGES', /at most 1 images/],
    ['', imagesOf(Buffer.from('text')), 'PVAE_IMAGE_UNSUPPORTED', /image\[0\]/],
    ['', imagesOf(image.subarray(0, 60)), 'PVAE_IMAGE_INVALID', /image\[0\]/],
  ]
  for (const [query, request, code, message] of cases) {
    t.match((await app.inject({ method: 'POST', url: url + query, ...request })).json(), { code, message }, query)
  }
})

t.test('Accept chooses, format wins', async t => {
  const get = (query: string, accept: string) => app.inject({ url: `${url}?steps=2${query}`, headers: { accept } })
  t.equal((await get('', 'image/webp, image/png;q=0.9')).headers['content-type'], 'image/webp')
  t.equal((await get('', 'image/webp;q=0.5, image/png;q=0.9')).headers['content-type'], 'image/png')
  t.equal((await get('&format=png', 'image/webp')).headers['content-type'], 'image/png')
  t.equal((await get('&format=webp', 'text/html')).headers['content-type'], 'image/webp')
  const refused = await get('', 'application/json')
  t.match(refused.json(), {
    statusCode: 406,
    code: 'PVAE_NOT_ACCEPTABLE',
    message: 'expected one of image/png, image/webp for Accept but received "application/json"',
  })
  t.equal(refused.headers.etag, undefined)
})
