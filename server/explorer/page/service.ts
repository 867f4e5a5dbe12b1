/** All that the page asks of the service. Addresses are relative to the page, so that they hold under a prefix. */
import { signal } from '@preact/signals'
import {
  createClient, type Card, type ModelSummary, type Neighbours, type Pixels, type SearchOptions,
} from '@partition-vae/client'
import { readLayers, type Layers } from '../core/layers.js'
import { takeSample, type Sample } from '../core/sample.js'
import { keep, readKept } from './keep.js'

export { ServiceError, type Card, type ModelSummary } from '@partition-vae/client'

const KEY = 'pvae-key'
/** Kept until the tab is closed. */
export const apiKey = signal(readKept(KEY, 'sessionStorage') ?? '')
apiKey.subscribe(key => keep(KEY, key, 'sessionStorage'))

const service = createClient({ baseUrl: new URL('.', document.baseURI), apiKey: () => apiKey.value })

/** Images that are encoded at once: fewer than services take. */
const BATCH = 32

type Version = Pick<Card, 'name' | 'version'>
type Latents = ReadonlyArray<readonly number[]>

const modelOf = ({ name, version }: Version) => service.model(name, { version })

export const listModels = (): Promise<readonly ModelSummary[]> => service.models()

export const readCard = (name: string, version: number): Promise<Card> => modelOf({ name, version }).card()

export async function readSample (card: Version): Promise<Sample> {
  const file = await modelOf(card).sample()
  return takeSample(file, new Uint8Array(await file.sheet.arrayBuffer()))
}

/** @returns [N, H, W, C] */
export async function decode (card: Version, latents: Latents): Promise<Uint8Array> {
  return (await modelOf(card).decode(latents, { format: 'raw' })).data
}

/** Gives the layers of one latent's picture. */
export async function drawLayers (card: Version & Pick<Card, 'image'>, latent: readonly number[]): Promise<Layers> {
  const { partitions, layers } = await modelOf(card).layers([latent], { format: 'raw' })
  return readLayers(card.image.width, card.image.height, partitions, layers.data)
}

/** Gives one partition's layer of several latents. @returns [H, W, 4] of each */
export async function drawLayer (card: Version, partition: string, latents: Latents): Promise<Uint8Array[]> {
  const { layers: { data } } = await modelOf(card).layers(latents, { format: 'raw', partition })
  const size = data.length / latents.length
  return latents.map((_, i) => data.subarray(i * size, (i + 1) * size))
}

/**
 * Gives where in a latent's picture each partition acts. @param latent default: the mean of all
 * @returns [H · W] of each, in card order
 */
export async function readInfluence (
  card: Version & Pick<Card, 'partitions'>, latent?: readonly number[]
): Promise<Float32Array[]> {
  const { data } = await modelOf(card).influence({ format: 'raw', ...latent && { latent } })
  const size = data.length / card.partitions.length
  return card.partitions.map((_, i) => data.subarray(i * size, (i + 1) * size))
}

/**
 * Gives a figure of the report for an `img`, which is to be taken back where it begins with `blob:`.
 * @returns undefined where the report has none of that name
 */
export async function readFigure (card: Version, name: string): Promise<string | undefined> {
  const model = modelOf(card)
  const { files } = await model.report()
  return files.some(({ path }) => path === name) ? URL.createObjectURL(await model.reportFile(name)) : undefined
}

export interface Encoded {
  readonly mean: readonly number[]
  readonly logVariance: readonly number[]
  /** [H, W, C]: the image as the model gets it, and what it makes of it. */
  readonly input: Uint8Array
  readonly reconstruction: Uint8Array
}

/** Encodes one image. */
export async function encode (card: Version, image: Blob): Promise<Encoded> {
  const model = modelOf(card)
  const [{ encodings: [encoding] }, { data }] = await Promise.all([
    model.encode(image), model.reconstruct(image, { input: true, format: 'raw' }),
  ])
  return {
    mean: encoding!.partitions.flatMap(({ mean }) => mean),
    logVariance: encoding!.partitions.flatMap(({ logVariance }) => logVariance),
    input: data.subarray(0, data.length / 2),
    reconstruction: data.subarray(data.length / 2),
  }
}

/** Encodes pixels, as many as one likes. @param images [H, W, C] of each @returns [N, D], the posterior means */
export async function encodePixels (
  card: Version & Pick<Card, 'latentSize'>, shape: readonly [number, number, number], images: readonly Pixels['data'][]
): Promise<Float32Array<ArrayBuffer>> {
  const means = new Float32Array(images.length * card.latentSize)
  for (let from = 0; from < images.length; from += BATCH) {
    const batch = images.slice(from, from + BATCH).map(data => ({ shape, data }))
    const { encodings } = await modelOf(card).encode(batch)
    encodings.forEach(({ partitions }, i) =>
      means.set(partitions.flatMap(({ mean }) => mean), (from + i) * card.latentSize))
  }
  return means
}

export interface Neighbour extends Omit<Neighbours['neighbours'][number], 'latent'> {
  /** [D] */
  readonly latent: readonly number[]
}

/** Finds encoded images that are like a latent, with their latents. */
export async function searchLike (
  card: Version & Pick<Card, 'partitions'>, latent: readonly number[], options: SearchOptions
): Promise<readonly Neighbour[]> {
  const { neighbours } = await modelOf(card).search({ latent }, { ...options, latents: true })
  return neighbours.map(neighbour =>
    ({ ...neighbour, latent: card.partitions.flatMap(({ name }) => neighbour.latent![name]!) }))
}
