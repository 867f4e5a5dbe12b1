import t from 'tap'
import { axisOf, firstHandleOf, frameOf, handledUnitsOf, handleOf } from '../../../../server/explorer/core/posing.js'

const SIZE = 41

/** A bright box around a centre, sheared along x. @returns [H, W, 4] */
function draw (x: number, y: number, wide: number, high: number, slant = 0): Uint8ClampedArray {
  const pixels = new Uint8ClampedArray(SIZE * SIZE * 4)
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      const [dy, dx] = [row + 0.5 - y, column + 0.5 - x - slant * (row + 0.5 - y)]
      const light = Math.abs(dy) < high && Math.abs(dx) < wide ? 255 : 3
      pixels.set([light, light, light, 255], (row * SIZE + column) * 4)
    }
  }
  return pixels
}

t.test('a frame has the centre, slant and size of what is bright', async t => {
  const { centre, slant, high, wide } = frameOf(draw(22, 18, 5, 12, -0.5), SIZE)!
  t.ok(Math.hypot(centre.x - 22, centre.y - 18) < 0.3, JSON.stringify(centre))
  t.ok(Math.abs(slant + 0.5) < 0.03, `slant ${slant}`)
  t.ok(Math.abs(high - 12 / Math.sqrt(3)) < 0.3, `height ${high}`)
  t.ok(Math.abs(wide - 5 / Math.sqrt(3)) < 0.3, `width ${wide}`)
  t.equal(frameOf(new Uint8ClampedArray(SIZE * SIZE * 4), SIZE), undefined, 'a dark picture has none')
})

t.test('handles lie at the top, on the right and at the bottom, and lean with the slant', async t => {
  const frame = frameOf(draw(20.5, 20.5, 5, 12, -0.5), SIZE)!
  const [slant, height, width] = [handleOf('slant', frame), handleOf('height', frame), handleOf('width', frame)]
  t.ok(slant.y < 20.5 - 12, 'above')
  t.ok(slant.x > 20.5 + 5, 'to the right, where the top leans')
  t.ok(height.y > 20.5 + 12, 'below')
  t.ok(height.x < 20.5 - 5, 'to the left, where the bottom leans')
  t.ok(width.x > 20.5 + 5, 'beside it')
  t.ok(handleOf('width', frameOf(draw(20.5, 20.5, 9, 12), SIZE)!).x > width.x + 3, 'farther where it is wider')
})

t.test('handles of place and scale lie beside the others, and move their way', async t => {
  const frame = frameOf(draw(20.5, 20.5, 5, 12), SIZE)!
  const [row, column, scale] = [handleOf('row', frame), handleOf('column', frame), handleOf('scale', frame)]
  t.ok(row.x < 20.5 - 5 && Math.abs(row.y - 20.5) < 0.3, 'on the left')
  t.ok(Math.hypot(column.x - 20.5, column.y - 20.5) < 0.3, 'in the middle')
  t.ok(scale.x > 20.5 + 5 && scale.y > 20.5 + 12, 'at the bottom right')
  t.strictSame([axisOf('row'), axisOf('column'), axisOf('scale'), axisOf('height')], ['y', 'x', 'x', 'y'])
})

t.test('an angle has no handle; the first drag is shown with one that moves to the side', async t => {
  const posed = (...units: string[]) => ({
    partitions: [{ name: 'pose', size: units.length, offset: 0 }],
    training: { config: { model: { architecture: 'posed', partitions: [{ kind: 'pose' }], pose: { units } } } },
  })
  const handled = handledUnitsOf(posed('angle', 'row', 'column')).map(({ kind, at }) => [kind, at])
  t.strictSame(handled, [['row', 1], ['column', 2]])
  t.equal(firstHandleOf(posed('angle', 'row', 'column'))?.kind, 'column')
  t.equal(firstHandleOf(posed('angle', 'row'))?.kind, 'row')
  t.equal(firstHandleOf(posed('angle')), undefined)
})
