import type { ImageShape } from '../foundation/pixels.js'
import { toChannels } from './colour.js'
import { describeReason, ImageFault } from './fault.js'
import { place, type Fit, type Placement } from './fit.js'
import { isTurned, readOrientation, turnUpright } from './orientation.js'
import type { Orientation, Raster, Size } from './picture.js'
import { readPlain, type Reduction } from './plain.js'
import { readPlainPng, type PngHeader } from './png-header.js'
import { resample } from './resample.js'
import { shrunkSize } from './shrink.js'
import { isGrey, readSize } from './size.js'
import { sniffImage, type ImageFormat } from './sniff.js'
import { decodeWithVips } from './vips.js'

export interface DecodeOptions {
  readonly fit: Fit
  /** Light on dark becomes dark on light, and back: each byte b becomes 255 − b. */
  readonly invert: boolean
  /** Largest width × height to accept. */
  readonly maxPixels: number
  /**
   * Whether plain pictures are decoded on this thread, as befits a worker, instead of one of libuv's. Others never are.
   */
  readonly blocking: boolean
}

/**
 * PNG, JPEG or WebP → a model's 8 bit [H, W, C], row by row, by the pixel rule (see PIXEL_RULE): the one decoder of
 * trainer and service. The size is read from the header before anything is decoded.
 * @throws ImageFault
 */
export async function decodeImage (
  bytes: Uint8Array, shape: ImageShape, { fit, invert, maxPixels, blocking }: DecodeOptions
): Promise<Uint8Array> {
  const format = sniffImage(bytes)
  if (format === undefined) throw new ImageFault('damaged', 'unsupported image format')
  const size = readSize(bytes, format)
  if (size !== undefined && size.width * size.height > maxPixels) {
    throw new ImageFault('too large', `${size.width} × ${size.height} pixels, more than ${maxPixels}`)
  }
  // What becomes black once it is inverted, where it is to be.
  const background = invert ? 255 : 0
  const png = format === 'png' ? readPlainPng(bytes) : undefined
  // Asked only where there is something that may state it.
  const orientation = png?.described === false ? 1 : readOrientation(bytes, format)
  const job: Job = { bytes, format, png, frame: shape, fit, orientation, background, maxPixels, blocking }
  const shrunk = format === 'jpeg' && size !== undefined ? shrunkSize(size, smallerReduction(job, size)) : undefined
  const pixels = (shrunk === undefined ? await decodePlain(job) : undefined) ?? await decodeAny(job, shrunk)
  const result = toChannels(pixels, pixels.length === shape.height * shape.width ? 1 : 3, shape.channels)
  if (invert) for (let i = 0; i < result.length; i++) result[i] = 255 - result[i]!
  return result
}

interface Job extends Pick<DecodeOptions, 'fit' | 'maxPixels' | 'blocking'> {
  readonly bytes: Uint8Array
  readonly format: ImageFormat
  readonly png: PngHeader | undefined
  readonly frame: Size
  readonly orientation: Orientation
  readonly background: 0 | 255
}

/** A microsecond's decoding does not pay the general decoder's fixed cost, up to a millisecond. */
async function decodePlain (job: Job): Promise<Uint8Array | undefined> {
  try {
    const picture = await readPlain(job, size => reductionOf(placeStored(job, size)))
    return picture === undefined ? undefined : fitPicture(picture, job)
  } catch {
    // Damaged, or of a kind that this decoder does not know: the general decoder has the last word, and the words.
    return undefined
  }
}

async function decodeAny (job: Job, shrunk: Size | undefined): Promise<Uint8Array> {
  const { bytes, format, maxPixels } = job
  try {
    const grey = readSize(bytes, format) !== undefined && isGrey(bytes, format)
    return fitPicture(await decodeWithVips(bytes, { ...job, grey, shrunk }), job)
  } catch (error) {
    const { message } = error as Error
    if (message.includes('exceeds pixel limit')) {
      throw new ImageFault('too large', `more than ${maxPixels} pixels`, { cause: error })
    }
    throw new ImageFault('damaged', describeReason(message), { cause: error })
  }
}

/** Places a picture before it is turned upright: in its own columns and rows. */
function placeStored ({ fit, frame, orientation }: Job, { width, height }: Size): Pick<Placement, 'from' | 'content'> {
  if (!isTurned(orientation)) return place(fit, { width, height }, frame)
  const { from: { x, y }, content } = place(fit, { width: height, height: width }, frame)
  return { from: { x: y, y: x }, content: { width: content.height, height: content.width } }
}

function reductionOf ({ from, content }: Pick<Placement, 'from' | 'content'>): Reduction {
  return { x: from.x.length / content.width, y: from.y.length / content.height }
}

function smallerReduction (job: Job, size: Size): number {
  const { x, y } = reductionOf(placeStored(job, size))
  return Math.min(x, y)
}

/**
 * Resamples a picture, turns it upright and pads it: [H, W, 1 or 3]. Turned last there is less to turn, and it changes
 * nothing: the kernel is symmetric, and the passes change places.
 */
function fitPicture (picture: Raster, job: Job): Uint8Array {
  const { fit, frame, orientation, background } = job
  const { from, content } = placeStored(job, picture)
  const turned = isTurned(orientation)
  const stored = resample(picture, { from, to: content, first: turned ? 'y' : 'x' })
  const upright = turnUpright(stored, { ...content, channels: picture.channels }, orientation)
  const [width, height] = turned ? [content.height, content.width] : [content.width, content.height]
  if (width === frame.width && height === frame.height) return upright
  const { left, top } = place(fit, turned ? { width: picture.height, height: picture.width } : picture, frame)
  const row = width * picture.channels
  const padded = new Uint8Array(frame.width * frame.height * picture.channels).fill(background)
  for (let y = 0; y < height; y++) {
    padded.set(upright.subarray(y * row, (y + 1) * row), ((top + y) * frame.width + left) * picture.channels)
  }
  return padded
}
