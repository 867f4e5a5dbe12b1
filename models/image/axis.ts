/** Part of an axis, in pixels from its begin: may start and end within pixels. */
export interface Span { readonly start: number, readonly length: number }

interface Kernel {
  /** How far it reaches, in pixels of the smaller of both scales. */
  readonly support: number
  readonly weigh: (distance: number) => number
}

const sinc = (x: number) => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)

/** Lanczos with three lobes. */
const LANCZOS: Kernel = { support: 3, weigh: x => Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0 }

/** Cubic convolution with a = −½ (Keys; Catmull and Rom). */
const CUBIC: Kernel = {
  support: 2,
  weigh (distance) {
    const x = Math.abs(distance)
    if (x < 1) return (1.5 * x - 2.5) * x * x + 1
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
  },
}

/** Tells which kernel an axis takes: cubic where it grows, since Lanczos would ring about an enlarged picture's edges. */
export function isEnlarged ({ length }: Span, wanted: number): boolean {
  return wanted > length
}

/** Bits behind the point of a weight, as Pillow's resampling of 8 bit images has them. */
const PRECISION = 22

interface Taps {
  /** The first pixel that contributes to each of the new ones. */
  readonly first: Int32Array
  /** How many do. */
  readonly count: Int32Array
  /** [new pixels, stride]: their weights, fixed-point. */
  readonly weights: Float64Array
  readonly stride: number
}

/**
 * Which pixels of an axis make each new one. A new pixel's centre lies at (i + ½) · scale; where the axis shrinks, the
 * kernel grows with it; at the ends, what is missing is left out and the others weigh more. The arithmetic is Pillow's,
 * to the last bit.
 */
function weighPixels (pixels: number, span: Span, wanted: number): Taps {
  // Where it starts and ends, Pillow keeps in single precision.
  const start = Math.fround(span.start)
  const scale = Math.fround(Math.fround(span.start + span.length) - start) / wanted
  const { support: reach, weigh } = isEnlarged(span, wanted) ? CUBIC : LANCZOS
  const stretch = Math.max(1, scale)
  const support = reach * stretch
  const stride = Math.ceil(support) * 2 + 1
  const taps: Taps = { first: new Int32Array(wanted), count: new Int32Array(wanted), weights: new Float64Array(wanted * stride), stride }
  for (let i = 0; i < wanted; i++) {
    const centre = start + (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(pixels, Math.trunc(centre + support + 0.5))
    const raw = Array.from({ length: end - first }, (_, k) => weigh((k + first - centre + 0.5) / stretch))
    const sum = raw.reduce((total, weight) => total + weight, 0)
    taps.first[i] = first
    taps.count[i] = end - first
    raw.forEach((weight, k) => { taps.weights[i * stride + k] = Math.round(Math.abs(weight / sum) * 2 ** PRECISION) * Math.sign(weight) })
  }
  return taps
}

/** To 8 bit: rounded, and clipped where the kernel overshoots. */
function clip (sum: number): number {
  const value = (sum + 2 ** (PRECISION - 1)) >> PRECISION
  return value < 0 ? 0 : value > 255 ? 255 : value
}

export interface AxisLayout {
  /** How often the axis comes: rows for the columns of a picture, 1 for its rows. */
  readonly outer: number
  readonly pixels: number
  /** Elements from one pixel of the axis to the next: channels for columns, a whole row for rows. */
  readonly inner: number
}

/**
 * Resamples part of one axis: with Lanczos 3 where it shrinks, with cubic convolution where it grows. `bytes`: [outer,
 * pixels, inner].
 * @returns [outer, wanted, inner], rounded and clipped to 8 bit
 */
export function resampleAxis (bytes: Uint8Array, { outer, pixels, inner }: AxisLayout, span: Span, wanted: number): Uint8Array {
  const { first, count, weights, stride } = weighPixels(pixels, span, wanted)
  const out = new Uint8Array(outer * wanted * inner)
  let to = 0
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < wanted; i++) {
      const from = (o * pixels + first[i]!) * inner
      const end = from + count[i]! * inner
      for (let c = 0; c < inner; c++) {
        let sum = 0
        for (let at = from + c, k = i * stride; at < end; at += inner, k++) sum += bytes[at]! * weights[k]!
        out[to++] = clip(sum)
      }
    }
  }
  return out
}
