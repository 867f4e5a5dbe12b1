import t from 'tap'
import { fitMask } from '../../../../trainer/data/folder/fit-mask.js'

const mask = Uint8Array.of(
  1, 2, 3, 4,
  5, 6, 7, 8
)
const from = { height: 2, width: 4 }

t.test('a mask of the size that is wanted stays as it is', async t => {
  t.equal(fitMask(mask, from, { height: 2, width: 4 }, 'fill'), mask)
})

t.test('fill: the numbers nearest to the middles of pixels', async t => {
  const tall = [1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 8]
  t.strictSame([...fitMask(mask, from, { height: 4, width: 4 }, 'fill')], tall)
  t.strictSame([...fitMask(mask, from, { height: 2, width: 2 }, 'fill')], [2, 4, 6, 8])
})

t.test('contain: bars are background', async t => {
  t.strictSame([...fitMask(mask, from, { height: 4, width: 4 }, 'contain')], [
    0, 0, 0, 0,
    1, 2, 3, 4,
    5, 6, 7, 8,
    0, 0, 0, 0,
  ])
})

t.test('cover: edges are cut off', async t => {
  t.strictSame([...fitMask(mask, from, { height: 2, width: 2 }, 'cover')], [2, 3, 6, 7])
})
