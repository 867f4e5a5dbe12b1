import t from 'tap'
import { drawSprite, FOLDS, ORIENTATIONS, SCALES, SHAPES, WINDOW } from '../../../../trainer/data/drawn/sprites.js'

const areaOf = (mask: Uint8Array) => mask.reduce((sum, inside) => sum + inside, 0)

t.test('shapes have the areas of their formulas, at every scale', async t => {
  const areas = [17 ** 2, Math.PI * 12 * 6.5]
  SCALES.forEach((size, scale) => areas.forEach((area, shape) => {
    const drawn = areaOf(drawSprite({ shape, scale, orientation: 7 }))
    t.ok(Math.abs(drawn / (area * size ** 2) - 1) < 0.06, `${SHAPES[shape]} at ${size}: ${drawn}`)
  }))
})

t.test('a heart stands on its tip', async t => {
  const mask = drawSprite({ shape: 2, scale: 5, orientation: 0 })
  const rows = Array.from({ length: WINDOW }, (_, row) => areaOf(mask.subarray(row * WINDOW, (row + 1) * WINDOW)))
  const filled = rows.filter(width => width > 0)
  t.ok(filled.at(-1)! <= 3, 'its lowest row is narrow')
  t.ok(filled[2]! > 8, 'its upper rows are wide')
})

t.test('a shape looks the same after its share of a turn, and no sooner', async t => {
  t.equal(ORIENTATIONS.at(-1), 2 * Math.PI, 'the last angle is a whole turn')
  t.strictSame(
    drawSprite({ shape: 2, scale: 5, orientation: 39 }),
    drawSprite({ shape: 2, scale: 5, orientation: 0 })
  )
  // 39 steps are a turn: 13 are a third of it, which none of the shapes has as its symmetry.
  for (const shape of [0, 1, 2] as const) {
    const differing = (a: Uint8Array, b: Uint8Array) => areaOf(a.map((inside, i) => inside ^ b[i]!))
    const [start, third] = [0, 13].map(orientation => drawSprite({ shape, scale: 5, orientation }))
    t.ok(differing(start!, third!) > 20, `${SHAPES[shape]} after a third of a turn`)
    const near = Math.round(39 / FOLDS[shape])
    const again = drawSprite({ shape, scale: 5, orientation: near })
    t.ok(differing(start!, again) < 0.1 * areaOf(start!), `${SHAPES[shape]} after 1/${FOLDS[shape]} of a turn`)
  }
})
