/** All that the page asks of the service. Paths are relative to the page, so that they hold under a prefix. */
import { signal } from '@preact/signals'
import { readLayers, type Layers } from '../core/layers.js'
import { parseSample, type Sample } from '../core/sample.js'
import type { Partition } from '../core/scene.js'

export interface ModelSummary {
  readonly name: string
  readonly version: number
  readonly versions: readonly number[]
  readonly description: string
}

export interface Card {
  readonly name: string
  readonly version: number
  readonly description: string
  readonly image: { readonly height: number, readonly width: number, readonly channels: number }
  readonly latentSize: number
  readonly partitions: readonly Partition[]
  readonly latentStatistics: { readonly mean: readonly number[], readonly standardDeviation: readonly number[] }
  readonly metrics: { readonly test?: Measures, readonly validation?: Measures }
  readonly links: { readonly layers?: string, readonly sample?: string, readonly report?: string }
}

interface Measures {
  readonly klByPartition?: Readonly<Record<string, number>>
  readonly deadPartitions?: readonly string[]
}

/** What the service refused, in its own words. */
export class ServiceError extends Error {
  readonly status: number
  readonly retryAfter: number
  constructor (status: number, message: string, retryAfter: number) {
    super(message)
    this.status = status
    this.retryAfter = retryAfter
  }
}

const KEY = 'pvae-key'
/** Kept until the tab is closed. */
export const apiKey = signal(sessionStorage.getItem(KEY) ?? '')
apiKey.subscribe(key => key === '' ? sessionStorage.removeItem(KEY) : sessionStorage.setItem(KEY, key))

/** @throws ServiceError for an answer that is an error, TypeError where there is none */
async function ask (path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  if (apiKey.value !== '') headers.set('x-api-key', apiKey.value)
  const response = await fetch(new URL(path, document.baseURI), { ...init, headers })
  if (response.ok) return response
  const body = await response.json().catch(() => ({})) as { message?: string }
  const retryAfter = Number(response.headers.get('retry-after') ?? 1)
  throw new ServiceError(response.status, body.message ?? response.statusText, retryAfter || 1)
}

const pathOf = ({ name, version }: Pick<Card, 'name' | 'version'>) => `v1/models/${name}/versions/${version}`

export async function listModels (): Promise<readonly ModelSummary[]> {
  const { models } = await (await ask('v1/models')).json() as { models: ModelSummary[] }
  return models
}

export const readCard = async (name: string, version: number): Promise<Card> =>
  await (await ask(pathOf({ name, version }))).json() as Card

export const readSample = async (link: string): Promise<Sample> =>
  parseSample(await (await ask(link)).arrayBuffer())

function post (path: string, latents: ReadonlyArray<readonly number[]>): Promise<Response> {
  return ask(path, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ latents }),
  })
}

/** @returns [N, H, W, C] */
export async function decode (card: Card, latents: ReadonlyArray<readonly number[]>): Promise<Uint8Array> {
  return new Uint8Array(await (await post(`${pathOf(card)}/decode?format=raw`, latents)).arrayBuffer())
}

/** Gives the layers of one latent's picture. */
export async function drawLayers (card: Card, latent: readonly number[]): Promise<Layers> {
  const response = await post(`${pathOf(card)}/layers?format=raw`, [latent])
  const order = response.headers.get('layer-partitions')!.split(',')
  return readLayers(card.image.width, card.image.height, order, new Uint8Array(await response.arrayBuffer()))
}

/** Gives one partition's layer of several latents. @returns [H, W, 4] of each */
export async function drawLayer (
  card: Card, partition: string, latents: ReadonlyArray<readonly number[]>
): Promise<Uint8Array[]> {
  const response = await post(`${pathOf(card)}/layers?format=raw&partition=${partition}`, latents)
  const pixels = new Uint8Array(await response.arrayBuffer())
  const size = pixels.length / latents.length
  return latents.map((_, i) => pixels.subarray(i * size, (i + 1) * size))
}

/** Gives where in the picture each partition acts. @returns [H · W] of each, in card order */
export async function readInfluence (card: Card): Promise<Float32Array[]> {
  const maps = new Float32Array(await (await ask(`${pathOf(card)}/influence?format=raw`)).arrayBuffer())
  const size = card.image.height * card.image.width
  return card.partitions.map((_, i) => maps.subarray(i * size, (i + 1) * size))
}

export interface Encoded {
  readonly mean: readonly number[]
  readonly logVariance: readonly number[]
  /** [H, W, C]: the image as the model gets it, and what it makes of it. */
  readonly input: Uint8Array
  readonly reconstruction: Uint8Array
}

/** Encodes one image. */
export async function encode (card: Card, image: Blob): Promise<Encoded> {
  const send = (path: string) => {
    const body = new FormData()
    body.append('image', image)
    return ask(`${pathOf(card)}/${path}`, { method: 'POST', body })
  }
  const [encodings, pictures] = await Promise.all([send('encode'), send('reconstruct?input=true&format=raw')])
  const { encodings: [{ partitions }] } = await encodings.json() as {
    encodings: [{ partitions: ReadonlyArray<{ mean: number[], logVariance: number[] }> }]
  }
  const pixels = new Uint8Array(await pictures.arrayBuffer())
  return {
    mean: partitions.flatMap(({ mean }) => mean),
    logVariance: partitions.flatMap(({ logVariance }) => logVariance),
    input: pixels.subarray(0, pixels.length / 2),
    reconstruction: pixels.subarray(pixels.length / 2),
  }
}

/** Writes the command that draws a picture. */
export function curlOf (card: Card, latent: readonly number[]): string {
  const url = new URL(`${pathOf(card)}/decode`, document.baseURI)
  const numbers = latent.map(value => Number(value.toFixed(4)))
  return `curl -s '${url.href}' -H 'content-type: application/json' -d '{"latents":[${JSON.stringify(numbers)}]}' ` +
    `-o ${card.name}.png`
}

/** Gives where in one latent's picture each partition acts. @returns [H · W] of each, in card order */
export async function readInfluenceAt (card: Card, latent: readonly number[]): Promise<Float32Array[]> {
  const query = `format=raw&latent=${latent.map(value => Number(value.toFixed(4))).join()}`
  const maps = new Float32Array(await (await ask(`${pathOf(card)}/influence?${query}`)).arrayBuffer())
  const size = maps.length / card.partitions.length
  return card.partitions.map((_, i) => maps.subarray(i * size, (i + 1) * size))
}
