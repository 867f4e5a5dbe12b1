import t from 'tap'
import { bytesFromPlanar, composeGrid, defaultZoom, pixelCount, planarFromBytes } from '@partition-vae/models'
import { pixelsOf, pngOf } from '../images.js'
import { imagesOf, largestDifference, startService } from '../service.js'

for (const channels of [1, 3] as const) {
  t.test(`${channels} channels`, async t => {
    const { app, model } = await startService(t, {
      model: { image: { height: 6, width: 4, channels }, labels: { style: 'slant' } },
    })
    const url = '/v1/models/linear/versions/1/mix'
    const [a, b] = model.images as [Uint8Array, Uint8Array]
    const [meanA, meanB] = [a, b].map(bytes => model.encode(planarFromBytes(bytes, model.image), 1).mean) as [
      Float32Array,
      Float32Array
    ]
    const request = imagesOf(await pngOf(a, model.image), await pngOf(b, model.image))
    // shape: units 0 and 1; style: unit 2.
    const shape = [meanB[0]!, meanB[1]!, meanA[2]!]
    const style = [meanA[0]!, meanA[1]!, meanB[2]!]
    const tilesOf = (...latents: Array<ArrayLike<number>>) =>
      new Uint8Array(
        Buffer.concat([
          a,
          b,
          ...latents.map(latent => bytesFromPlanar(model.decode(Float32Array.from(latent), 1), model.image)),
        ])
      )

    t.test('A, B and the mixtures, labelled', async t => {
      const cases: Array<[string, Uint8Array, string[] | undefined]> = [
        ['', tilesOf(shape, style), ['A', 'B', 'shape', 'slant']],
        ['?take=style', tilesOf(style), ['A', 'B', 'slant']],
        ['?take=style,shape', tilesOf(meanB), ['A', 'B', 'slant, shape']],
        ['?take=shape&labels=false&zoom=2', tilesOf(shape), undefined],
      ]
      for (const [query, tiles, columnLabels] of cases) {
        const response = await app.inject({ method: 'POST', url: url + query, ...request })
        t.equal(response.statusCode, 200)
        t.match(response.headers, { 'content-type': 'image/png', vary: 'accept' })
        const zoom = query.includes('zoom=2') ? 2 : defaultZoom(model.image)
        const grid = composeGrid(tiles, model.image, {
          columns: tiles.length / pixelCount(model.image),
          zoom,
          columnLabels,
        })
        const picture = await pixelsOf(response.rawPayload)
        t.match(picture, { height: grid.height, width: grid.width, channels })
        t.ok(largestDifference(picture.bytes, grid.bytes) <= 1, query)
      }
    })

    t.test('data URLs', async t => {
      const tiles = tilesOf(shape, style)
      for (const [query, accept] of [['', 'application/json'], ['?format=json', 'image/webp']] as const) {
        const response = await app.inject({
          method: 'POST',
          url: url + query,
          ...request,
          headers: { ...request.headers, accept },
        })
        const { images } = response.json<{ images: string[] }>()
        t.equal(images.length, 4)
        for (const [i, image] of images.entries()) {
          const { bytes } = await pixelsOf(Buffer.from(image.split(',')[1]!, 'base64'))
          t.ok(largestDifference(bytes, tiles.subarray(i * bytes.length, (i + 1) * bytes.length)) <= 1)
        }
      }
    })

    t.test('what is refused', async t => {
      const one = imagesOf(await pngOf(a, model.image))
      const three = imagesOf(...await Promise.all([a, b, a].map(bytes => pngOf(bytes, model.image))))
      const cases: Array<[string, typeof one, string, RegExp]> = [
        ['', one, 'PVAE_IMAGE_MISSING', /expected two images, .* for the body but received one/],
        ['', three, 'PVAE_TOO_MANY_IMAGES', /at most 2 images/],
        ['?take=pose', request, 'PVAE_INVALID_PARAMETER', /expected one of shape, style for take but received "pose"/],
        ['?take=', request, 'PVAE_INVALID_PARAMETER', /for take but received ""/],
        ['?take=shape,shape', request, 'PVAE_INVALID_PARAMETER', /each name once for take/],
        ['?steps=3', request, 'PVAE_INVALID_PARAMETER', /for steps/],
        ['?format=gif', request, 'PVAE_INVALID_PARAMETER', /png or webp or json or raw for format/],
      ]
      for (const [query, body, code, message] of cases) {
        t.match((await app.inject({ method: 'POST', url: url + query, ...body })).json(), { code, message }, query)
      }
      const gif = await app.inject({
        method: 'POST',
        url,
        ...request,
        headers: { ...request.headers, accept: 'image/gif' },
      })
      t.match(gif.json(), { statusCode: 406, code: 'PVAE_NOT_ACCEPTABLE' })
    })
  })
}

t.test('the picture is bounded before anything is drawn', async t => {
  const { app, model } = await startService(t, { limits: { outputPixels: 1000 } })
  const image = await pngOf(model.images[0]!, model.image)
  t.match((await app.inject({ method: 'POST', url: '/v1/models/linear/mix', ...imagesOf(image, image) })).json(), {
    statusCode: 400,
    code: 'PVAE_OUTPUT_TOO_LARGE',
  })
})
