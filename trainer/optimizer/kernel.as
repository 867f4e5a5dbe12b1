// The optimiser's loop, with vectors of 128 bits, in AssemblyScript. `npm run build:kernel` compiles it into
// kernel-wasm.ts. Addresses and sizes are in bytes; arrays are float32 and whole groups of 16 numbers long.

/** Numbers closer to 0 than the smallest normal one become 0: processors take ten times as long over them. */
function normal (x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(1.17549435e-38)))
}

/**
 * One step of Adam in place: of weights w and moments m and v by gradients g, each of `size` bytes.
 * `rest1` is 1 − β₁, `rest2` 1 − β₂; `correction` makes v unbiased, `scale` is the learning rate, with m's correction.
 */
export function adam (
  w: usize, m: usize, v: usize, g: usize, size: usize,
  beta1: f32, rest1: f32, beta2: f32, rest2: f32, correction: f32, epsilon: f32, scale: f32
): void {
  const b1 = f32x4.splat(beta1), r1 = f32x4.splat(rest1), b2 = f32x4.splat(beta2), r2 = f32x4.splat(rest2)
  const c = f32x4.splat(correction), e = f32x4.splat(epsilon), s = f32x4.splat(scale)
  for (let at: usize = 0; at < size; at += 16) {
    const gradient = v128.load(g + at)
    const first = normal(f32x4.add(f32x4.mul(v128.load(m + at), b1), f32x4.mul(gradient, r1)))
    const second = normal(f32x4.add(f32x4.mul(v128.load(v + at), b2), f32x4.mul(f32x4.mul(gradient, gradient), r2)))
    const deviation = f32x4.add(f32x4.sqrt(f32x4.mul(second, c)), e)
    v128.store(m + at, first)
    v128.store(v + at, second)
    v128.store(w + at, f32x4.sub(v128.load(w + at), f32x4.mul(f32x4.div(first, deviation), s)))
  }
}
