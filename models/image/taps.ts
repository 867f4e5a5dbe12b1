/** Part of an axis, in pixels from its begin: may start and end within pixels. */
export interface Span { readonly start: number, readonly length: number }

interface Kernel {
  /** The kernel's radius, in pixels of the smaller of both scales. */
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

/** Tells which kernel an axis takes: cubic where it grows, since Lanczos would ring about the edges. */
function isEnlarged ({ length }: Span, wanted: number): boolean {
  return wanted > length
}

/** Bits behind the point of a weight, as Pillow's resampling of 8 bit images has them. */
const PRECISION = 22
/** The lower ones of these bits, which the kernel multiplies apart: its factors have 16 bits. */
const LOW_BITS = 11
/** 32 bit words in front of each new pixel's weights. */
const HEAD = 2

/**
 * Which pixels of an axis make each new one, and by how much, as the kernel reads it: for each, [stride] words: the
 * first of them; how many pairs; for each pair, its weights' upper bits and then their lower ones, 16 bit each.
 */
export interface Taps { readonly words: Int32Array, readonly stride: number }

/**
 * Weighs the pixels. A new pixel's centre lies at (i + ½) · scale; where the axis shrinks, the kernel grows with it; at
 * the ends, what is missing is left out and the others weigh more. The arithmetic is Pillow's, to the last bit.
 */
function weighPixels (pixels: number, span: Span, wanted: number): Taps {
  // Where it starts and ends, Pillow keeps in single precision.
  const start = Math.fround(span.start)
  const scale = Math.fround(Math.fround(span.start + span.length) - start) / wanted
  const { support: reach, weigh } = isEnlarged(span, wanted) ? CUBIC : LANCZOS
  const stretch = Math.max(1, scale)
  const support = reach * stretch
  const most = Math.min(pixels, Math.ceil(support) * 2 + 1)
  const stride = HEAD + most + most % 2
  const words = new Int32Array(wanted * stride)
  const halves = new Int16Array(words.buffer)
  const raw = new Float64Array(most)
  for (let i = 0; i < wanted; i++) {
    const centre = start + (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const count = Math.min(pixels, Math.trunc(centre + support + 0.5)) - first
    let sum = 0
    for (let k = 0; k < count; k++) sum += raw[k] = weigh((k + first - centre + 0.5) / stretch)
    words[i * stride] = first
    words[i * stride + 1] = Math.ceil(count / 2)
    for (let k = 0; k < count; k++) {
      const weight = Math.round(Math.abs(raw[k]! / sum) * 2 ** PRECISION) * Math.sign(raw[k]!)
      const at = 2 * (i * stride + HEAD + k - k % 2) + k % 2
      halves[at] = weight >> LOW_BITS
      halves[at + 2] = weight & (2 ** LOW_BITS - 1)
    }
  }
  return { words, stride }
}

/** Weights of the last few axes: most pictures of a service or a folder have one size. */
const known = new Map<string, Taps>()
const KNOWN = 8
/** Words beyond which they are not kept: 1 MB. */
const KEPT_WORDS = 2 ** 18

/** Weighs them, or returns what was weighed before. */
export function tapsOf (pixels: number, span: Span, wanted: number): Taps {
  const key = `${pixels} ${span.start} ${span.length} ${wanted}`
  let taps = known.get(key)
  if (taps === undefined) {
    taps = weighPixels(pixels, span, wanted)
    if (taps.words.length > KEPT_WORDS) return taps
    const [oldest] = known.keys()
    if (known.size === KNOWN) known.delete(oldest!)
  } else known.delete(key)
  known.set(key, taps)
  return taps
}
