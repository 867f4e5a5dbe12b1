import t from 'tap'
import { chooseSize, enlargeFor, isReduced, type Size } from '../../../trainer/config/choose-size.js'

const size = (width: number, height: number): Size => ({ height, width })
const chosen = (width: number, height: number, given?: Partial<Size>) => {
  const found = chooseSize([size(width, height)], given)
  return [found.width, found.height]
}

t.test('about 64 × 64 pixels in the images\' own aspect', async t => {
  t.strictSame(chosen(640, 360), [72, 40])
  t.strictSame(chosen(360, 640), [40, 72])
  t.strictSame(chosen(512, 512), [64, 64])
  t.strictSame(chosen(640, 480), [64, 48])
  t.strictSame(chosen(1200, 800), [72, 48])
  for (let width = 70; width < 900; width += 37) {
    for (const height of [70, 91, 240, 1000]) {
      const [w, h] = chosen(width, height) as [number, number]
      t.ok(w <= width, `${width}×${height} is not enlarged`)
      t.ok(h <= height, `${width}×${height} is not enlarged`)
      t.ok(w * h <= 1.15 * 64 * 64, `${width}×${height}: ${w}×${h}`)
      if (width / height < 8 && height / width < 8) {
        t.ok(Math.abs(Math.log(((w / h) * height) / width)) < 0.06, `${width}×${height}: ${w}×${h}`)
      }
    }
  }
})

t.test('small images keep their size, or nearly', async t => {
  t.strictSame(chosen(28, 28), [28, 28])
  t.strictSame(chosen(64, 48), [64, 48])
  t.strictSame(chosen(27, 30), [24, 28])
  t.strictSame(chosen(3, 5), [3, 5])
  t.strictSame(chosen(9, 7), [9, 7])
  t.strictSame(chosen(50, 37), [48, 36])
  t.strictSame(chosen(1, 1), [1, 1])
})

t.test('a side that is given decides the other', async t => {
  t.strictSame(chosen(640, 360, { height: 48 }), [88, 48])
  t.strictSame(chosen(640, 360, { width: 96 }), [96, 56])
  t.strictSame(chosen(640, 360, { height: 27 }), [48, 27])
  t.strictSame(chosen(640, 360, { height: 27, width: 5 }), [5, 27])
  t.strictSame(chosen(28, 28, { height: 56 }), [56, 56], 'whoever asks for more gets it')
})

t.test('of several sizes the one that prevails, or the median; other shapes are told', async t => {
  const prevailing = chooseSize([...Array(19).fill(size(640, 360)), size(100, 100)])
  t.match(prevailing, { usual: size(640, 360), mixed: false, prevalence: 'most' })
  t.match(chooseSize([...Array(15).fill(size(640, 360)), ...Array(5).fill(size(100, 100))]), {
    usual: size(640, 360),
    mixed: true,
    prevalence: 'most',
  })
  const scaled = chooseSize([1, 2, 3, 4, 5].map(k => size(160 * k, 90 * k)))
  t.match(scaled, { usual: size(480, 270), mixed: false, prevalence: 'middle', height: 40, width: 72 })
  t.equal(chooseSize([size(28, 28), size(28, 28)]).prevalence, 'all')
})

t.test('a size for the smallest thing: no larger than it needs, and than training in minutes allows', async t => {
  const enlarged = (usual: Size, smallest: Size, things = 3) => {
    const { height, width } = enlargeFor(chooseSize([usual]), { ...smallest, things })
    return [width, height] as [number, number]
  }
  const usual = size(320, 240)
  t.strictSame(enlarged(usual, size(10, 10)), [64, 48], 'what is large enough leaves the size as it is')
  t.strictSame(enlarged(usual, size(8, 8)), [80, 60])
  t.strictSame(enlarged(usual, size(6, 6)), [96, 72])
  t.strictSame(enlarged(usual, size(1, 1)), [96, 72], 'the largest')
  t.strictSame(enlarged(usual, size(1, 1), 12), [64, 48], 'twelve things cost as much at a third of that')
  t.strictSame(enlarged(size(96, 80), size(1, 1)), [96, 80], 'no image is enlarged')
  for (const shape of [size(160, 210), size(640, 360), size(1920, 1080), size(300, 300), size(101, 97)]) {
    const before = chooseSize([shape])
    for (let side = 1; side < 40; side *= 1.4) {
      const [w, h] = enlarged(shape, size(side, 2 * side))
      t.ok(w * h <= 96 * 96 || w * h <= before.width * before.height, `${w}×${h}`)
      t.ok(w * h >= before.width * before.height, `${w}×${h} is no smaller than before`)
      t.ok(Math.abs(Math.log(w / h * shape.height / shape.width)) < 0.06, `${w}×${h} has the aspect`)
    }
  }
  t.ok(isReduced(usual))
  t.notOk(isReduced(size(64, 80)), 'small images are left as they are, and nobody needs to look')
})
