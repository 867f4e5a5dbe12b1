/** The requests that are raced. Both sides get the same bytes at the same paths. */
import type { Card } from '@partition-vae/models'
import { createRandom } from '../../../trainer/random/index.js'
import { multipartOf } from '../../helpers/multipart.js'
import { digitImages, photoImages } from './images.js'
import type { LoadRequest } from './load.js'
import type { BenchRepository } from './models.js'

export interface Case {
  readonly name: string
  readonly description: string
  readonly requests: readonly LoadRequest[]
  /** How far the two sides' numbers (JSON) or pixels (PNG) may be apart: they compute the same, by other decoders. */
  readonly tolerance: number
  /** The image's bytes alone, for what takes no HTTP. */
  readonly images?: readonly Buffer[]
  readonly card: Card
  /** The route that only swallows a body takes these too. */
  readonly bare: boolean
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

function post (path: string, type: string, body: Uint8Array): LoadRequest {
  return { method: 'POST', path, headers: { 'content-type': type }, body: base64(body) }
}

function postImage (path: string, image: Buffer): LoadRequest {
  const { headers, payload } = multipartOf([{ name: 'image', data: image, filename: 'image.png' }])
  return { method: 'POST', path, headers, body: base64(payload) }
}

/** Encoding one image as it is. */
export function encodeImage (card: Card, type: string, image: Uint8Array): LoadRequest {
  return post(`/v1/models/${card.name}/encode`, type, image)
}

/** Decoding one latent each. */
export function decodeLatents (card: Card): LoadRequest[] {
  return latents(card, POINTS).map(point => {
    const body = Buffer.from(JSON.stringify({ latents: [point] }))
    return post(`/v1/models/${card.name}/decode`, 'application/json', body)
  })
}

function latents (card: Card, count: number): number[][] {
  const random = createRandom(1, 'bench-latents')
  return Array.from({ length: count }, () => card.latentStatistics.mean.map((mean, unit) =>
    Number((mean + card.latentStatistics.standardDeviation[unit]! * random.normal()).toFixed(4))))
}

/** So many that hardly two are in flight at the same time: what is asked again meanwhile is drawn once. */
const POINTS = 512

export async function buildCases ({ digits, photos }: BenchRepository): Promise<Case[]> {
  const [small, large] = [await digitImages(), await photoImages()]
  const points = latents(digits, POINTS)
  return [
    {
      name: 'png-raw',
      description: 'encode a 28×28 PNG, raw body',
      card: digits,
      images: small,
      bare: true,
      tolerance: 1e-4,
      requests: small.map(image => encodeImage(digits, 'image/png', image)),
    },
    {
      name: 'png-multipart',
      description: 'encode a 28×28 PNG, multipart',
      card: digits,
      images: small,
      bare: true,
      tolerance: 1e-4,
      requests: small.map(image => postImage(`/v1/models/${digits.name}/encode`, image)),
    },
    {
      // Other filters make other pixels: the tolerance only tells "the same picture" from "another one".
      name: 'jpeg',
      description: 'encode a 640×360 JPEG to 160×96×3, raw body',
      card: photos,
      images: large,
      bare: true,
      tolerance: 0.05,
      requests: large.map(image => encodeImage(photos, 'image/jpeg', image)),
    },
    {
      name: 'decode',
      description: 'decode one latent to a 28×28 PNG',
      card: digits,
      bare: true,
      tolerance: 1,
      requests: decodeLatents(digits),
    },
    {
      name: 'traversal',
      description: 'a grid of 10 × 11 images at zoom 2, PNG',
      card: digits,
      bare: false,
      tolerance: 1,
      requests: points.map(point => ({
        method: 'GET',
        path: `/v1/models/${digits.name}/traversal?steps=11&zoom=2&labels=false&latent=${point.join(',')}`,
        headers: {},
      })),
    },
  ]
}
