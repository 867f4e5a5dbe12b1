// The inner loop of a search, with vectors of 128 bits, in AssemblyScript. `npm run build:kernel` compiles it into
// kernel-wasm.ts. Columns of numbers begin at multiples of 16 bytes and are padded to whole groups of 16 rows.

/**
 * Finds the rows in [first, last) whose weighted sum of squared differences is not greater than `limit`.
 * `table`: for each of `units` units 12 bytes: the address of its column (uint32), the query's number and the unit's
 * weight (float32). Writes the rows, ascending, as uint32 to `found`, which has room for all. Returns how many.
 * `first` and `last` are multiples of 16. A sum that is not a number counts as not greater.
 */
export function scan (table: usize, units: usize, first: usize, last: usize, limit: f32, found: usize): usize {
  const end = table + units * 12
  const most = f32x4.splat(limit)
  let out = found
  for (let row: usize = first; row < last; row += 16) {
    const shift = row << 2
    let s0 = f32x4.splat(0), s1 = f32x4.splat(0), s2 = f32x4.splat(0), s3 = f32x4.splat(0)
    for (let unit = table; unit < end; unit += 12) {
      const at = <usize>load<u32>(unit) + shift
      const centre = v128.load32_splat(unit, 4)
      const weight = v128.load32_splat(unit, 8)
      const d0 = f32x4.sub(v128.load(at), centre)
      const d1 = f32x4.sub(v128.load(at, 16), centre)
      const d2 = f32x4.sub(v128.load(at, 32), centre)
      const d3 = f32x4.sub(v128.load(at, 48), centre)
      s0 = f32x4.add(s0, f32x4.mul(f32x4.mul(d0, d0), weight))
      s1 = f32x4.add(s1, f32x4.mul(f32x4.mul(d1, d1), weight))
      s2 = f32x4.add(s2, f32x4.mul(f32x4.mul(d2, d2), weight))
      s3 = f32x4.add(s3, f32x4.mul(f32x4.mul(d3, d3), weight))
    }
    const beyond = i32x4.bitmask(f32x4.gt(s0, most)) | (i32x4.bitmask(f32x4.gt(s1, most)) << 4) |
      (i32x4.bitmask(f32x4.gt(s2, most)) << 8) | (i32x4.bitmask(f32x4.gt(s3, most)) << 12)
    for (let within = beyond ^ 0xffff; within !== 0; within &= within - 1) {
      store<u32>(out, <u32>row + ctz(within))
      out += 4
    }
  }
  return (out - found) >> 2
}
