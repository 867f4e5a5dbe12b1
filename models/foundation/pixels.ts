/**
 * The version of the rule by which a picture file becomes a model's pixels, in training and in serving. A card states
 * the one its model was trained with; where it states none, it is 1.
 *
 * 2: the file is decoded at its full size (JPEG with the accurate transform and its colours interpolated; profiles
 * applied), laid over the background where it is transparent, turned upright as its EXIF says, placed in the model's
 * frame (`fill`: stretched; `contain`: as Pillow's `ImageOps.pad`; `cover`: as `ImageOps.fit`), resampled once, brought
 * to grey by its luminance or to sRGB, 8 bit, and inverted where that is asked for. Resampling is Pillow's: pixels'
 * centres at ½, columns first and then rows, each rounded and clipped to 8 bit; an axis that shrinks by Lanczos 3,
 * whose kernel grows as much; one that grows by cubic convolution (Pillow's BICUBIC); one that has its size keeps its
 * pixels. A JPEG beyond 8 megapixels may be shrunk while it is decoded, within the bounds that image/shrink.ts states.
 *
 * 1: as 2, but JPEG and WebP were reduced while they were decoded and plain JPEGs by an inaccurate transform, enlarging
 * moved a picture by half a pixel to the right and down, sizes and padding were rounded otherwise, and EXIF in a PNG's
 * text or behind its pixels was not seen. Pictures that have the model's size and hold no such EXIF are the same by
 * both, JPEGs excepted.
 */
export const PIXEL_RULE = 2

/**
 * The one definition of 8 bit ⇄ [0, 1], of channel order and of layout, for training and for serving: no train/serve
 * skew. Outside, images are 8 bit, interleaved (height × width × channels), rows top to bottom, channels RGB or grey.
 */
export interface ImageShape {
  readonly height: number
  readonly width: number
  /** 1 (grey) or 3 (RGB). */
  readonly channels: number
}

/** Elements of one image: height · width · channels. */
export function pixelCount ({ height, width, channels }: ImageShape): number {
  return height * width * channels
}

/** [256] byte → byte / 255. To look it up takes a third of the time of the division. */
const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255)

/** [0, 1] → 8 bit: clamped, rounded to the nearest, halves up. NaN becomes 0. */
function byteOf (unit: number): number {
  return Math.min(255, Math.max(0, unit * 255 + 0.5)) | 0
}

/** 8 bit → [0, 1], same layout. `bytes`: [n] in 0…255 → [n], each byte / 255. Writes into `out` when given. */
export function unitFromBytes (bytes: Uint8Array, out: Float32Array = new Float32Array(bytes.length)): Float32Array {
  for (let i = 0; i < bytes.length; i++) out[i] = UNIT[bytes[i]!]!
  return out
}

/** [0, 1] → 8 bit, same layout: clamped, rounded to the nearest. NaN becomes 0. */
export function bytesFromUnit (values: Float32Array, out: Uint8Array = new Uint8Array(values.length)): Uint8Array {
  for (let i = 0; i < values.length; i++) out[i] = byteOf(values[i]!)
  return out
}

/**
 * 8 bit [N, H, W, C] (as decoded) → float [N, C, H, W] in [0, 1] (as the graphs take it). Writes into `planar` when
 * given.
 */
export function planarFromBytes (
  bytes: Uint8Array,
  shape: ImageShape,
  planar: Float32Array = new Float32Array(bytes.length)
): Float32Array {
  const { channels } = shape
  if (channels === 1) return unitFromBytes(bytes, planar)
  const area = shape.height * shape.width
  for (let base = 0; base < bytes.length; base += area * channels) {
    // Channel by channel: each is written in order.
    for (let c = 0; c < channels; c++) {
      for (let from = base + c, to = base + c * area; to < base + (c + 1) * area; from += channels) {
        planar[to++] = UNIT[bytes[from]!]!
      }
    }
  }
  return planar
}

/** Float [N, C, H, W] in [0, 1] (as the graphs give it) → 8 bit [N, H, W, C]. Clamped, rounded; NaN becomes 0. */
export function bytesFromPlanar (planar: Float32Array, shape: ImageShape): Uint8Array {
  const { channels } = shape
  if (channels === 1) return bytesFromUnit(planar)
  const area = shape.height * shape.width
  const bytes = new Uint8Array(planar.length)
  for (let base = 0; base < planar.length; base += area * channels) {
    // Channel by channel: each is read in order.
    for (let c = 0; c < channels; c++) {
      const from = base + c * area
      for (let p = 0, to = base + c; p < area; p++, to += channels) bytes[to] = byteOf(planar[from + p]!)
    }
  }
  return bytes
}
