import t from 'tap'
import { drawSprite, ORIENTATIONS, SCALES, SHAPES, WINDOW } from '../../../../trainer/data/drawn/sprites.js'
import { openDataset } from '../../../../trainer/data/index.js'

const PIXELS = 64 * 64
const options = { source: 'multi-dsprites', count: 60, testCount: 20, seed: 3 } as const
const all = Uint32Array.from({ length: 60 }, (_, i) => i)

t.test('each thing has one colour, factors are what is seen, and every thing is seen', async t => {
  const { train } = await openDataset(options)
  t.match(train, { name: 'multi-dsprites/train', count: 60, shape: { height: 64, width: 64, channels: 3 } })
  const { names, kinds, groups, values } = train.factors!
  t.strictSame(names, ['count', 'background/red', 'background/green', 'background/blue'])
  t.strictSame(Object.keys(groups), ['count', 'background'])
  t.strictSame(kinds!.map(({ kind }) => kind), ['ordinal', 'real', 'real', 'real'])
  const images = new Uint8Array(60 * PIXELS * 3)
  await train.read(all, images)
  const masks = await train.masks!(all)
  const counts = new Set<number>()
  for (const i of all) {
    const mask = masks.subarray(i * PIXELS, (i + 1) * PIXELS)
    const objects = Math.max(...mask)
    counts.add(objects)
    t.equal(values[4 * i], objects, `picture ${i} has as many things as its factor says`)
    for (let object = 0; object <= objects; object++) {
      const pixels = [...mask.keys()].filter(pixel => mask[pixel] === object)
      const colours = new Set(pixels.map(pixel => images.subarray(3 * (i * PIXELS + pixel)).subarray(0, 3).join()))
      if (colours.size !== 1) t.fail(`picture ${i}, thing ${object}: ${[...colours]}`)
      const background = Array.from(values.subarray(4 * i + 1, 4 * i + 4), value => Math.round(255 * value)).join()
      if (object === 0 && !colours.has(background)) t.fail(`picture ${i}: ${background}`)
    }
  }
  t.strictSame([...counts].sort(), [1, 2, 3, 4])
  await train.close()
})

t.test("a thing's class is its shape", async t => {
  const { test } = await openDataset(options)
  const masks = await test.masks!(Uint32Array.from({ length: 20 }, (_, i) => i))
  t.strictSame(test.objectClasses!.names, SHAPES)
  /** Whether the pixels of a sprite are all those of some sprite of the shape, wherever. */
  const isOf = (pixels: readonly number[], shape: number) => {
    const [top, left] = [Math.min(...pixels.map(at => at >> 6)), Math.min(...pixels.map(at => at % 64))]
    const key = pixels.map(at => `${(at >> 6) - top},${at % 64 - left}`).join(' ')
    return SCALES.some((_, scale) => ORIENTATIONS.some((_, orientation) => {
      const mask = drawSprite({ shape, scale, orientation })
      const inside = [...mask.keys()].filter(at => mask[at] === 1)
      if (inside.length !== pixels.length) return false
      const [row, column] = [
        Math.min(...inside.map(at => Math.floor(at / WINDOW))), Math.min(...inside.map(at => at % WINDOW)),
      ]
      return inside.map(at => `${Math.floor(at / WINDOW) - row},${at % WINDOW - column}`).join(' ') === key
    }))
  }
  const seen = new Set<number>()
  for (let i = 0; i < 12; i++) {
    const mask = masks.subarray(i * PIXELS, (i + 1) * PIXELS)
    const classes = test.objectClasses!.of(i)
    // The last lies over all others.
    const last = classes.length
    seen.add(classes[last - 1]!)
    const pixels = [...mask.keys()].filter(at => mask[at] === last)
    if (!isOf(pixels, classes[last - 1]!)) t.fail(`picture ${i}: no ${SHAPES[classes[last - 1]!]}`)
  }
  t.equal(seen.size, 3)
})

t.test('a picture is the same whatever was read before; others come from another seed and another split', async t => {
  const { train, test } = await openDataset(options)
  const read = async ({ read }: typeof train, index: number) => {
    const out = new Uint8Array(PIXELS * 3)
    await read(Uint32Array.of(index), out)
    return out
  }
  const fresh = await read((await openDataset(options)).train, 7)
  await read(train, 3)
  t.ok(Buffer.from(await read(train, 7)).equals(fresh), 'whatever was read before')
  t.notOk(Buffer.from(await read(test, 7)).equals(fresh), 'in the other split')
  const other = await openDataset({ ...options, seed: 4 })
  t.notOk(Buffer.from(await read(other.train, 7)).equals(fresh), 'with another seed')
})

t.test('texture: the same scenes, each thing of many shades about its colour; where it is 0, as ever', async t => {
  const plain = (await openDataset(options)).train
  const read = async ({ read }: typeof plain) => {
    const images = new Uint8Array(60 * PIXELS * 3)
    await read(all, images)
    return images
  }
  const before = await read(plain)
  const none = (await openDataset({ ...options, texture: { things: 0, background: 0 } })).train
  t.equal(none.fingerprint, plain.fingerprint, 'no texture is no other data set')
  const masks = await plain.masks!(all)
  for (const texture of [{ things: 0.4, background: 0 }, { things: 0, background: 0.2 }]) {
    const { train } = await openDataset({ ...options, texture })
    t.not(train.fingerprint, plain.fingerprint)
    t.strictSame(await train.masks!(all), masks, 'the same masks')
    t.strictSame(train.factors!.values, plain.factors!.values)
    const after = await read(train)
    let [most, sum, count] = [0, 0, 0]
    masks.forEach((thing, pixel) => {
      const strength = thing === 0 ? texture.background : texture.things
      for (let at = 3 * pixel; at < 3 * pixel + 3; at++) {
        const shift = after[at]! - before[at]!
        if (Math.abs(shift) > 127.5 * strength + 0.5) t.fail(`pixel ${pixel}: ${shift} at ${strength}`)
        if (strength === 0 || before[at]! < 64 || before[at]! > 191) continue
        most = Math.max(most, Math.abs(shift))
        sum += shift
        count++
      }
    })
    const strength = texture.things + texture.background
    t.ok(most > 0.9 * 127.5 * strength, `reaches ${most}`)
    t.ok(Math.abs(sum / count) < 0.1 * 127.5 * strength, `about the colour: off by ${sum / count}`)
    t.strictSame(await read((await openDataset({ ...options, texture })).train), after, 'by its seed')
  }
})
