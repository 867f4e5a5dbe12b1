/** Resampling in WebAssembly against the same arithmetic written plainly, after Pillow's Resample.c. */
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { resampleAxis, type AxisLayout } from '../../../models/image/axis.js'
import type { Span } from '../../../models/image/taps.js'
import { compileKernel, KERNEL_FOLDERS, kernelFile } from '../../helpers/compile-kernel.js'
import { createRandom } from '../../helpers/linear-model.js'

const random = createRandom(5)
const below = (n: number) => Math.floor(random() * n)

const sinc = (x: number) => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
const lanczos = (x: number) => Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0
function cubic (distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0
}

function resamplePlainly (
  bytes: Uint8Array, { outer, pixels, inner }: AxisLayout, { start, length }: Span, wanted: number
): Uint8Array {
  const scale = Math.fround(Math.fround(start + length) - Math.fround(start)) / wanted
  const [weigh, reach] = wanted > length ? [cubic, 2] : [lanczos, 3]
  const stretch = Math.max(1, scale)
  const support = reach * stretch
  const out = new Uint8Array(outer * wanted * inner)
  for (let i = 0; i < wanted; i++) {
    const centre = Math.fround(start) + (i + 0.5) * scale
    const first = Math.max(0, Math.trunc(centre - support + 0.5))
    const end = Math.min(pixels, Math.trunc(centre + support + 0.5))
    const raw = Array.from({ length: end - first }, (_, k) => weigh((k + first - centre + 0.5) / stretch))
    const sum = raw.reduce((a, b) => a + b, 0)
    const weights = raw.map(weight => Math.trunc(weight / sum * 2 ** 22 + 0.5 * Math.sign(weight)))
    for (let o = 0; o < outer; o++) {
      for (let c = 0; c < inner; c++) {
        const at = (k: number) => bytes[(o * pixels + first + k) * inner + c]!
        const value = weights.reduce((a, weight, k) => a + weight * at(k), 2 ** 21)
        out[(o * wanted + i) * inner + c] = Math.min(255, Math.max(0, value >> 22))
      }
    }
  }
  return out
}

/** Half of the bytes are black or white: what overshoots most. */
const noise = (length: number) => Uint8Array.from({ length }, () => random() < 0.5 ? 255 * below(2) : below(256))

function check (t: Pick<Test, 'fail'>, layout: AxisLayout, span: Span, wanted: number): void {
  const bytes = noise(layout.outer * layout.pixels * layout.inner)
  const [given, plain] = [resampleAxis(bytes, layout, span, wanted), resamplePlainly(bytes, layout, span, wanted)]
  if (Buffer.compare(given, plain) !== 0) t.fail(JSON.stringify({ layout, span, wanted }))
}

t.test('every bit as written plainly: columns and rows, whole and in part, smaller and larger', async t => {
  for (let i = 0; i < 200; i++) {
    const [pixels, wanted, channels] = [1 + below(90), 1 + below(90), i % 2 === 0 ? 1 : 3]
    const length = i % 3 === 0 ? pixels * (0.3 + 0.5 * random()) : pixels
    const span = { start: (pixels - length) * random(), length }
    check(t, { outer: 1 + below(50), pixels, inner: channels }, span, wanted)
    check(t, { outer: 1, pixels, inner: channels * (1 + below(70)) }, span, wanted)
  }
})

t.test('what does not fit into the memory it keeps, or is taken in strips', async t => {
  const layouts = [
    { outer: 3, pixels: 90_000, inner: 3 },
    { outer: 1, pixels: 9000, inner: 150 },
    { outer: 20, pixels: 300_000, inner: 1 },
  ]
  for (const layout of layouts) check(t, layout, { start: 0, length: layout.pixels }, 9)
  check(t, { outer: 20, pixels: 50, inner: 1 }, { start: 0, length: 50 }, 20)
})

t.test('the committed bytes are what the source compiles to', async t => {
  t.equal(readFileSync(kernelFile(KERNEL_FOLDERS.image), 'utf8'), await compileKernel(KERNEL_FOLDERS.image))
})
