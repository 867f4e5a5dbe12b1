import t from 'tap'
import { boxAround, isInside, maskOf, placeOf } from '../../../../trainer/measure/things/known-places.js'

const shape = { height: 10, width: 12 }

t.test('the box of a thing has a margin, and stays in the image', async t => {
  t.strictSame(boxAround([5, 6], [2, 4], shape), { top: 3, bottom: 7, left: 3, right: 9 })
  t.strictSame(boxAround([5.2, 6], [2, 4], shape), { top: 3, bottom: 8, left: 3, right: 9 }, 'all pixels it touches')
  t.strictSame(boxAround([0, 12], [2, 4], shape), { top: 0, bottom: 2, left: 9, right: 12 })
  t.strictSame(boxAround([-9, 30], [2, 4], shape), { top: 0, bottom: 0, left: 12, right: 12 }, 'outside it is empty')
})

t.test('pixels of several boxes count once', async t => {
  const boxes = [boxAround([2, 2], [2, 2], shape), boxAround([3, 2], [2, 2], shape)]
  t.equal(maskOf(boxes, shape).reduce((sum, value) => sum + value, 0), 5 * 4)
  t.ok(isInside(boxes[0]!, [0, 0]))
  t.notOk(isInside(boxes[0]!, [4, 0]), 'the bottom is exclusive')
})

t.test('places that are not known', async t => {
  const known = { partitions: ['a', 'b'], places: Float32Array.of(1, 2, NaN, NaN) }
  t.strictSame(placeOf(known, 0, 0), [1, 2])
  t.equal(placeOf(known, 0, 1), undefined)
})
