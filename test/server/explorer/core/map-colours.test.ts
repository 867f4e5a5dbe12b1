import t from 'tap'
import { colourSample, listColourings } from '../../../../server/explorer/core/map-colours.js'
import type { Sample } from '../../../../server/explorer/core/sample.js'

const sample: Sample = {
  count: 3,
  data: 'drawn',
  index: Uint32Array.of(0, 1, 2),
  mean: new Float32Array(3),
  squaredError: Float32Array.of(0.3, 0.1, 0.2),
  logVariance: new Float32Array(1),
  classes: Uint8Array.of(2, 0, 2),
  classNames: ['cat', 'dog', 'cow'],
  factors: ['ball/x', 'ball/y'],
  factor: Float32Array.of(1, 7, 5, 8, 3, NaN),
  sheet: { type: 'image/webp', columns: 1, width: 1, height: 1 },
  sheetBytes: new Uint8Array(0),
}
const colourAt = (colours: Uint8Array, n: number) => colours.subarray(n * 3, n * 3 + 3).join()
/** By Rec. 709, near enough. */
const lightness = (colours: Uint8Array, n: number) =>
  0.21 * colours[n * 3]! + 0.72 * colours[n * 3 + 1]! + 0.07 * colours[n * 3 + 2]!

t.test('all that is known can be chosen', async t => {
  t.strictSame(listColourings(sample).map(({ title }) => title), ['ball · x', 'ball · y', 'class', 'squared error'])
})

t.test('numbers become lighter as they grow', async t => {
  const { colours, legend } = colourSample(sample, 'error')
  t.ok(lightness(colours, 1) < lightness(colours, 2) && lightness(colours, 2) < lightness(colours, 0))
  t.match(legend, { kind: 'ramp' })
  const known = colourSample(sample, 'ball/y')
  t.ok(lightness(known.colours, 0) < lightness(known.colours, 1))
  t.equal(colourAt(known.colours, 2), '119,136,153', 'what is unknown is grey')
})

t.test('one odd image does not take the others\' colours away', async t => {
  const values = Float32Array.from({ length: 100 }, (_, n) => n === 50 ? 1e6 : n)
  const { legend } = colourSample({ ...sample, count: 100, squaredError: values }, 'error')
  t.match(legend, { kind: 'ramp', from: 2, to: 98 })
})

t.test('a class has one colour, and the legend names it', async t => {
  const { colours, legend } = colourSample(sample, 'class')
  t.equal(colourAt(colours, 0), colourAt(colours, 2))
  t.not(colourAt(colours, 0), colourAt(colours, 1))
  const written = (n: number) => `rgb(${colourAt(colours, n).replaceAll(',', ' ')})`
  const classes = [{ name: 'cat', colour: written(1) }, { name: 'cow', colour: written(0) }]
  t.strictSame(legend, { kind: 'classes', classes }, 'those that there are')
})

t.test('without a choice all are alike', async t => {
  const { colours, legend } = colourSample(sample, 'none')
  t.equal(new Set([0, 1, 2].map(n => colourAt(colours, n))).size, 1)
  t.equal(legend.kind, 'none')
})
