/** Requests as good clients send them, in the mix of a busy day. */
import type { Card } from '@partition-vae/models'
import type { Random } from '../../../trainer/random/index.js'
import { imagesOf } from '../../helpers/multipart.js'
import type { Shot } from './client.js'

export interface Material {
  readonly digits: Card
  readonly photos: Card
  /** PNG, WebP: 28 × 28; JPEG: 640 × 360. */
  readonly png: readonly Buffer[]
  readonly webp: readonly Buffer[]
  readonly jpeg: readonly Buffer[]
}

export interface Kind {
  readonly name: string
  /** How often, relative to the others. */
  readonly weight: number
  make (random: Random): Shot
  /** The statuses that it may get, beside 503. */
  readonly allowed: (status: number) => boolean
}

export const json = { 'content-type': 'application/json' }
export const isSuccess = (status: number) => status === 200 || status === 304

export function pick<T> (random: Random, values: readonly T[]): T {
  return values[random.integer(values.length)]!
}

export function randomLatent (random: Random, { latentStatistics: { mean, standardDeviation } }: Card): number[] {
  return mean.map((value, unit) => value + standardDeviation[unit]! * random.normal())
}

/**
 * An inference request of the Open Inference Protocol with one float32 input, as JSON alone or with the binary tensor
 * extension.
 */
export function inferShot (
  model: string, name: string, shape: readonly number[], values: Float32Array, binary: boolean
): Shot {
  const input = { name, shape, datatype: 'FP32' }
  const path = `/v2/models/${model}/infer`
  const textOf = (content: object, more: object = {}) =>
    Buffer.from(JSON.stringify({ id: 'soak', inputs: [{ ...input, ...content }], ...more }))
  if (!binary) return { method: 'POST', path, headers: json, body: textOf({ data: [...values] }) }
  const size = { parameters: { binary_data_size: values.byteLength } }
  const header = textOf(size, { parameters: { binary_data_output: true } })
  return {
    method: 'POST',
    path,
    headers: {
      'content-type': 'application/octet-stream', 'inference-header-content-length': String(header.length),
    },
    body: Buffer.concat([header, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]),
  }
}

/** Rarer kinds cost more: together they take about as long as the frequent ones. */
export function goodTraffic ({ digits, photos, png, webp, jpeg }: Material): Kind[] {
  const routes = `/v1/models/${digits.name}`
  const versionRoutes = `${routes}/versions/${digits.version}`
  const photoRoutes = `/v1/models/${photos.name}`
  const { height, width, channels } = digits.image
  const post = (path: string, headers: Readonly<Record<string, string>>, body: Uint8Array): Shot =>
    ({ method: 'POST', path, headers, body })
  const postJson = (path: string, body: object, more: Readonly<Record<string, string>> = {}) =>
    post(path, { ...json, ...more }, Buffer.from(JSON.stringify(body)))
  const postForm = (path: string, images: readonly Buffer[]): Shot => {
    const { headers, payload } = imagesOf(...images)
    return post(path, headers, payload)
  }
  const several = (random: Random) => Array.from({ length: 1 + random.integer(4) }, () => pick(random, png))
  const good = (name: string, weight: number, make: Kind['make']): Kind => ({ name, weight, make, allowed: isSuccess })
  return [
    good('encode PNG', 40, random => post(`${routes}/encode`, { 'content-type': 'image/png' }, pick(random, png))),
    good('encode multipart', 15, random => postForm(`${routes}/encode`, several(random))),
    good('encode WebP', 5, random =>
      post(`${routes}/encode?fit=contain&invert=true`, { 'content-type': 'image/webp' }, pick(random, webp))),
    good('encode JPEG', 4, random =>
      post(`${photoRoutes}/encode`, { 'content-type': 'image/jpeg' }, pick(random, jpeg))),
    good('decode', 10, random => postJson(`${routes}/decode`, { latents: [randomLatent(random, digits)] })),
    good('decode by partition, JSON', 4, random => {
      const { name, size } = digits.partitions[0]!
      const latents = Array.from({ length: 3 }, () => ({ [name]: Array.from({ length: size }, () => random.normal()) }))
      return postJson(`${routes}/decode`, { latents }, { accept: 'application/json' })
    }),
    good('reconstruct', 5, random => postForm(`${versionRoutes}/reconstruct`, several(random))),
    good('traversal', 2, random => {
      const plan = `steps=${2 + random.integer(6)}&zoom=1&mode=${pick(random, ['unit', 'scale', 'joint'])}`
      return { method: 'GET', path: `${routes}/traversal?${plan}&seed=${random.integer(1000)}` }
    }),
    good('traversal, known already', 2, random => ({
      method: 'GET', path: `${routes}/traversal?seed=${random.integer(1000)}`, headers: { 'if-none-match': '*' },
    })),
    good('traversal of an image', 1, random =>
      post(`${routes}/traversal?steps=3&zoom=1`, { 'content-type': 'image/png' }, pick(random, png))),
    good('mix', 2, random => postForm(`${routes}/mix`, [pick(random, png), pick(random, png)])),
    good('influence', 1, () => ({ method: 'GET', path: `${routes}/influence` })),
    good('cards', 4, random => ({ method: 'GET', path: pick(random, ['/v1/models', routes, versionRoutes]) })),
    good('health', 2, random => ({
      method: 'GET',
      path: pick(random, ['/v2/health/live', '/v2/health/ready', `/v2/models/${digits.name}-encoder/ready`]),
    })),
    good('metrics', 0.2, () => ({ method: 'GET', path: '/metrics' })),
    good('infer, JSON', 3, random => {
      const latent = Float32Array.from(randomLatent(random, digits))
      return inferShot(`${digits.name}-decoder`, 'latent', [1, digits.latentSize], latent, false)
    }),
    good('infer, binary', 3, random => {
      const images = Float32Array.from({ length: 2 * channels * height * width }, () => random.uniform())
      return inferShot(`${digits.name}-encoder`, 'image', [2, channels, height, width], images, true)
    }),
  ]
}
