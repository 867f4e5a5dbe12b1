import t from 'tap'
import { openDataset, selectFactors, type ImageDataset } from '../../../../trainer/data/index.js'

const SETS = {
  dsprites: { total: 737_280, channels: 1, names: ['shape', 'scale', 'orientation', 'posX', 'posY'] },
  rooms3d: {
    total: 480_000,
    channels: 3,
    names: ['floor_hue', 'wall_hue', 'object_hue', 'scale', 'shape', 'orientation'],
  },
} as const
const sources = ['dsprites', 'rooms3d'] as const

async function readAll (dataset: ImageDataset): Promise<Uint8Array> {
  const { count, shape: { height, width, channels } } = dataset
  const out = new Uint8Array(count * height * width * channels)
  await dataset.read(Uint32Array.from({ length: count }, (_, i) => i), out)
  return out
}

function rowsOf ({ factors }: ImageDataset): string[] {
  const { names, values } = factors!
  return Array.from({ length: values.length / names.length }, (_, i) =>
    values.subarray(i * names.length, (i + 1) * names.length).join())
}

for (const source of sources) {
  const { total, channels, names } = SETS[source]
  t.test(`${source}: its pictures are what its factors say, each once`, async t => {
    const { train, test } = await openDataset({ source, count: 30, testCount: 20, seed: 1 })
    t.match(train, { name: `${source}/train`, count: 30, shape: { height: 64, width: 64, channels } })
    t.strictSame(train.factors!.names, names)
    t.strictSame(train.factors!.groups, Object.fromEntries(names.map(name => [name, [name]])))
    t.equal(new Set([...rowsOf(train), ...rowsOf(test)]).size, 50, 'no combination comes twice')
    const ofShape = names.findIndex(name => name === 'shape')
    t.strictSame(
      Array.from({ length: 30 }, (_, i) => train.objectClasses!.of(i)),
      Array.from({ length: 30 }, (_, i) => [train.factors!.values[i * names.length + ofShape]!]),
      'the class of the one thing is its shape')
    const all = Uint32Array.from({ length: 30 }, (_, i) => i)
    const drawn = train.scene!.render(selectFactors(train.factors!, all))
    t.ok(Buffer.from(drawn).equals(await readAll(train)), 'the scene draws the same bytes from the factors')
    t.throws(() => train.scene!.render(new Float32Array(4)), { code: 'PVAE_INVALID_PARAMETER' })
    const masks = await train.masks!(all)
    const shares = Array.from(all, i => masks.subarray(i * 4096, (i + 1) * 4096).reduce((a, b) => a + b) / 4096)
    t.ok(shares.every(share => share > 0.01 && share < 0.4), 'a thing is in each picture')
  })

  t.test(`${source}: the seed decides which combinations, and there are so many`, async t => {
    const [a, b] = [await openDataset({ source, count: 5, testCount: 5, seed: 1 }),
      await openDataset({ source, count: 5, testCount: 5, seed: 2 })]
    t.notSame(rowsOf(a.train), rowsOf(b.train))
    t.not(a.train.fingerprint, b.train.fingerprint)
    const { train } = await openDataset({ source, count: total - 1, testCount: 1, seed: 0 })
    train.factors!.names.forEach((name, k) => {
      const values = new Set(Array.from({ length: 2000 }, (_, i) => train.factors!.values[names.length * i + k]))
      t.ok(values.size > 2, `${name} has ${values.size} values`)
    })
    await t.rejects(openDataset({ source, count: total, testCount: 1, seed: 0 }), {
      code: 'PVAE_CONFIG_INVALID',
      message: `expected at most ${total} for data.count and data.testCount together, as many as ${source} has ` +
        `pictures, but received ${total} and 1`,
    })
  })
}

t.test('dsprites: a sprite is where its factors say', async t => {
  const { train } = await openDataset({ source: 'dsprites', count: 50, testCount: 10, seed: 0 })
  const images = await readAll(train)
  for (let i = 0; i < 50; i++) {
    const [shape, , , x, y] = train.factors!.values.subarray(5 * i, 5 * i + 5)
    const inside = [...images.subarray(i * 4096, (i + 1) * 4096).entries()].filter(([, value]) => value === 255)
    const mean = (of: (pixel: number) => number) =>
      inside.reduce((sum, [pixel]) => sum + of(pixel), 0) / inside.length
    // A heart's middle is not its centre of mass.
    const tolerance = shape === 2 ? 2.5 : 0.5
    const [dx, dy] = [mean(pixel => pixel % 64) - 16 - 31 * x!, mean(pixel => Math.floor(pixel / 64)) - 16 - 31 * y!]
    t.ok(Math.hypot(dx, dy) < tolerance, `picture ${i}: ${dx}, ${dy} off`)
  }
})

t.test('kinds: a square looks the same after a quarter of a turn, and a hue goes round', async t => {
  const sprites = await openDataset({ source: 'dsprites', count: 5, testCount: 5, seed: 0 })
  t.match(sprites.train.factors!.kinds, [
    { kind: 'categorical', names: ['square', 'ellipse', 'heart'] }, { kind: 'ordinal' },
    { kind: 'circular', period: 2 * Math.PI, symmetry: { factor: 'shape', folds: { 0: 4, 1: 2, 2: 1 } } },
    { kind: 'real' }, { kind: 'real' },
  ])
  const rooms = await openDataset({ source: 'rooms3d', count: 5, testCount: 5, seed: 0 })
  t.strictSame(rooms.train.factors!.kinds!.map(({ kind }) => kind),
    ['circular', 'circular', 'circular', 'ordinal', 'categorical', 'real'])
})
