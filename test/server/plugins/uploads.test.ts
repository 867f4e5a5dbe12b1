import t from 'tap'
import { imageOf, pngOf } from '../images.js'
import { multipartOf, startService } from '../service.js'

const { app, model } = await startService(t)
const png = await pngOf(model.images[0]!, model.image)
const webp = await imageOf(model.images[0]!, model.image).webp({ lossless: true }).toBuffer()
const url = '/v1/models/linear/encode'
const raw = (payload: Buffer, type?: string) =>
  app.inject({ method: 'POST', url, headers: { ...(type !== undefined && { 'content-type': type }) }, payload })
const truth = (await raw(png, 'image/png')).json()

t.test('a part named image needs no file name, nor a type', async t => {
  const boundary = 'x'
  const bodyOf = (...heads: string[]) =>
    Buffer.concat([
      ...heads.flatMap(head => [Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), png, Buffer.from('\r\n')]),
      Buffer.from(`--${boundary}--\r\n`),
    ])
  const disposition = 'Content-Disposition: form-data; name="image"'
  const heads = [
    disposition,
    `${disposition}\r\nContent-Type: image/png`,
    `${disposition}\r\nContent-Type: text/plain`,
    `${disposition}; filename=""`,
    `${disposition}; filename="a"\r\nContent-Type: application/octet-stream`,
  ]
  for (const head of heads) {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
      payload: bodyOf(head),
    })
    t.equal(answer.statusCode, 200, head)
    t.strictSame(answer.json(), truth, head)
  }
  const both = await app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    payload: bodyOf(heads[0]!, heads[4]!),
  })
  t.equal(both.json().encodings.length, 2)
  const text = await app.inject({ method: 'POST', url, ...multipartOf([{ name: 'image', data: 'hello' }]) })
  t.match(text.json(), { statusCode: 415, code: 'PVAE_IMAGE_UNSUPPORTED' })
  const other = await app.inject({ method: 'POST', url, ...multipartOf([{ name: 'picture', data: png }]) })
  t.match(other.json(), { statusCode: 400, code: 'PVAE_INVALID_MULTIPART', message: /a field named "picture"/ })
})

t.test('what a raw body is called is a claim: the bytes decide', async t => {
  for (const type of [
    'image/jpg',
    'image/pjpeg',
    'image/x-png',
    'IMAGE/PNG',
    'image/gif',
    'image/heic',
    'image/svg+xml',
    'image/*',
    'image/png; q=1',
    'binary/octet-stream',
    'application/octet-stream',
    undefined,
  ]) {
    for (const bytes of [png, webp]) {
      const answer = await raw(bytes, type)
      t.equal(answer.statusCode, 200, String(type))
      t.strictSame(answer.json(), truth, String(type))
    }
  }
})

t.test('what is no image says what it is', async t => {
  const gif = await imageOf(model.images[0]!, model.image).gif().toBuffer()
  for (const type of ['image/gif', 'image/png', 'application/octet-stream', undefined]) {
    t.match(
      (await raw(gif, type)).json(),
      {
        statusCode: 415,
        code: 'PVAE_IMAGE_UNSUPPORTED',
        message: 'expected PNG, JPEG or WebP for image[0] but received a GIF file',
      },
      String(type)
    )
  }
  t.match(
    (
      await app.inject({
        method: 'POST',
        url,
        ...multipartOf([
          { name: 'image', data: png },
          { name: 'image', data: gif },
        ]),
      })
    ).json(),
    { message: /for image\[1\] but received a GIF file/ }
  )
  for (const type of ['text/plain', 'application/json', 'imagery/png', 'application/octet-streams']) {
    t.match((await raw(png, type)).json(), { statusCode: 415, code: 'PVAE_UNSUPPORTED_MEDIA_TYPE' }, type)
  }
  t.match((await raw(Buffer.from('hello'))).json(), {
    statusCode: 415,
    code: 'PVAE_IMAGE_UNSUPPORTED',
    message: /bytes that are none of these/,
  })
})
