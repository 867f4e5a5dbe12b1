import { pixelCount, type ImageShape } from '../foundation/pixels.js'
import { flatten } from './colour.js'
import { readEdged } from './jpeg-edge.js'
import { readPlainJpeg } from './jpeg-header.js'
import { readPlainPng, type PngHeader } from './png-header.js'
import type { Raster, Size } from './picture.js'
import type { Reduction } from './place-picture.js'
import { readPixels } from './rust-image.js'
import { sniffImage, type ImageFormat } from './sniff.js'

/**
 * The least reduction of an edge at which the samples beyond it no longer matter. The decoder of plain JPEGs lets
 * padding weigh a quarter in the last column or row (libjpeg does not): up to 18 levels at full size, at a third of it
 * at most 4, in small noisy pictures of low quality.
 */
const EDGE_REDUCTION = 3

interface PlainOptions {
  readonly bytes: Uint8Array
  readonly format: ImageFormat
  /** The header of a PNG, where it is plain. */
  readonly png: PngHeader | undefined
  /** Under what is transparent: each channel. */
  readonly background: 0 | 255
  readonly blocking: boolean
}

/**
 * Decodes what the quick decoder may decode: a PNG or JPEG that is plain and whole.
 * @returns undefined for the general decoder to decide
 * @throws Error where it is damaged
 */
export async function readPlain (
  { bytes, format, png, background, blocking }: PlainOptions,
  reductionOf: (size: Size) => Reduction
): Promise<Raster | undefined> {
  if (png !== undefined) return await plainPng(bytes, png, background, blocking)
  return format === 'jpeg' ? await plainJpeg(bytes, reductionOf, blocking) : undefined
}

async function plainPng (
  bytes: Uint8Array, header: PngHeader, background: 0 | 255, blocking: boolean
): Promise<Raster> {
  const { width, height, channels } = header
  const pixels = await decodeWhole(bytes, header, channels, blocking)
  if (channels === 1 || channels === 3) return { width, height, channels, pixels }
  return { width, height, channels: channels === 2 ? 1 : 3, pixels: flatten(pixels, channels, background) }
}

async function plainJpeg (
  bytes: Uint8Array, reductionOf: (size: Size) => Reduction, blocking: boolean
): Promise<Raster | undefined> {
  const header = readPlainJpeg(bytes)
  if (header === undefined) return undefined
  const { width, height, components, padding, widens } = header
  const { x, y } = reductionOf(header)
  const reduced = (!padding.right || x >= EDGE_REDUCTION) && (!padding.below || y >= EDGE_REDUCTION)
  if ((padding.right || padding.below) && !reduced) {
    const picture = widens ? await readEdged(bytes, header, blocking || width * height <= FEW_PIXELS) : undefined
    return picture?.sound === true ? picture : undefined
  }
  return { width, height, channels: components, pixels: await decodeWhole(bytes, header, components, blocking) }
}

/** Pixels that are decoded in less time than it takes to hand them to another thread. */
const FEW_PIXELS = 2048

async function decodeWhole (
  file: Uint8Array, { width, height }: Size, channels: number, blocking: boolean
): Promise<Uint8Array> {
  const pixels = await readPixels(file, blocking || width * height <= FEW_PIXELS)
  const length = width * height * channels
  if (pixels.length !== length) throw new Error(`${pixels.length} bytes of pixels instead of ${length}`)
  return pixels
}

/** Bytes that no PNG of so few pixels needs: what is larger has something else in it. */
const rawBytes = ({ width, height, channels }: PngHeader) => 1024 + 2 * height * (width * channels + 1)

/** A plain PNG of just this size, decoded in microseconds. */
export function isQuickPng (
  bytes: Uint8Array, shape: ImageShape, { maxPixels }: { readonly maxPixels: number }
): boolean {
  const header = sniffImage(bytes) === 'png' ? readPlainPng(bytes) : undefined
  if (header === undefined || header.width !== shape.width || header.height !== shape.height) return false
  return pixelCount(shape) <= maxPixels * shape.channels && bytes.length <= rawBytes(header)
}
