import t, { type Test } from 'tap'
import sharp from 'sharp'
import { planarFromBytes } from '@partition-vae/models'
import type { EncodeResponse } from '../../../server/schemas/encode.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { imageOf, pngOf } from '../images.js'
import { imagesOf, largestDifference, startService } from '../service.js'

const { app, model } = await startService(t, { prepare: root => publishLinearModel(root, { version: 2, seed: 2 }) })
const first = model.images.slice(0, 3)
const files = await Promise.all(first.map(bytes => pngOf(bytes, model.image)))
const truth = (bytes: Uint8Array) => model.encode(planarFromBytes(bytes, model.image), 1)

function check (t: Test, encoding: EncodeResponse['encodings'][number], bytes: Uint8Array, tolerance = 1e-5) {
  const { mean, logVariance } = truth(bytes)
  t.strictSame(encoding.partitions.map(({ name }) => name), ['shape', 'style'])
  t.ok(largestDifference(encoding.partitions.flatMap(({ mean }) => mean), mean) < tolerance, 'mean')
  t.ok(
    largestDifference(
      encoding.partitions.flatMap(({ logVariance }) => logVariance),
      logVariance
    ) < tolerance,
    'logVariance'
  )
  const kl = Array.from(mean, (mu, i) => 0.5 * (mu * mu + Math.exp(logVariance[i]!) - 1 - logVariance[i]!))
  t.ok(largestDifference(encoding.partitions.map(({ kl }) => kl), [kl[0]! + kl[1]!, kl[2]!]) < 10 * tolerance, 'kl')
  t.ok(Math.abs(encoding.kl - kl[0]! - kl[1]! - kl[2]!) < 10 * tolerance, 'total kl')
}

const url = '/v1/models/linear/versions/1/encode'
const post = async (headers: Record<string, string>, payload: Buffer, query = '', path = url) => {
  const response = await app.inject({ method: 'POST', url: path + query, headers, payload })
  t.equal(response.statusCode, 200, response.body)
  return response.json<EncodeResponse>()
}

t.test('several images in one multipart request, in the order sent', async t => {
  const { headers, payload } = imagesOf(...files)
  const { model: identity, encodings } = await post(headers, payload)
  t.strictSame(identity, { name: 'linear', version: 1 })
  t.equal(encodings.length, 3)
  for (const [i, encoding] of encodings.entries()) check(t, encoding, first[i]!)
})

t.test('one raw body in each container, whatever its type claims', async t => {
  const containers = {
    'image/png': files[0]!,
    'image/webp': await imageOf(first[0]!, model.image).webp({ lossless: true }).toBuffer(),
    'application/octet-stream': files[0]!,
    'image/jpeg': files[0]!,
  }
  for (const [type, payload] of Object.entries(containers)) {
    const { encodings: [encoding] } = await post({ 'content-type': type }, payload)
    check(t, encoding!, first[0]!)
  }
})

t.test('JPEG, alpha, 16 bit and an EXIF orientation give the latents of the same image', async t => {
  const { height, width } = model.image
  const flat = new Uint8Array(24).fill(120)
  const rotated = Uint8Array.from(
    { length: 24 },
    (_, i) => first[0]![(i % height) * width + (width - 1 - Math.floor(i / height))]!
  )
  const variants: Array<[string, Buffer, Uint8Array, number]> = [
    ['JPEG', await imageOf(flat, model.image).jpeg({ quality: 100 }).toBuffer(), flat, 0.05],
    [
      'RGBA',
      await pngOf(
        Uint8Array.from({ length: 96 }, (_, i) => (i % 4 === 3 ? 255 : first[0]![i >> 2]!)),
        { ...model.image, channels: 4 }
      ),
      first[0]!,
      0.02,
    ],
    [
      '16 bit',
      await sharp(
        Uint16Array.from(first[0]!, value => value * 257),
        { raw: { height, width, channels: 1 } }
      )
        .toColourspace('grey16')
        .png()
        .toBuffer(),
      first[0]!,
      1e-5,
    ],
    [
      'orientation 6',
      await imageOf(rotated, { height: width, width: height, channels: 1 })
        .withMetadata({ orientation: 6 })
        .webp({ lossless: true })
        .toBuffer(),
      first[0]!,
      1e-5,
    ],
  ]
  for (const [name, payload, pixels, tolerance] of variants) {
    t.comment(name)
    const { encodings: [encoding] } = await post({ 'content-type': 'application/octet-stream' }, payload)
    check(t, encoding!, pixels, tolerance)
  }
})

t.test('fit and invert', async t => {
  const inverted = await post(
    { 'content-type': 'image/png' },
    await pngOf(
      first[0]!.map(value => 255 - value),
      model.image
    ),
    '?invert=true'
  )
  check(t, inverted.encodings[0]!, first[0]!)
  const tall = new Uint8Array([...new Uint8Array(12).fill(77), ...first[0]!, ...new Uint8Array(12).fill(99)])
  const covered = await post(
    { 'content-type': 'image/png' },
    await pngOf(tall, { height: 12, width: 4, channels: 1 }),
    '?fit=cover'
  )
  check(t, covered.encodings[0]!, first[0]!)
})

t.test('the version that is asked for answers, the highest by default', async t => {
  const highest = await post({ 'content-type': 'image/png' }, files[0]!, '', '/v1/models/linear/encode')
  t.strictSame(highest.model, { name: 'linear', version: 2 })
  const named = await post({ 'content-type': 'image/png' }, files[0]!, '', '/v1/models/linear/versions/2/encode')
  t.strictSame(named, highest)
  t.notSame((await post({ 'content-type': 'image/png' }, files[0]!)).encodings, highest.encodings)
})
