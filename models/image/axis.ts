import { loadKernel } from './kernel.js'
import { tapsOf, type Span, type Taps } from './taps.js'

export interface AxisLayout {
  /** Number of times the axis comes: rows for the columns of a picture, 1 for its rows. */
  readonly outer: number
  readonly pixels: number
  /** Elements from one pixel of the axis to the next: channels for columns, a whole row for rows. */
  readonly inner: number
}

/** Rows that the kernel turns into columns at a time. */
const LANES = 16
/** Bytes that the kernel may read or write too far, beyond rows of `bytes` bytes: rounded up to whole vectors. */
const slack = (bytes: number) => LANES * (bytes + LANES)
/** Bytes to give the kernel at a time: as many as a core's own cache holds. */
const CHUNK = 2 ** 18

/**
 * Resamples part of one axis: with Lanczos 3 where it shrinks, with cubic convolution where it grows. `bytes`: [outer,
 * pixels, inner].
 * @returns [outer, wanted, inner], rounded and clipped to 8 bit
 */
export function resampleAxis (
  bytes: Uint8Array, { outer, pixels, inner }: AxisLayout, span: Span, wanted: number
): Uint8Array {
  const taps = tapsOf(pixels, span, wanted)
  const out = new Uint8Array(outer * wanted * inner)
  // Turned, 16 rows need as much memory as one of 16 times the width: which is too much for few and long ones.
  if (outer >= LANES / 2) acrossRows(bytes, out, taps, { outer, pixels, inner }, wanted)
  else {
    const [row, newRow] = [pixels * inner, wanted * inner]
    for (let o = 0; o < outer; o++) {
      alongRows(bytes.subarray(o * row), out.subarray(o * newRow), taps, { outer: 1, pixels, inner }, wanted)
    }
  }
  return out
}

/** Resamples an axis of short groups of channels: 16 rows at a time, turned into columns and back. */
function acrossRows (
  bytes: Uint8Array, out: Uint8Array, { words, stride }: Taps, { outer, pixels, inner }: AxisLayout, wanted: number
): void {
  const [row, newRow] = [pixels * inner, wanted * inner]
  const rows = words.byteLength
  const turned = rows + LANES * row + slack(row)
  const combined = turned + LANES * row + slack(LANES * inner)
  const result = combined + LANES * newRow + slack(LANES * inner)
  const { memory, combine, turn, turnBack } = loadKernel(result + LANES * newRow + slack(newRow))
  new Int32Array(memory.buffer).set(words)
  for (let o = 0; o < outer; o += LANES) {
    const band = Math.min(LANES, outer - o)
    memory.set(bytes.subarray(o * row, (o + band) * row), rows)
    turn(rows, row, turned)
    combine(turned, LANES * inner, 0, wanted, 4 * stride, combined)
    turnBack(combined, newRow, result)
    out.set(memory.subarray(result, result + band * newRow), o * newRow)
  }
}

/** Resamples an axis of rows: some columns at a time. */
function alongRows (
  bytes: Uint8Array, out: Uint8Array, { words, stride }: Taps, { pixels, inner }: AxisLayout, wanted: number
): void {
  const strip = Math.min(inner, Math.max(4 * LANES, Math.floor(CHUNK / pixels / LANES) * LANES))
  const from = words.byteLength
  const result = from + pixels * strip + slack(strip)
  const { memory, combine } = loadKernel(result + wanted * strip + slack(strip))
  new Int32Array(memory.buffer).set(words)
  for (let x = 0; x < inner; x += strip) {
    const width = Math.min(strip, inner - x)
    if (width === inner) memory.set(bytes.subarray(0, pixels * inner), from)
    else {
      for (let y = 0, at = x; y < pixels; y++, at += inner) memory.set(bytes.subarray(at, at + width), from + y * width)
    }
    combine(from, width, 0, wanted, 4 * stride, result)
    for (let i = 0, at = result; i < wanted; i++, at += width) {
      out.set(memory.subarray(at, at + width), i * inner + x)
    }
  }
}
