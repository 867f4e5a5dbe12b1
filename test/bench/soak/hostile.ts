/** Requests as broken and malicious clients send them. */
import type { Random } from '../../../trainer/random/index.js'
import { multipartOf } from '../../helpers/multipart.js'
import { pngBomb, SVG } from '../../server/images.js'
import type { Shot } from './client.js'
import { inferShot, json, pick, randomLatent, type Kind, type Material } from './traffic.js'

const isRefusal = (status: number) => status >= 400 && status < 500

function nested (depth: number): string {
  return `{"latents":${'['.repeat(depth)}${']'.repeat(depth)}}`
}

export async function hostileTraffic ({ digits, png, webp, jpeg }: Material): Promise<Kind[]> {
  const routes = `/v1/models/${digits.name}`
  const decoder = `${digits.name}-decoder`
  const bomb = await pngBomb()
  const deep = Buffer.from(nested(100_000))
  const post = (path: string, headers: Readonly<Record<string, string>>, body: Uint8Array | string): Shot =>
    ({ method: 'POST', path, headers, body: Buffer.from(body) })
  const encode = (body: Uint8Array, type = 'image/png') => post(`${routes}/encode`, { 'content-type': type }, body)
  const decode = (body: string) => post(`${routes}/decode`, json, body)
  const form = (random: Random) => multipartOf([{ name: 'image', data: pick(random, png), filename: 'a.png' }])
  const bad = (name: string, weight: number, make: Kind['make']): Kind => ({ name, weight, make, allowed: isRefusal })
  const cut = (random: Random, whole: Buffer) =>
    whole.subarray(0, Math.floor(whole.length * (0.1 + 0.8 * random.uniform())))
  const noise = (random: Random) => Buffer.from(Array.from({ length: 400 }, () => random.integer(256)))
  return [
    bad('truncated PNG', 8, random => encode(cut(random, pick(random, png)))),
    bad('truncated JPEG', 3, random => encode(cut(random, pick(random, jpeg)), 'image/jpeg')),
    bad('truncated WebP', 3, random => encode(cut(random, pick(random, webp)), 'image/webp')),
    bad('noise after a signature', 4, random => encode(Buffer.concat([png[0]!.subarray(0, 8), noise(random)]))),
    bad('bomb', 4, () => encode(bomb)),
    bad('SVG named PNG', 2, () => encode(SVG)),
    bad('empty body', 2, () => encode(new Uint8Array())),
    bad('latents of another size', 6, random =>
      decode(JSON.stringify({ latents: [randomLatent(random, digits).slice(1)] }))),
    bad('latents that are no numbers', 4, random => decode(pick(random, [
      '{"latents":[[NaN]]}', '{"latents":[["1"]]}', '{"latents":[null]}', '{"latents":[]}', '[]', '{', '',
    ]))),
    bad('an unknown partition, __proto__', 3, random => decode(pick(random, [
      '{"latents":[{"nobody":[1]}]}', '{"latents":[{"__proto__":[1]}]}', '{"__proto__":{"latents":[]}}',
    ]))),
    bad('arrays 100,000 deep', 0.5, () => decode(deep.toString())),
    bad('multipart without a boundary', 3, random =>
      post(`${routes}/encode`, { 'content-type': 'multipart/form-data' }, form(random).payload)),
    bad('truncated multipart', 4, random => {
      const { headers, payload } = form(random)
      return post(`${routes}/encode`, headers, cut(random, payload))
    }),
    bad('fields, not files', 2, () => {
      const { headers, payload } = multipartOf(Array.from({ length: 40 }, () => ({ name: 'image', data: 'text' })))
      return post(`${routes}/encode`, headers, payload)
    }),
    bad('a file name of 100 kB', 1, random => {
      const image = { name: 'image', data: pick(random, png), filename: 'a'.repeat(1e5) }
      const { headers, payload } = multipartOf([image, { name: 'other', data: 'x' }])
      return post(`${routes}/encode`, headers, payload)
    }),
    bad('an unknown path, model, query key', 3, random => ({
      method: 'GET',
      path: pick(random, [
        '/v1/nothing', '/v1/models/nobody', `${routes}/traversal?stepz=3`, `${routes}/versions/${digits.version + 1}`,
        '/v2/models/nobody/infer', '/%E0%A4%A',
      ]),
    })),
    bad('a traversal beyond every bound', 2, random => ({
      method: 'GET',
      path: `${routes}/traversal?${pick(random, [
        'steps=33', 'zoom=9', 'range=1e308', 'latent=1,2', 'mode=all', 'steps=3&steps=4',
      ])}`,
    })),
    bad('tensors of another shape', 4, random => pick(random, [
      inferShot(decoder, 'latent', [1, digits.latentSize + 1], new Float32Array(digits.latentSize), false),
      inferShot(decoder, 'latent', [1e9, digits.latentSize], new Float32Array(digits.latentSize), true),
      inferShot(`${digits.name}-encoder`, 'pixels', [1, 1], new Float32Array(1), true),
      post(`/v2/models/${decoder}/infer`, {
        'content-type': 'application/octet-stream', 'inference-header-content-length': '99999999',
      }, '{}'),
    ])),
    {
      name: 'aborted upload',
      weight: 20,
      allowed: isRefusal,
      make: random => {
        const isMultipart = random.integer(2) === 0
        const data = pick(random, jpeg)
        const whole = isMultipart ? multipartOf([{ name: 'image', data, filename: 'a.jpg' }]) : undefined
        const body = whole?.payload ?? data
        const headers = whole?.headers ?? { 'content-type': 'image/jpeg' }
        const abortAfter = 1 + random.integer(body.length - 1)
        return { method: 'POST', path: `${routes}/encode`, headers, body, abortAfter }
      },
    },
  ]
}
