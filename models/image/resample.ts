import { resampleAxis } from './axis.js'
import type { Raster, Size } from './picture.js'
import type { Span } from './taps.js'

type Axis = 'x' | 'y'

export interface Resampling {
  readonly from: { readonly x: Span, readonly y: Span }
  readonly to: Size
  /** Which of two passes comes first. It matters: each clips what overshoots. */
  readonly first: Axis
}

/** Most pixels between two passes that are taken without asking whether the other order needs fewer. */
const MANY_PIXELS = 2 ** 24

/**
 * Brings part of a picture to a size, one axis after the other, each pass rounded and clipped to 8 bit, with Pillow's
 * arithmetic. An axis that has its size keeps its pixels.
 * @returns 8 bit [height, width, channels of the picture]
 */
export function resample (picture: Raster, { from, to, first }: Resampling): Uint8Array {
  let { pixels, width, height } = picture
  const { channels } = picture
  for (const axis of passes(picture, to, first)) {
    const span = from[axis]
    const [length, wanted] = axis === 'x' ? [width, to.width] : [height, to.height]
    if (span.start === 0 && span.length === length && length === wanted) continue
    const layout = axis === 'x'
      ? { outer: height, pixels: width, inner: channels }
      : { outer: 1, pixels: height, inner: width * channels }
    pixels = resampleAxis(pixels, layout, span, wanted)
    if (axis === 'x') width = wanted
    else height = wanted
  }
  return pixels
}

/**
 * A narrow, high picture that becomes wide could be millions of times as large between its passes: then the other
 * order.
 */
function passes ({ width, height }: Size, to: Size, first: Axis): readonly Axis[] {
  const between = { x: to.width * height, y: width * to.height }
  const second = first === 'x' ? 'y' : 'x'
  return between[first] > MANY_PIXELS && between[second] < between[first] ? [second, first] : [first, second]
}
