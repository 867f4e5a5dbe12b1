/** Valid requests of every kind of body, and how each is damaged. */
import sharp from 'sharp'
import type { Card } from '@partition-vae/models'
import { createRandom, type Random } from '../../../trainer/random/index.js'
import { inferShot, json } from '../../bench/soak/traffic.js'
import type { Shot } from '../../bench/soak/client.js'
import { multipartOf } from '../../helpers/multipart.js'
import { mutateBytes, mutateJson, mutatePng, pick } from './mutate.js'

export interface Seed {
  readonly name: string
  /** Answered with 200 by a service that has the route. */
  readonly valid: Shot
  damage (random: Random): Shot
}

const IMAGE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'application/octet-stream']

/** Every kind of PNG, JPEG and WebP that decoders treat apart. */
async function imageFiles (): Promise<Array<{ name: string, type: string, bytes: Buffer }>> {
  const random = createRandom(1, 'fuzz-images')
  const raw = (height: number, width: number, channels: 1 | 2 | 3 | 4) => {
    const image = sharp(
      Uint8Array.from({ length: height * width * channels }, () => random.integer(256)),
      { raw: { height, width, channels } }
    )
    return channels <= 2 ? image.toColourspace('b-w') : image
  }
  const files: Array<[string, string, Promise<Buffer>]> = [
    ['grey PNG', 'image/png', raw(28, 28, 1).png().toBuffer()],
    ['grey PNG with alpha', 'image/png', raw(28, 28, 2).png().toBuffer()],
    ['RGB PNG, interlaced', 'image/png', raw(33, 31, 3).png({ progressive: true }).toBuffer()],
    ['RGBA PNG', 'image/png', raw(24, 32, 4).png().toBuffer()],
    ['palette PNG', 'image/png', raw(28, 28, 3).png({ palette: true, colours: 16 }).toBuffer()],
    ['16-bit PNG', 'image/png', raw(28, 28, 3).toColourspace('rgb16').png().toBuffer()],
    ['JPEG', 'image/jpeg', raw(90, 120, 3).jpeg().toBuffer()],
    [
      'progressive JPEG, turned by EXIF',
      'image/jpeg',
      raw(64, 48, 3)
        .withMetadata({ orientation: 6 })
        .jpeg({ progressive: true, chromaSubsampling: '4:4:4' })
        .toBuffer(),
    ],
    ['grey JPEG', 'image/jpeg', raw(28, 28, 1).jpeg().toBuffer()],
    ['CMYK JPEG', 'image/jpeg', raw(40, 40, 3).toColourspace('cmyk').jpeg().toBuffer()],
    ['WebP', 'image/webp', raw(40, 40, 3).webp().toBuffer()],
    ['lossless WebP with alpha', 'image/webp', raw(30, 30, 4).webp({ lossless: true }).toBuffer()],
  ]
  return await Promise.all(files.map(async ([name, type, bytes]) => ({ name, type, bytes: await bytes })))
}

/** @param cards models to aim at, each with its routes */
export async function createSeeds (cards: readonly Card[]): Promise<Seed[]> {
  const files = await imageFiles()
  const seeds: Seed[] = []
  const damageImage = (random: Random, type: string, bytes: Buffer) =>
    type === 'image/png' && random.integer(2) === 0
      ? mutatePng(random, bytes)
      : mutateBytes(random, bytes, pick(random, files).bytes)

  for (const card of cards) {
    const routes = `/v1/models/${card.name}`
    for (const { name, type, bytes } of files) {
      const shot = (headers: Shot['headers'], body: Uint8Array, path = `${routes}/encode`): Shot => ({
        method: 'POST',
        path,
        headers: headers!,
        body,
      })
      seeds.push({
        name: `${name}, raw, ${card.name}`,
        valid: shot({ 'content-type': type }, bytes),
        damage: random =>
          shot(
            { 'content-type': random.integer(8) === 0 ? pick(random, IMAGE_TYPES) : type },
            damageImage(random, type, bytes),
            pick(random, [
              `${routes}/encode`,
              `${routes}/encode?fit=cover`,
              `${routes}/encode?fit=contain&invert=true`,
              `${routes}/reconstruct`,
              `${routes}/traversal?steps=2&zoom=1`,
            ])
          ),
      })
      const form = multipartOf([
        { name: 'image', data: bytes, filename: 'a' },
        { name: 'image', data: files[0]!.bytes, filename: 'b.png' },
      ])
      seeds.push({
        name: `${name}, multipart, ${card.name}`,
        valid: shot(form.headers, form.payload),
        damage: random => {
          const path = pick(random, [`${routes}/encode`, `${routes}/reconstruct`, `${routes}/mix`])
          if (random.integer(2) === 0) return shot(form.headers, mutateBytes(random, form.payload, bytes), path)
          const { headers, payload } = multipartOf([
            { name: 'image', data: damageImage(random, type, bytes), filename: 'a' },
            { name: 'image', data: bytes, filename: 'b' },
          ])
          return shot(headers, payload, path)
        },
      })
    }
    seeds.push(...jsonSeeds(card), ...inferSeeds(card))
  }
  return seeds
}

function jsonSeeds (card: Card): Seed[] {
  const flat = { latents: [card.latentStatistics.mean, Array(card.latentSize).fill(0.5)] }
  const named = { latents: [Object.fromEntries(card.partitions.map(({ name, size }) => [name, Array(size).fill(-1)]))] }
  const routes = ['decode', ...card.files.layers === undefined ? [] : ['layers']]
  return routes.flatMap(route => [flat, named].map((value, i): Seed => {
    const path = `/v1/models/${card.name}/${route}`
    return {
      name: `${i === 0 ? 'flat latents' : 'latents by partition'}, ${route} of ${card.name}`,
      valid: { method: 'POST', path, headers: json, body: Buffer.from(JSON.stringify(value)) },
      damage: random => ({
        method: 'POST',
        path,
        headers: {
          ...json,
          accept: pick(random, ['image/png', 'application/json', 'image/webp', 'application/octet-stream']),
        },
        body: mutateJson(random, value),
      }),
    }
  }))
}

function inferSeeds ({ name, latentSize, image: { height, width, channels } }: Card): Seed[] {
  const latent = Float32Array.from({ length: 2 * latentSize }, (_, i) => i / 4)
  const image = Float32Array.from({ length: channels * height * width }, (_, i) => i % 256 / 255)
  const tensors = [
    { model: `${name}-decoder`, input: 'latent', shape: [2, latentSize], values: latent },
    { model: `${name}-encoder`, input: 'image', shape: [1, channels, height, width], values: image },
  ]
  return tensors.flatMap(({ model, input, shape, values }): Seed[] => {
    const plain = inferShot(model, input, shape, values, false)
    const binary = inferShot(model, input, shape, values, true)
    const whole = Buffer.from(binary.body!)
    const headerLength = Number(binary.headers!['inference-header-content-length'])
    const header = JSON.parse(whole.toString('utf8', 0, headerLength))
    return [
      {
        name: `JSON tensors, ${model}`,
        valid: plain,
        damage: random => ({ ...plain, body: mutateJson(random, JSON.parse(Buffer.from(plain.body!).toString())) }),
      },
      {
        name: `binary tensors, ${model}`,
        valid: binary,
        damage: random => {
          if (random.integer(3) === 0) return { ...binary, body: mutateBytes(random, whole, whole) }
          const damaged = mutateJson(random, header)
          const tail =
            random.integer(2) === 0
              ? whole.subarray(headerLength)
              : mutateBytes(random, whole.subarray(headerLength), whole)
          const length =
            random.integer(4) === 0
              ? pick(random, ['-1', '0', '1', '1e3', 'x', '4294967296', ''])
              : String(damaged.length)
          return {
            ...binary,
            headers: { ...binary.headers, 'inference-header-content-length': length },
            body: Buffer.concat([damaged, tail]),
          }
        },
      },
    ]
  })
}
