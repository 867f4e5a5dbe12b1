import {
  bytesFromPlanar,
  composeGrid,
  pixelCount,
  planarFromBytes,
  type Card,
  type GraphRunner,
  type GridOptions,
  type ImageShape,
} from '@partition-vae/models'
import { decodeImage, encodeImage, type OutputFormat } from '../image/codec.js'
import type { Input } from './batch.js'
import type { ImageInput } from './tasks.js'

/** N files → 8 bit [N, H, W, C]. */
export async function readPixels (shape: ImageShape, input: ImageInput): Promise<Uint8Array> {
  const [first, ...others] = input.images
  if (first !== undefined && others.length === 0) return await decodeImage(first, shape, input, 'image[0]')
  const size = pixelCount(shape)
  const pixels = new Uint8Array(input.images.length * size)
  await Promise.all(
    input.images.map(async (bytes, i) => pixels.set(await decodeImage(bytes, shape, input, `image[${i}]`), i * size))
  )
  return pixels
}

/** 8 bit [N, H, W, C] → what writes them as the encoder takes them, [N, C, H, W]. */
export function imagesToGraph (pixels: Uint8Array, shape: ImageShape): Input {
  return { length: pixels.length, write: into => { planarFromBytes(pixels, shape, into) } }
}

/**
 * Latents [N, D] → 8 bit [N, H, W, C]. Those that come again are drawn once: in a grid over units, the middle of every
 * row is the base.
 */
export async function drawLatents (card: Card, runner: GraphRunner, latents: Float32Array): Promise<Uint8Array> {
  const { image, latentSize } = card
  const { distinct, places } = findDistinct(latents, latentSize)
  const drawn = bytesFromPlanar(await runner.decode(distinct, distinct.length / latentSize), image)
  if (distinct.length === latents.length) return drawn
  const size = pixelCount(image)
  const pixels = new Uint8Array(places.length * size)
  for (const [i, place] of places.entries()) pixels.set(drawn.subarray(place * size, (place + 1) * size), i * size)
  return pixels
}

/**
 * Finds the rows that differ: `distinct` [M, D], each once, in the order in which they first come; `places` [N], which
 * of them each row is.
 */
function findDistinct (
  latents: Float32Array, latentSize: number
): { readonly distinct: Float32Array, readonly places: readonly number[] } {
  const known = new Map<string, number>()
  const bytes = Buffer.from(latents.buffer, latents.byteOffset, latents.byteLength)
  const length = latentSize * Float32Array.BYTES_PER_ELEMENT
  const distinct = new Float32Array(latents.length)
  const places: number[] = []
  for (let from = 0; from < latents.length; from += latentSize) {
    const start = from * Float32Array.BYTES_PER_ELEMENT
    const key = bytes.toString('latin1', start, start + length)
    let place = known.get(key)
    if (place === undefined) {
      place = known.size
      known.set(key, place)
      distinct.set(latents.subarray(from, from + latentSize), place * latentSize)
    }
    places.push(place)
  }
  return { distinct: distinct.subarray(0, known.size * latentSize), places }
}

/** Tiles, 8 bit [N, H, W, C] → one picture of them all. */
export async function encodeGrid (
  tiles: Uint8Array,
  shape: ImageShape,
  options: GridOptions,
  format: OutputFormat
): Promise<Uint8Array> {
  const grid = composeGrid(tiles, shape, options)
  return await encodeImage(grid.bytes, grid, format)
}

/** Tiles, 8 bit [N, H, W, C] → a file for each. */
export async function encodeSeparately (
  tiles: Uint8Array,
  shape: ImageShape,
  format: OutputFormat
): Promise<Uint8Array[]> {
  const size = pixelCount(shape)
  const images = Array.from({ length: tiles.length / size }, (_, i) => tiles.subarray(i * size, (i + 1) * size))
  return await Promise.all(images.map(image => encodeImage(image, shape, format)))
}
