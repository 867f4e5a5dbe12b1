import t from 'tap'
import { brushOf, fitAsDigit, rasterise, type Stroke } from '../../../../server/explorer/core/drawing.js'

const sum = (pixels: ArrayLike<number>) => Array.from(pixels).reduce((total, value) => total + value, 0)

t.test('a stroke has the brush\'s width and soft edges', async t => {
  const stroke: Stroke = [{ x: 5, y: 14 }, { x: 23, y: 14 }]
  const pixels = rasterise([stroke], 28, 28, 2.4)
  const column = Array.from({ length: 28 }, (_, y) => pixels[y * 28 + 14]! / 255)
  t.ok(Math.abs(sum(column) - 2.4) < 0.05, `${sum(column)} pixels high`)
  t.ok(column.some(value => value > 0.1 && value < 0.9), 'with a soft edge')
  t.equal(pixels[2 * 28 + 14], 0, 'black elsewhere')
  t.ok(sum(rasterise([[{ x: 14, y: 14 }]], 28, 28, 2.4)) > 255 * 3, 'a point is a dot')
})

t.test('a drawing of any size and place comes as MNIST\'s digits do', async t => {
  const brush = brushOf(28, 28)
  for (const [size, x, y] of [[4, 6, 6], [24, 14, 14], [10, 22, 18]] as const) {
    const angle: Stroke = [{ x, y }, { x: x + size / 2, y }, { x, y: y + size }]
    const pixels = rasterise(fitAsDigit([angle], 28, 28), 28, 28, brush)
    const rows = Array.from({ length: 28 }, (_, row) => sum(pixels.subarray(row * 28, row * 28 + 28)))
    const inked = rows.flatMap((ink, row) => ink > 120 ? [row] : [])
    const high = inked.at(-1)! - inked[0]! + 1
    t.ok(size === 4 ? high < 20 : Math.abs(high - 20) <= 1, `drawn ${size} high, it is ${high} high`)
    const mass = { x: 0, y: 0 }
    pixels.forEach((value, i) => {
      mass.x += value * (i % 28 + 0.5) / sum(pixels)
      mass.y += value * (Math.floor(i / 28) + 0.5) / sum(pixels)
    })
    t.ok(Math.hypot(mass.x - 14, mass.y - 14) < 0.2, `centred by mass: ${JSON.stringify(mass)}`)
  }
  t.strictSame(fitAsDigit([], 28, 28), [])
})

t.test('what is far from its own mass stays in the picture', async t => {
  // A heavy bar with a long, thin foot.
  const flag: Stroke[] = [...Array.from({ length: 6 }, (_, k) => [{ x: 4, y: 4 + k }, { x: 24, y: 4 + k }]),
    [{ x: 14, y: 8 }, { x: 14, y: 25 }]]
  const rows = (strokes: readonly Stroke[]) => {
    const pixels = rasterise(strokes, 28, 28, brushOf(28, 28))
    return Array.from({ length: 28 }, (_, row) => sum(pixels.subarray(row * 28, row * 28 + 28)))
  }
  const inked = rows(fitAsDigit(flag, 28, 28)).flatMap((ink, row) => ink > 120 ? [row] : [])
  t.ok(inked.at(-1)! < 27, `the last row with ink is ${inked.at(-1)}`)
  t.ok(inked.length >= 18, 'and none of it is cut off')
})
