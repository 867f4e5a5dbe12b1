import { pixelCount, type ImageShape } from '@partition-vae/models'
import type { DecodeOptions } from './codec.js'
import { flatten, toChannels } from './colour.js'
import { halvedSize, halveTowards } from './halve.js'
import { readPlainJpeg, type JpegHeader } from './jpeg-header.js'
import { decodeJpeg } from './jpeg-turbo.js'
import { readPlainPng, type PngHeader } from './png-header.js'
import { decodePng, shrinkRgba } from './rust-image.js'
import { sniffImage, type ImageFormat } from './sniff.js'

/** Larger JPEGs go to libvips, which shrinks while it decodes: beyond this size it is no slower, and needs less memory. */
const FAST_JPEG_PIXELS = 2 ** 19

/** And what is still larger than this after halving (odd sizes) is no faster here either. */
const RESIZED_PIXELS = 2 ** 17

/** Decoded JPEGs of this thread, one after the other: fresh memory of this size costs as much as a third of the decoding. */
let scratch: Buffer | undefined

/**
 * Decodes what is plain and already fits without the general decoder's fixed cost (half a millisecond, for a 28 × 28 PNG a hundred times
 * the decoding): a plain PNG of the model's size, a plain JPEG of that size or larger. By the same rule: a PNG's pixels are the same to the last bit (colour for a
 * grey model: within 1 level), a JPEG's are within what two decoders of JPEG may differ.
 * @returns 8 bit [H, W, C], not inverted; undefined for the general decoder to decide, also on what may be damaged
 */
export function decodeFast (bytes: Uint8Array, format: ImageFormat | undefined, shape: ImageShape, options: DecodeOptions): Uint8Array | undefined {
  try {
    const pixels = format === 'png' ? fastPng(bytes, shape, options) : format === 'jpeg' ? fastJpeg(bytes, shape, options) : undefined
    return pixels?.length === pixelCount(shape) ? pixels : undefined
  } catch {
    // Damaged, or of a kind that this decoder does not know: the general decoder has the last word, and the words.
    return undefined
  }
}

const hasSize = (header: PngHeader | JpegHeader, { width, height }: ImageShape) => header.width === width && header.height === height

/** What `fastPng` takes, by its header. */
function readFastPng (bytes: Uint8Array, shape: ImageShape, { maxPixels }: Pick<DecodeOptions, 'maxPixels'>): PngHeader | undefined {
  const header = readPlainPng(bytes)
  return header !== undefined && hasSize(header, shape) && header.width * header.height <= maxPixels ? header : undefined
}

/** Bytes that no PNG of so few pixels needs: what is larger has something else in it. */
const rawBytes = ({ width, height, channels }: PngHeader) => 1024 + 2 * height * (width * channels + 1)

/** A plain PNG of just this size, decoded in microseconds. */
export function isQuickPng (bytes: Uint8Array, shape: ImageShape, options: Pick<DecodeOptions, 'maxPixels'>): boolean {
  const header = sniffImage(bytes) === 'png' ? readFastPng(bytes, shape, options) : undefined
  return header !== undefined && bytes.length <= rawBytes(header)
}

function fastPng (bytes: Uint8Array, shape: ImageShape, options: DecodeOptions): Uint8Array | undefined {
  const { invert } = options
  const header = readFastPng(bytes, shape, options)
  if (header === undefined) return undefined
  const pixels = decodePng(bytes)
  if (pixels.length !== header.width * header.height * header.channels) return undefined
  switch (header.channels) {
    case 1:
    case 3: return toChannels(pixels, header.channels, shape.channels)
    case 2: return toChannels(flatten(pixels, 2, invert ? 255 : 0), 1, shape.channels)
    case 4: return toChannels(flatten(pixels, 4, invert ? 255 : 0), 3, shape.channels)
  }
}

function fastJpeg (bytes: Uint8Array, shape: ImageShape, { maxPixels, fit }: DecodeOptions): Uint8Array | undefined {
  const header = readPlainJpeg(bytes)
  if (header === undefined) return undefined
  const { width, height, components } = header
  if (width * height > Math.min(maxPixels, FAST_JPEG_PIXELS) || width < shape.width || height < shape.height) return undefined
  if (hasSize(header, shape)) return toChannels(decodeJpeg(bytes, header, components, Buffer.allocUnsafe(width * height * components)), components, shape.channels)
  // Of the same proportions there is nothing to pad and nothing to crop.
  if (fit !== 'fill' && width * shape.height !== height * shape.width) return undefined
  const left = halvedSize(header, shape)
  if (left.width * left.height > RESIZED_PIXELS) return undefined
  scratch ??= Buffer.from(new ArrayBuffer(FAST_JPEG_PIXELS * 4))
  const { buffer, byteOffset } = decodeJpeg(bytes, header, 4, scratch)
  const half = halveTowards({ width, height, pixels: new Int32Array(buffer, byteOffset, width * height) }, shape)
  const rgba = shrinkRgba(new Uint8Array(half.pixels.buffer, half.pixels.byteOffset, half.pixels.byteLength), half, shape)
  return toChannels(components === 1 ? pick(rgba, 1) : pick(rgba, 3), components, shape.channels)
}

/** RGBA, [n, 4] → the first of its channels, [n, channels]. */
function pick (rgba: Uint8Array, channels: 1 | 3): Uint8Array {
  const picked = new Uint8Array(rgba.length / 4 * channels)
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    picked[to++] = rgba[from]!
    if (channels === 1) continue
    picked[to++] = rgba[from + 1]!
    picked[to++] = rgba[from + 2]!
  }
  return picked
}
