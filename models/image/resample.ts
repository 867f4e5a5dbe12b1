import { isEnlarged, resampleAxis, type Span } from './axis.js'
import { pickChannels } from './colour.js'
import { withHeader, type Picture, type Size } from './picture.js'
import { readPixels, stretchSide } from './rust-image.js'

type Axis = 'x' | 'y'

export interface Resampling {
  readonly from: { readonly x: Span, readonly y: Span }
  readonly to: Size
  /** Which of two passes comes first. It matters: each clips what overshoots. */
  readonly first: Axis
  /** Whether large pictures are resampled on this thread too, instead of on one of libuv's. */
  readonly blocking: boolean
}

/** Up to this many pixels, calling a library costs more than to do it here. */
const FEW_PIXELS = 2048
/** Most pixels between two passes that are taken without asking whether the other order needs fewer: 64 MB. */
const MANY_PIXELS = 2 ** 24

/**
 * Brings part of a picture to a size, one axis after the other, each pass rounded and clipped to 8 bit as Pillow does:
 * small pictures and parts that cut through pixels with Pillow's arithmetic, large ones with a library's, which differs
 * by at most 2 levels. An axis that has its size keeps its pixels.
 * @returns 8 bit [height, width, channels of the picture]
 */
export async function resample (picture: Picture, { from, to, first, blocking }: Resampling): Promise<Uint8Array> {
  let raster: Raster = picture
  for (const axis of passes(picture, to, first)) raster = await pass(raster, axis, from[axis], to, blocking)
  const { channels, pixels } = await decoded(raster, blocking)
  return channels === 4 ? pickChannels(pixels, picture.channels) : pixels
}

/** A picture on its way: what a library has stretched has a fourth channel, to be dropped. */
type Raster = Picture | Decoded
interface Decoded extends Size { readonly channels: 1 | 3 | 4, readonly data: { readonly pixels: Uint8Array } }

/**
 * A narrow, high picture that becomes wide could be millions of times as large between its passes: then the other
 * order.
 */
function passes ({ width, height }: Size, to: Size, first: Axis): readonly Axis[] {
  const between = { x: to.width * height, y: width * to.height }
  const second = first === 'x' ? 'y' : 'x'
  return between[first] > MANY_PIXELS && between[second] < between[first] ? [second, first] : [first, second]
}

async function pass (raster: Raster, axis: Axis, span: Span, to: Size, blocking: boolean): Promise<Raster> {
  const { width, height } = raster
  const [pixels, wanted] = axis === 'x' ? [width, to.width] : [height, to.height]
  const size = axis === 'x' ? { width: wanted, height } : { width, height: wanted }
  const whole = span.start === 0 && span.length === pixels
  if (whole && pixels === wanted) return raster
  if (whole && width * height > FEW_PIXELS) {
    const stretched = await stretchSide(sourceOf(raster), size, isEnlarged(span, wanted), blocking)
    return { ...size, channels: 4, data: { pixels: checked(stretched, size, 4) } }
  }
  const { channels, pixels: bytes } = await decoded(raster, blocking)
  const layout = axis === 'x' ? { outer: height, pixels, inner: channels } : { outer: 1, pixels, inner: width * channels }
  return { ...size, channels, data: { pixels: resampleAxis(bytes, layout, span, wanted) } }
}

function sourceOf ({ data, width, height, channels }: Raster): Parameters<typeof stretchSide>[0] {
  if ('file' in data) return data.file
  return channels === 4 ? { rgba: data.pixels, width, height } : withHeader(data.pixels, { width, height }, channels)
}

async function decoded ({ data, width, height, channels }: Raster, blocking: boolean): Promise<{ readonly channels: 1 | 3 | 4, readonly pixels: Uint8Array }> {
  if ('pixels' in data) return { channels, pixels: data.pixels }
  const pixels = await readPixels(data.file, blocking || width * height <= FEW_PIXELS)
  return { channels, pixels: checked(pixels, { width, height }, channels) }
}

function checked (pixels: Uint8Array, { width, height }: Size, channels: number): Uint8Array {
  const length = width * height * channels
  if (pixels.length !== length) throw new Error(`${pixels.length} bytes of pixels instead of ${length}`)
  return pixels
}
