import t from 'tap'
import { openDataset, type ImageDataset } from '../../../../trainer/data/index.js'

const PIXELS = 35 * 35
const options = { source: 'tetrominoes', count: 40, testCount: 20, seed: 3 } as const

async function read ({ read }: ImageDataset, indices: number[]): Promise<Uint8Array> {
  const out = new Uint8Array(indices.length * PIXELS * 3)
  await read(Uint32Array.from(indices), out)
  return out
}

/** The squares of 5 × 5 pixels that an object is made of, as `row,column` from its upper left. */
function squaresOf (mask: Uint8Array, object: number): string[] | undefined {
  const pixels = [...mask.keys()].filter(pixel => mask[pixel] === object)
  const top = Math.min(...pixels.map(pixel => Math.floor(pixel / 35)))
  const left = Math.min(...pixels.map(pixel => pixel % 35))
  const counts = new Map<string, number>()
  for (const pixel of pixels) {
    const square = `${Math.floor((Math.floor(pixel / 35) - top) / 5)},${Math.floor((pixel % 35 - left) / 5)}`
    counts.set(square, (counts.get(square) ?? 0) + 1)
  }
  return [...counts.values()].every(count => count === 25) ? [...counts.keys()].sort() : undefined
}

t.test('pieces of four squares that hang together, each of one colour on black', async t => {
  const { train } = await openDataset(options)
  t.match(train, { name: 'tetrominoes/train', count: 40, shape: { height: 35, width: 35, channels: 3 } })
  const all = [...Array(40).keys()]
  const images = await read(train, all)
  const masks = await train.masks!(Uint32Array.from(all))
  const forms = new Set<string>()
  for (const i of all) {
    const mask = masks.subarray(i * PIXELS, (i + 1) * PIXELS)
    const colourOf = (pixel: number) => images.subarray(3 * (i * PIXELS + pixel), 3 * (i * PIXELS + pixel) + 3).join()
    for (const object of [1, 2, 3]) {
      const squares = squaresOf(mask, object)
      if (squares?.length !== 4) t.fail(`picture ${i}, piece ${object}: ${squares}`)
      forms.add(squares!.join(' '))
      const { names, of } = train.objectClasses!
      const [, rows] = names[of(i)[object - 1]!]!.split(' ') as [string, string]
      const expected = rows.split('/').flatMap((row, y) =>
        [...row].flatMap((cell, x) => cell === '1' ? [`${y},${x}`] : []))
      if (expected.join() !== squares!.join()) t.fail(`picture ${i}, piece ${object} is ${squares}, not ${rows}`)
      const colours = new Set([...mask.keys()].filter(pixel => mask[pixel] === object).map(colourOf))
      if (colours.size !== 1 || colours.has('0,0,0')) t.fail(`picture ${i}, piece ${object}: ${[...colours]}`)
    }
    const ground = [...mask.keys()].filter(pixel => mask[pixel] === 0).map(colourOf)
    if (ground.some(colour => colour !== '0,0,0')) t.fail(`picture ${i}: its ground is not black`)
  }
  t.equal(new Set(train.objectClasses!.names).size, 19)
  t.equal(forms.size, 19, 'in 120 pieces each of the 19 forms is seen')
  await train.close()
})

t.test('a picture is the same whatever was read before; others come from another seed and another split', async t => {
  const { train, test } = await openDataset(options)
  const [alone, among] = [await read(train, [7]), await read(train, [3, 7])]
  t.ok(Buffer.from(among.subarray(alone.length)).equals(alone), 'whatever was read before')
  t.notOk(Buffer.from(await read(test, [7])).equals(alone), 'in the other split')
  const other = await openDataset({ ...options, seed: 4 })
  t.notOk(Buffer.from(await read(other.train, [7])).equals(alone), 'with another seed')
  t.not(other.train.fingerprint, train.fingerprint)
  t.equal((await openDataset(options)).train.fingerprint, train.fingerprint)
  await t.rejects(train.masks!(Uint32Array.of(40)), { code: 'PVAE_INVALID_PARAMETER' })
})
