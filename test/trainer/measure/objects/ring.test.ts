import t from 'tap'
import { ringAround, squaredErrorOn } from '../../../../trainer/measure/objects/ring.js'

const picture = (...rows: string[]) => Uint8Array.from(rows.join(''), Number)

t.test('a ring is the background within two pixels, as far as there is an image', async t => {
  t.strictSame(ringAround(picture(
    '200000',
    '000000',
    '000000',
    '000000',
    '000001'
  ), 6), picture(
    '011000',
    '111000',
    '111111',
    '000111',
    '000110'
  ))
})

t.test('things beside a thing are not on its ring', async t => {
  t.strictSame(ringAround(picture('1020000'), 7), picture('0101100'))
})

t.test('the squared error is added up over the channels of marked pixels', async t => {
  const [image, truth] = [Float32Array.of(0, 0, 1, 3, 9, 9), Float32Array.of(0, 1, 0, 1, 0, 0)]
  t.same(squaredErrorOn(image, truth, Uint8Array.of(1, 2, 0)), { sum: 0 + 1 + 1 + 4, elements: 4 })
})
