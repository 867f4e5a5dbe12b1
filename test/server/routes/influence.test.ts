import t from 'tap'
import { colourInfluence, composeGrid, defaultZoom, measureInfluence, type InfluenceScale } from '@partition-vae/models'
import { pixelsOf } from '../images.js'
import { largestDifference, startService } from '../service.js'

for (const channels of [1, 3] as const) {
  t.test(`${channels} channels: the maps of the analytic decoder`, async t => {
    const { app, model } = await startService(t, {
      model: { image: { height: 6, width: 4, channels }, labels: { shape: 'outline' } },
    })
    const { card } = model
    const expectedPicture = async (
      latent: ArrayLike<number>,
      scale: InfluenceScale,
      zoom = defaultZoom(model.image),
      labels = true
    ) => {
      const maps = await measureInfluence(
        card,
        Float32Array.from(latent),
        async (latents, n) => model.decode(latents, n),
        'planar'
      )
      return composeGrid(
        colourInfluence(maps, scale),
        { ...card.image, channels: 3 },
        { columns: 2, gap: 8, zoom, columnLabels: labels ? ['outline', 'style'] : undefined }
      )
    }
    const cases: Array<[string, Awaited<ReturnType<typeof expectedPicture>>]> = [
      ['', await expectedPicture(card.latentStatistics.mean, 'common')],
      ['?scale=own&latent=1,-1,0.5', await expectedPicture([1, -1, 0.5], 'own')],
      ['?zoom=3&labels=false', await expectedPicture(card.latentStatistics.mean, 'common', 3, false)],
      ['?format=webp', await expectedPicture(card.latentStatistics.mean, 'common')],
    ]
    for (const [query, grid] of cases) {
      const response = await app.inject(`/v1/models/linear/influence${query}`)
      t.equal(response.statusCode, 200)
      t.equal(response.headers['content-type'], query.includes('webp') ? 'image/webp' : 'image/png')
      const picture = await pixelsOf(response.rawPayload)
      t.match(picture, { height: grid.height, width: grid.width, channels: 3 })
      t.ok(largestDifference(picture.bytes, grid.bytes) <= 1, query)
    }
    const maps = await measureInfluence(
      card,
      Float32Array.of(1, -1, 0.5),
      async (latents, n) => model.decode(latents, n),
      'planar'
    )
    for (const [query, accept] of [['&format=raw', '*/*'], ['', 'application/octet-stream']] as const) {
      const url = `/v1/models/linear/influence?latent=1,-1,0.5${query}`
      const { headers, rawPayload } = await app.inject({ url, headers: { accept } })
      t.match(headers, {
        'content-type': 'application/octet-stream',
        'tensor-datatype': 'FP32',
        'tensor-shape': '2,6,4',
        vary: 'accept',
      })
      const changes = new Float32Array(new Uint8Array(rawPayload).buffer)
      t.ok(largestDifference(changes, maps.flatMap(({ change }) => [...change])) < 1e-5, 'the maps in numbers')
      const cached = await app.inject({ url, headers: { accept, 'if-none-match': String(headers.etag) } })
      t.equal(cached.statusCode, 304)
    }
    for (const [query, code, message] of [
      ['?scale=2', 'PVAE_INVALID_PARAMETER', /common or own for scale but received "2"/],
      ['?latent=1,2', 'PVAE_INVALID_LATENT', /expected 3 numbers .* for latent but received 2/],
      ['?seed=1', 'PVAE_INVALID_PARAMETER', /for seed/],
    ] as const) {
      t.match(
        (await app.inject(`/v1/models/linear/influence${query}`)).json(),
        { statusCode: 400, code, message },
        query
      )
    }
  })
}

t.test('every parameter that changes the picture changes its tag', async t => {
  const { app } = await startService(t)
  const tag = async (query: string) => (await app.inject(`/v1/models/linear/influence${query}`)).headers.etag
  const tags = await Promise.all(
    ['', '?scale=own', '?latent=0,0,0', '?zoom=2', '?labels=false', '?format=webp'].map(tag)
  )
  t.equal(new Set(tags).size, tags.length)
  t.equal(await tag('?scale=common&labels=true'), tags[0], 'defaults spelt out')
})

t.test('what it would take is bounded', async t => {
  // 2 maps of 8 × 10 pixels with a gap; 30 units × 5 steps × 80 pixels are compared.
  const model = {
    image: { height: 8, width: 10, channels: 1 },
    partitions: [
      { name: 'wide', size: 28 },
      { name: 'narrow', size: 2 },
    ],
  } as const
  const small = await startService(t, { model, limits: { outputPixels: 11_999 } })
  const response = await small.app.inject('/v1/models/linear/influence?zoom=1')
  t.match(response.json(), {
    statusCode: 400,
    code: 'PVAE_OUTPUT_TOO_LARGE',
    message: /the images that are compared but received 12000/,
  })
  const few = await startService(t, { model, limits: { requestBytes: 10_000 } })
  t.match((await few.app.inject('/v1/models/linear/influence')).json(), {
    code: 'PVAE_OUTPUT_TOO_LARGE',
    message: /at most 83 latents/,
  })
  t.match((await few.app.inject('/v1/models/linear/traversal?steps=32')).json(), {
    code: 'PVAE_OUTPUT_TOO_LARGE',
    message: /at most 83 latents for the picture but received a request for 960/,
  })
})
