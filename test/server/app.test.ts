import { connect } from 'node:net'
import t from 'tap'
import type { InjectOptions } from 'fastify'
import { imageOf, pngBomb, pngOf, readDigit, SVG } from './images.js'
import { imagesOf, multipartOf, startService } from './service.js'

const limits = {
  imageBytes: 20_000,
  requestBytes: 60_000,
  jsonBytes: 10_000,
  imagesPerRequest: 4,
  latentsPerRequest: 5,
  inputPixels: 40e6,
  outputPixels: 60_000,
}
const { app, model } = await startService(t, { limits })
const digit = await readDigit()
const image = await pngOf(model.images[0]!, model.image)
const noise = (height: number, width: number) => Uint8Array.from({ length: height * width }, (_, i) => (i * 7919) % 251)
const large = await imageOf(noise(160, 160), { height: 160, width: 160, channels: 1 })
  .png({ compressionLevel: 0 })
  .toBuffer()

const model1 = '/v1/models/linear'
const raw = (payload: Buffer | string, type = 'image/png', query = ''): InjectOptions =>
  ({ method: 'POST', url: `${model1}/encode${query}`, headers: { 'content-type': type }, payload })
const form = (request: ReturnType<typeof multipartOf>, path = '/encode'): InjectOptions => ({
  method: 'POST',
  url: model1 + path,
  ...request,
})
const latents = (payload: object | string, headers: Record<string, string> = {}): InjectOptions =>
  ({ method: 'POST', url: `${model1}/decode`, headers: { 'content-type': 'application/json', ...headers }, payload })
const traversal = (query: string): InjectOptions => ({ method: 'GET', url: `${model1}/traversal?${query}` })
const part = (data: Uint8Array | string, other: object = {}) => ({ name: 'image', filename: 'a.png', data, ...other })
const nested = (depth: number) => `{"latents":${'['.repeat(depth)}${']'.repeat(depth)}}`

const cases: Array<[string, InjectOptions, number, string, RegExp]> = [
  // No image, or none that is one.
  [
    'no body',
    { method: 'POST', url: `${model1}/encode` },
    400,
    'PVAE_IMAGE_MISSING',
    /^expected multipart\/form-data or an image for the body/,
  ],
  ['an empty raw body', raw(''), 400, 'PVAE_IMAGE_MISSING', /image\[0\] but received 0 bytes/],
  ['multipart without parts', form(multipartOf([])), 400, 'PVAE_IMAGE_MISSING', /at least one file part named image/],
  [
    'an empty multipart body',
    { ...raw('', 'multipart/form-data; boundary=x') },
    400,
    'PVAE_IMAGE_MISSING',
    /at least one file part/,
  ],
  [
    'an empty part',
    form(imagesOf(image, Buffer.alloc(0))),
    400,
    'PVAE_IMAGE_MISSING',
    /image\[1\] but received 0 bytes/,
  ],
  [
    'text, honest',
    raw('hello', 'text/plain'),
    415,
    'PVAE_UNSUPPORTED_MEDIA_TYPE',
    /for Content-Type but received "text\/plain"/,
  ],
  [
    'text that says it is PNG',
    raw('hello'),
    415,
    'PVAE_IMAGE_UNSUPPORTED',
    /^expected PNG, JPEG or WebP for image\[0\]/,
  ],
  ['text in a part', form(multipartOf([part(image), part('hello')])), 415, 'PVAE_IMAGE_UNSUPPORTED', /image\[1\]/],
  ['JSON to encode', raw('{"a":1}', 'application/json'), 415, 'PVAE_UNSUPPORTED_MEDIA_TYPE', /application\/json/],
  [
    'a form that is not multipart',
    raw('image=1', 'application/x-www-form-urlencoded'),
    415,
    'PVAE_UNSUPPORTED_MEDIA_TYPE',
    /urlencoded/,
  ],
  ['an SVG', raw(SVG, 'image/svg+xml'), 415, 'PVAE_IMAGE_UNSUPPORTED', /image\[0\] but received an SVG file/],
  ['an SVG that says it is PNG', raw(SVG), 415, 'PVAE_IMAGE_UNSUPPORTED', /image\[0\]/],
  ['an SVG part that says it is PNG', form(imagesOf(SVG)), 415, 'PVAE_IMAGE_UNSUPPORTED', /image\[0\]/],
  [
    'a truncated PNG',
    raw(digit.subarray(0, digit.length - 40)),
    400,
    'PVAE_IMAGE_INVALID',
    /image\[0\].*do not decode/,
  ],
  [
    'a truncated PNG to reconstruct',
    { ...raw(digit.subarray(0, 60)), url: `${model1}/reconstruct` },
    400,
    'PVAE_IMAGE_INVALID',
    /image\[0\]/,
  ],
  ['a PNG of 30,000 × 30,000', raw(await pngBomb()), 413, 'PVAE_IMAGE_TOO_LARGE', /at most 40000000 pixels/],
  // Multipart that is not what it should be.
  [
    'multipart without a boundary',
    raw('x', 'multipart/form-data'),
    400,
    'PVAE_INVALID_MULTIPART',
    /can not be read.*[Bb]oundary/,
  ],
  [
    'truncated multipart',
    form({ ...imagesOf(image), payload: imagesOf(image).payload.subarray(0, 150) }),
    400,
    'PVAE_INVALID_MULTIPART',
    /can not be read/,
  ],
  [
    'another file part',
    form(multipartOf([part(image, { name: 'picture' }), part(image)])),
    400,
    'PVAE_INVALID_MULTIPART',
    /the name image for a file part but received "picture"/,
  ],
  [
    'a field',
    form(multipartOf([{ name: 'fit', data: 'cover' }, part(image)])),
    400,
    'PVAE_INVALID_MULTIPART',
    /a field named "fit"/,
  ],
  [
    'a prototype as a field',
    form(multipartOf([{ name: '__proto__', data: 'x' }, part(image)])),
    400,
    'PVAE_INVALID_MULTIPART',
    /./,
  ],
  [
    'one image too many',
    form(imagesOf(...Array.from({ length: 5 }, () => image))),
    413,
    'PVAE_TOO_MANY_IMAGES',
    /at most 4 images/,
  ],
  [
    'many images too many',
    form(imagesOf(...Array.from({ length: 60 }, () => image))),
    413,
    'PVAE_TOO_MANY_IMAGES',
    /at most 4 images/,
  ],
  [
    'fields without end',
    form(multipartOf(Array.from({ length: 100 }, (_, i) => ({ name: `f${i}`, data: '' })))),
    400,
    'PVAE_INVALID_MULTIPART',
    /./,
  ],
  [
    'a part that is too large',
    form(imagesOf(image, large, image)),
    413,
    'PVAE_BODY_TOO_LARGE',
    /at most 20000 bytes for image\[1\]/,
  ],
  ['a raw body that is too large', raw(large), 413, 'PVAE_BODY_TOO_LARGE', /at most 20000 bytes for the body/],
  [
    'a multipart body that is too large',
    form(imagesOf(large, large, large)),
    413,
    'PVAE_BODY_TOO_LARGE',
    /at most 60000 bytes for the body but received \d+/,
  ],
  // Latents.
  ['no latents', latents({}), 400, 'PVAE_INVALID_BODY', /^expected a value for latents but received nothing/],
  ['latents of no length', latents({ latents: [] }), 400, 'PVAE_INVALID_BODY', /at least 1 elements? for latents/],
  [
    'too many latents',
    latents({ latents: Array.from({ length: 6 }, () => [0, 0, 0]) }),
    400,
    'PVAE_INVALID_BODY',
    /at most 5 elements for latents/,
  ],
  [
    'a latent that is too short',
    latents({ latents: [[1, 2]] }),
    400,
    'PVAE_INVALID_LATENT',
    /^expected 3 numbers .* for latents\[0\] but received 2/,
  ],
  [
    'a latent that is too long',
    latents({
      latents: [
        [1, 2, 3],
        [1, 2, 3, 4],
      ],
    }),
    400,
    'PVAE_INVALID_LATENT',
    /latents\[1\] but received 4/,
  ],
  [
    'a partition of another length',
    latents({ latents: [{ shape: [1] }] }),
    400,
    'PVAE_INVALID_LATENT',
    /latents\[0\]\.shape but received 1/,
  ],
  [
    'NaN, which is not JSON',
    latents('{"latents":[[NaN,0,0]]}'),
    400,
    'PVAE_INVALID_BODY',
    /not valid JSON|can not be read/,
  ],
  [
    'null',
    latents({ latents: [[null, 0, 0]] }),
    400,
    'PVAE_INVALID_BODY',
    /^expected a number for latents\[0\]\[0\] but received null/,
  ],
  [
    'text for a number',
    latents({ latents: [['1', 0, 0]] }),
    400,
    'PVAE_INVALID_BODY',
    /latents\[0\]\[0\] but received "1"/,
  ],
  [
    'a number beyond float32',
    latents('{"latents":[[1e308,0,0]]}'),
    400,
    'PVAE_INVALID_LATENT',
    /finite float32 for latents\[0\]\[0\] but received 1e\+308/,
  ],
  ['a number beyond all', latents('{"latents":[[0,1e999,0]]}'), 400, 'PVAE_INVALID_BODY', /latents\[0\]\[1\]/],
  [
    'an unknown partition',
    latents({ latents: [{ pose: [1] }] }),
    400,
    'PVAE_UNKNOWN_PARTITION',
    /one of shape, style for partition of latents\[0\] but received "pose"/,
  ],
  ['an unknown key', latents({ latents: [[0, 0, 0]], zoom: 2 }), 400, 'PVAE_INVALID_BODY', /no such field for zoom/],
  ['a prototype', latents('{"latents":[{"__proto__":[1]}]}'), 400, 'PVAE_INVALID_BODY', /./],
  ['arrays in arrays', latents(nested(4_900)), 400, 'PVAE_INVALID_BODY', /./],
  ['no JSON', latents('latents'), 400, 'PVAE_INVALID_BODY', /./],
  ['nothing', latents(''), 400, 'PVAE_INVALID_BODY', /expected JSON for the body but received nothing/],
  [
    'JSON that is too large',
    latents({ latents: [new Array(9_000).fill(0)] }),
    413,
    'PVAE_BODY_TOO_LARGE',
    /at most 10000 bytes/,
  ],
  [
    'an image to decode',
    { ...latents(''), headers: { 'content-type': 'image/png' }, payload: image },
    415,
    'PVAE_UNSUPPORTED_MEDIA_TYPE',
    /image\/png/,
  ],
  [
    'an answer that there is not',
    latents({ latents: [[0, 0, 0]] }, { accept: 'image/gif' }),
    406,
    'PVAE_NOT_ACCEPTABLE',
    /one of image\/png, image\/webp, application\/json, application\/octet-stream for Accept/,
  ],
  // Queries.
  [
    'an unknown fit',
    raw(image, 'image/png', '?fit=stretch'),
    400,
    'PVAE_INVALID_PARAMETER',
    /fill or contain or cover for fit but received "stretch"/,
  ],
  [
    'invert that is no boolean',
    raw(image, 'image/png', '?invert=1'),
    400,
    'PVAE_INVALID_PARAMETER',
    /a boolean for invert but received "1"/,
  ],
  [
    'an unknown query key',
    raw(image, 'image/png', '?size=3'),
    400,
    'PVAE_INVALID_PARAMETER',
    /for size but received "3"/,
  ],
  [
    'a parameter twice',
    raw(image, 'image/png', '?fit=fill&fit=cover'),
    400,
    'PVAE_INVALID_PARAMETER',
    /for fit but received \["fill","cover"\]/,
  ],
  [
    'an unknown mode',
    traversal('mode=spiral'),
    400,
    'PVAE_INVALID_PARAMETER',
    /unit or scale or joint for mode but received "spiral"/,
  ],
  ['too few steps', traversal('steps=1'), 400, 'PVAE_INVALID_PARAMETER', /for steps but received 1/],
  ['too many steps', traversal('steps=33'), 400, 'PVAE_INVALID_PARAMETER', /for steps but received 33/],
  ['half a step', traversal('steps=2.5'), 400, 'PVAE_INVALID_PARAMETER', /an integer for steps but received 2.5/],
  ['no steps', traversal('steps='), 400, 'PVAE_INVALID_PARAMETER', /for steps but received ""/],
  ['no range', traversal('range=0'), 400, 'PVAE_INVALID_PARAMETER', /for range but received 0/],
  ['a range too wide', traversal('range=11'), 400, 'PVAE_INVALID_PARAMETER', /for range but received 11/],
  [
    'a range without end',
    traversal('range=Infinity'),
    400,
    'PVAE_INVALID_PARAMETER',
    /for range but received "Infinity"/,
  ],
  [
    'factors out of range',
    traversal('mode=scale&from=-11'),
    400,
    'PVAE_INVALID_PARAMETER',
    /for from but received -11/,
  ],
  ['too much zoom', traversal('zoom=9'), 400, 'PVAE_INVALID_PARAMETER', /for zoom but received 9/],
  ['another format', traversal('format=gif'), 400, 'PVAE_INVALID_PARAMETER', /png or webp for format/],
  [
    'a partition that there is not',
    traversal('partition=shape,pose'),
    400,
    'PVAE_INVALID_PARAMETER',
    /for partition but received "pose"/,
  ],
  [
    'a partition twice',
    traversal('partition=shape,shape'),
    400,
    'PVAE_INVALID_PARAMETER',
    /each name once for partition/,
  ],
  ['no partition', traversal('partition='), 400, 'PVAE_INVALID_PARAMETER', /for partition/],
  [
    'a base that is too short',
    traversal('latent=1,2'),
    400,
    'PVAE_INVALID_LATENT',
    /expected 3 numbers .* for latent but received 2/,
  ],
  ['a base with NaN', traversal('latent=1,NaN,2'), 400, 'PVAE_INVALID_LATENT', /latent\[1\] but received NaN/],
  ['a base too far', traversal('latent=1,1e308,2'), 400, 'PVAE_INVALID_LATENT', /latent\[1\]/],
  ...['Infinity', '-Infinity', '%2BInfinity', '1e999', '-1e999', '3.5e38', '0x10', '1_0', 'one', ''].flatMap(number =>
    ['traversal', 'influence'].map((path): (typeof cases)[number] => [
      `a base of ${number} for ${path}`,
      { method: 'GET', url: `${model1}/${path}?latent=1,${number},2` },
      400,
      'PVAE_INVALID_LATENT',
      /finite float32 for latent\[1\]/,
    ])
  ),
  [
    'a base for the traversal of an image',
    { ...raw(image), url: `${model1}/traversal?latent=Infinity,0,0` },
    400,
    'PVAE_INVALID_PARAMETER',
    /no such field for latent/,
  ],
  [
    'a range beyond all, of an image',
    { ...raw(image), url: `${model1}/traversal?range=1e999` },
    400,
    'PVAE_INVALID_PARAMETER',
    /for range/,
  ],
  [
    'Infinity, which is not JSON',
    latents('{"latents":[[0,Infinity,0]]}'),
    400,
    'PVAE_INVALID_BODY',
    /can not be read/,
  ],
  [
    'a number of a partition beyond all',
    latents('{"latents":[{"shape":[0,-1e999]}]}'),
    400,
    'PVAE_INVALID_BODY',
    /latents\[0\]/,
  ],
  [
    'a format that no picture has',
    { ...traversal('steps=2'), headers: { accept: 'application/json' } },
    406,
    'PVAE_NOT_ACCEPTABLE',
    /one of image\/png, image\/webp for Accept/,
  ],
  [
    'an unknown key for the list',
    { method: 'GET', url: '/v1/models?page=2' },
    400,
    'PVAE_INVALID_PARAMETER',
    /for page but received "2"/,
  ],
  [
    'an unknown key for a card',
    { method: 'GET', url: '/v1/models/linear?page=2' },
    400,
    'PVAE_INVALID_PARAMETER',
    /for page/,
  ],
  [
    'an unknown key for decode',
    { ...latents({ latents: [[0, 0, 0]] }), url: `${model1}/decode?zoom=2` },
    400,
    'PVAE_INVALID_PARAMETER',
    /for zoom/,
  ],
  [
    'versions of an unknown model',
    { method: 'GET', url: '/v1/models/nothing/versions' },
    404,
    'PVAE_MODEL_NOT_FOUND',
    /"nothing"/,
  ],
  ['two bases', traversal('latent=1,2,3&seed=1'), 400, 'PVAE_INVALID_PARAMETER', /latent or seed/],
  ['a seed below 0', traversal('seed=-1'), 400, 'PVAE_INVALID_PARAMETER', /for seed but received -1/],
  ['an unknown traversal key', traversal('step=3'), 400, 'PVAE_INVALID_PARAMETER', /for step but received "3"/],
  [
    'a picture that is too large',
    traversal('steps=32&zoom=8'),
    400,
    'PVAE_OUTPUT_TOO_LARGE',
    /at most 60000 pixels for the picture/,
  ],
  // What there is not.
  [
    'an unknown model',
    { method: 'GET', url: '/v1/models/mnist-9' },
    404,
    'PVAE_MODEL_NOT_FOUND',
    /one of linear for model but received "mnist-9"/,
  ],
  [
    'an unknown model to encode',
    { ...raw(image), url: '/v1/models/nothing/encode' },
    404,
    'PVAE_MODEL_NOT_FOUND',
    /"nothing"/,
  ],
  [
    'an unknown model, multipart',
    { ...form(imagesOf(image)), url: '/v1/models/nothing/encode' },
    404,
    'PVAE_MODEL_NOT_FOUND',
    /"nothing"/,
  ],
  [
    'an unknown model to decode',
    { ...latents({ latents: [[0, 0, 0]] }), url: '/v1/models/nothing/decode' },
    404,
    'PVAE_MODEL_NOT_FOUND',
    /"nothing"/,
  ],
  [
    'an unknown version',
    { method: 'GET', url: '/v1/models/linear/versions/9/traversal' },
    404,
    'PVAE_VERSION_NOT_FOUND',
    /one of 1 for version of linear but received 9/,
  ],
  [
    'a version that is no number',
    { method: 'GET', url: '/v1/models/linear/versions/latest' },
    400,
    'PVAE_INVALID_PARAMETER',
    /an integer for version but received "latest"/,
  ],
  [
    'a version below 1',
    { method: 'GET', url: '/v1/models/linear/versions/0' },
    400,
    'PVAE_INVALID_PARAMETER',
    /for version but received 0/,
  ],
  [
    'a way out of the repository',
    { method: 'GET', url: '/v1/models/..%2f..%2fetc' },
    404,
    'PVAE_MODEL_NOT_FOUND',
    /./,
  ],
  [
    'an unknown route',
    { method: 'GET', url: '/v1/modles?x=1' },
    404,
    'PVAE_ROUTE_NOT_FOUND',
    /^There is no GET \/v1\/modles; /,
  ],
  [
    'an unknown method',
    { method: 'DELETE', url: '/v1/models/linear' },
    405,
    'PVAE_METHOD_NOT_ALLOWED',
    /^expected GET or HEAD or OPTIONS for the method of .* but received DELETE$/,
  ],
  [
    'an unknown method of an unknown route',
    { method: 'DELETE', url: '/v1/modles' },
    404,
    'PVAE_ROUTE_NOT_FOUND',
    /no DELETE/,
  ],
  ['a path that is not one', { method: 'GET', url: '/v1/models/%E0%A4%A' }, 400, 'PVAE_BAD_REQUEST', /./],
]

for (const [name, request, statusCode, code, message] of cases) {
  t.test(name, async t => {
    const response = await app.inject(request)
    t.match(response.headers['content-type'], /^application\/json/)
    const body = response.json()
    t.strictSame(Object.keys(body), ['statusCode', 'code', 'error', 'message'])
    t.match(body, { statusCode, code, message }, JSON.stringify(body))
    t.equal(response.statusCode, statusCode)
  })
}

t.test('after all of that the service answers', async t => {
  const response = await app.inject(raw(image))
  t.equal(response.statusCode, 200)
  t.equal(response.json().encodings.length, 1)
  t.equal((await app.inject('/v2/health/ready')).statusCode, 200)
  t.equal((await app.inject(latents({ latents: [[0, 0, 0]] }))).statusCode, 200)
})

t.test('the strip that reconstruct would give is bounded too', async t => {
  const small = await startService(t, { limits: { outputPixels: 30 } })
  const response = await small.app.inject({
    method: 'POST',
    url: '/v1/models/linear/reconstruct',
    ...imagesOf(image, image),
  })
  t.match(response.json(), { statusCode: 400, code: 'PVAE_OUTPUT_TOO_LARGE' })
})

t.test('what is not HTTP gets an answer in the same form', async t => {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as { port: number }
  const exchange = (text: string) => new Promise<string>((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket
      .setEncoding('utf8')
      .on('data', chunk => {
        answer += chunk
      })
      .on('error', reject)
      .on('close', () => resolve(answer))
  })
  const garbage = await exchange('NONSENSE\r\n\r\n')
  t.match(garbage, /^HTTP\/1.1 400 Bad Request\r\n/)
  t.match(JSON.parse(garbage.split('\r\n\r\n')[1]!), {
    statusCode: 400,
    code: 'PVAE_BAD_REQUEST',
    error: 'Bad Request',
    message: /HTTP/,
  })
  const headers = await exchange(`GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`)
  t.match(headers, /^HTTP\/1.1 431 .*PVAE_HEADERS_TOO_LARGE/s)
})
