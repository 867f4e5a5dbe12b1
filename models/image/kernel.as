// The inner loops of resampling, with vectors of 128 bits, in AssemblyScript. `npm run build:kernel` compiles it into
// kernel-wasm.ts. Every function may read and write up to 16 vectors too far: memory must have room for that.

/**
 * Makes each new row of `width` bytes from some of the old ones, weighted; rounded and clipped. `taps`: for each new
 * row, `stride` bytes: the first old row; how many pairs of them; for each pair, the upper parts of both weights, 16
 * bit each, and the lower 11 bits of both. Weights have 22 bits behind the point.
 */
export function combine (from: usize, width: usize, taps: usize, rows: usize, stride: usize, to: usize): void {
  const half = i32x4.splat(1 << 21)
  for (let row: usize = 0; row < rows; row++, taps += stride, to += width) {
    const first = from + load<u32>(taps) * width
    const end = taps + 8 + (load<u32>(taps, 4) << 3)
    for (let x: usize = 0; x < width; x += 16) {
      let high0 = i32x4.splat(0), high1 = i32x4.splat(0), high2 = i32x4.splat(0), high3 = i32x4.splat(0)
      let low0 = half, low1 = half, low2 = half, low3 = half
      let at = first + x
      for (let tap = taps + 8; tap < end; tap += 8) {
        const a = v128.load(at)
        const b = v128.load(at + width)
        at += width << 1
        const left = i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
        const right = i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
        const p0 = i16x8.extend_low_i8x16_u(left), p1 = i16x8.extend_high_i8x16_u(left)
        const p2 = i16x8.extend_low_i8x16_u(right), p3 = i16x8.extend_high_i8x16_u(right)
        const high = v128.load32_splat(tap), low = v128.load32_splat(tap, 4)
        high0 = i32x4.add(high0, i32x4.dot_i16x8_s(p0, high))
        high1 = i32x4.add(high1, i32x4.dot_i16x8_s(p1, high))
        high2 = i32x4.add(high2, i32x4.dot_i16x8_s(p2, high))
        high3 = i32x4.add(high3, i32x4.dot_i16x8_s(p3, high))
        low0 = i32x4.add(low0, i32x4.dot_i16x8_s(p0, low))
        low1 = i32x4.add(low1, i32x4.dot_i16x8_s(p1, low))
        low2 = i32x4.add(low2, i32x4.dot_i16x8_s(p2, low))
        low3 = i32x4.add(low3, i32x4.dot_i16x8_s(p3, low))
      }
      const left = i16x8.narrow_i32x4_s(
        i32x4.shr_s(i32x4.add(i32x4.shl(high0, 11), low0), 22), i32x4.shr_s(i32x4.add(i32x4.shl(high1, 11), low1), 22))
      const right = i16x8.narrow_i32x4_s(
        i32x4.shr_s(i32x4.add(i32x4.shl(high2, 11), low2), 22), i32x4.shr_s(i32x4.add(i32x4.shl(high3, 11), low3), 22))
      v128.store(to + x, i8x16.narrow_i16x8_u(left, right))
    }
  }
}

/** Transposes 16 × 16 bytes: rows are interleaved with those 8 further on, four times. */
function weave (from: usize, fromStride: usize, to: usize, toStride: usize): void {
  let a0 = rowAt(from, fromStride, 0), a1 = rowAt(from, fromStride, 1)
  let a2 = rowAt(from, fromStride, 2), a3 = rowAt(from, fromStride, 3)
  let a4 = rowAt(from, fromStride, 4), a5 = rowAt(from, fromStride, 5)
  let a6 = rowAt(from, fromStride, 6), a7 = rowAt(from, fromStride, 7)
  let a8 = rowAt(from, fromStride, 8), a9 = rowAt(from, fromStride, 9)
  let aa = rowAt(from, fromStride, 10), ab = rowAt(from, fromStride, 11)
  let ac = rowAt(from, fromStride, 12), ad = rowAt(from, fromStride, 13)
  let ae = rowAt(from, fromStride, 14), af = rowAt(from, fromStride, 15)
  for (let step = 0; step < 4; step++) {
    const b0 = lower(a0, a8), b1 = upper(a0, a8), b2 = lower(a1, a9), b3 = upper(a1, a9)
    const b4 = lower(a2, aa), b5 = upper(a2, aa), b6 = lower(a3, ab), b7 = upper(a3, ab)
    const b8 = lower(a4, ac), b9 = upper(a4, ac), ba = lower(a5, ad), bb = upper(a5, ad)
    const bc = lower(a6, ae), bd = upper(a6, ae), be = lower(a7, af), bf = upper(a7, af)
    a0 = b0; a1 = b1; a2 = b2; a3 = b3; a4 = b4; a5 = b5; a6 = b6; a7 = b7
    a8 = b8; a9 = b9; aa = ba; ab = bb; ac = bc; ad = bd; ae = be; af = bf
  }
  v128.store(to + 0 * toStride, a0); v128.store(to + 1 * toStride, a1)
  v128.store(to + 2 * toStride, a2); v128.store(to + 3 * toStride, a3)
  v128.store(to + 4 * toStride, a4); v128.store(to + 5 * toStride, a5)
  v128.store(to + 6 * toStride, a6); v128.store(to + 7 * toStride, a7)
  v128.store(to + 8 * toStride, a8); v128.store(to + 9 * toStride, a9)
  v128.store(to + 10 * toStride, aa); v128.store(to + 11 * toStride, ab)
  v128.store(to + 12 * toStride, ac); v128.store(to + 13 * toStride, ad)
  v128.store(to + 14 * toStride, ae); v128.store(to + 15 * toStride, af)
}

function rowAt (from: usize, stride: usize, i: usize): v128 {
  return v128.load(from + i * stride)
}

function lower (a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
}

function upper (a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
}

/** 16 rows of `width` bytes → `width` rows of 16. */
export function turn (from: usize, width: usize, to: usize): void {
  for (let x: usize = 0; x < width; x += 16) weave(from + x, width, to + (x << 4), 16)
}

/** `width` rows of 16 → 16 rows of `width`. From the last to the first: what is written too far is overwritten. */
export function turnBack (from: usize, width: usize, to: usize): void {
  for (let x: usize = (width - 1) & ~15; ; x -= 16) {
    weave(from + (x << 4), 16, to + x, width)
    if (x === 0) return
  }
}
