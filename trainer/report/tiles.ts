import {
  bytesFromUnit,
  composeGrid,
  defaultZoom,
  pixelCount,
  type GridOptions,
  type ImageShape,
} from '@partition-vae/models'
import type { InferenceGraphs } from '../engine/engine.js'
import { decodeChecked } from '../measure/batches.js'
import { compactPng } from '../foundation/png.js'

/** Images a call of the decoder. */
const BATCH = 64

/**
 * Longest side of a tile in a figure, in pixels: more does not show more, and figures travel with the model, in git.
 */
const LONGEST_SIDE = 112

/** Wider figures are shown smaller, so their text is written larger. */
const PAGE_WIDTH = 980

/** Pixels of all tiles together: many large tiles are shrunk further. */
const MOST_PIXELS = 600_000

/**
 * A figure that would be larger is written with a palette, then with smaller tiles; but no tile shrinks below the
 * smallest side for it.
 */
const MOST_BYTES = 100_000
const SMALLEST_SIDE = 32

export interface DrawnFigure {
  readonly png: Uint8Array
  readonly width: number
  readonly height: number
}

/** Any number of latents, in batches. `latents`: [N, D] → [N, H, W, C] in [0, 1]. */
export async function decodeAll (
  inference: InferenceGraphs,
  latents: Float32Array,
  latentSize: number,
  shape: ImageShape
): Promise<Float32Array> {
  const count = latents.length / latentSize
  const images = new Float32Array(count * pixelCount(shape))
  for (let start = 0; start < count; start += BATCH) {
    const end = Math.min(count, start + BATCH)
    images.set(
      await decodeChecked(inference, latents.subarray(start * latentSize, end * latentSize), end - start, shape),
      start * pixelCount(shape)
    )
  }
  return images
}

/**
 * A grid of images as a PNG of at most about 100 kB. `images`: [N, H, W, C] in [0, 1]; large ones are shrunk, to 112
 * pixels a side or less.
 */
export async function drawGrid (images: Float32Array, shape: ImageShape, options: GridOptions): Promise<DrawnFigure> {
  const tiles = images.length / pixelCount(shape)
  for (let mostPixels = Math.min(MOST_PIXELS, tiles * shape.height * shape.width); ; mostPixels *= 0.6) {
    const small = shrunkShape(shape, tiles, mostPixels)
    // What was shrunk to fit is not magnified again.
    const zoom = options.zoom ?? (small.height < shape.height ? 1 : defaultZoom(small))
    const isWide = options.columns * small.width * zoom > PAGE_WIDTH
    const { bytes, width, height } = composeGrid(bytesFromUnit(shrink(images, shape, small)), small, {
      ...(isWide && { textScale: 2 }),
      ...options,
      zoom,
    })
    const raster = { pixels: bytes, width, height, channels: shape.channels as 1 | 3 }
    let png = await compactPng(raster)
    // Grey has 256 values as it is.
    if (png.length > MOST_BYTES && shape.channels === 3) png = await compactPng({ ...raster, palette: true })
    if (png.length <= MOST_BYTES || Math.min(small.height, small.width) <= SMALLEST_SIDE) return { png, width, height }
  }
}

/** Computes how many tiles of this shape fit beside each other in a figure of about 960 pixels: 4–16. */
export function columnsFor (shape: ImageShape): number {
  const { width } = shrunkShape(shape, 1, MOST_PIXELS)
  return Math.max(4, Math.min(16, Math.floor(960 / Math.max(58, width + 2))))
}

function shrunkShape ({ height, width, channels }: ImageShape, tiles: number, mostPixels: number): ImageShape {
  const ratio = Math.min(1, LONGEST_SIDE / Math.max(height, width), Math.sqrt(mostPixels / (tiles * height * width)))
  return { height: Math.max(1, Math.round(height * ratio)), width: Math.max(1, Math.round(width * ratio)), channels }
}

/** Area average: each new pixel is the mean of the old ones that it touches. */
function shrink (images: Float32Array, from: ImageShape, to: ImageShape): Float32Array {
  if (from.height === to.height && from.width === to.width) return images
  const { channels } = from
  const size = pixelCount(from)
  const smaller = new Float32Array(images.length / size * pixelCount(to))
  let at = 0
  for (let base = 0; base < images.length; base += size) {
    for (let y = 0; y < to.height; y++) {
      const [top, bottom] = [Math.floor(y * from.height / to.height), Math.ceil((y + 1) * from.height / to.height)]
      for (let x = 0; x < to.width; x++) {
        const [left, right] = [Math.floor(x * from.width / to.width), Math.ceil((x + 1) * from.width / to.width)]
        for (let c = 0; c < channels; c++) {
          let sum = 0
          for (let row = top; row < bottom; row++) {
            for (let column = left; column < right; column++) {
              sum += images[base + (row * from.width + column) * channels + c]!
            }
          }
          smaller[at++] = sum / ((bottom - top) * (right - left))
        }
      }
    }
  }
  return smaller
}
