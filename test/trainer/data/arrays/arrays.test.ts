import { copyFileSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openFixture, pathOf, pixelsOf, readRows, TWELVE } from './fixture.js'

t.test('dSprites: binary images, its factors and their kinds; pickles are left alone', async t => {
  const splits = await openFixture(t, 'dsprites.npz')
  t.match(splits.train, { name: 'dsprites.npz/train', count: 9, shape: { height: 8, width: 8, channels: 1 } })
  t.equal(splits.test.count, 3)
  const rows = await readRows(splits)
  for (const i of TWELVE) {
    t.strictSame(rows[i]!.pixels, Array.from({ length: 64 }, (_, p) => (i + p) % 3 === 0 ? 255 : 0), `image ${i}`)
    t.strictSame(rows[i]!.factors, [1 + i % 3, 0.5 + i % 6 / 10, i * 0.5, i / 31, (12 - i) / 31], `factors ${i}`)
  }
  const { names, kinds, groups } = splits.train.factors!
  t.strictSame(names, ['shape', 'scale', 'orientation', 'posX', 'posY'])
  t.strictSame(Object.keys(groups), names)
  t.match(kinds![2], { kind: 'circular', period: 2 * Math.PI, symmetry: { factor: 'shape', folds: { 1: 4, 2: 2 } } })
  t.strictSame(splits.notes, [
    'Member metadata of dsprites.npz is not read: an array of objects: they are pickled, and pickles are never loaded.',
    'color is the same in all images and is left out.',
  ])
})

t.test('plain arrays: images, classes, factors with their names and kinds, masks', async t => {
  const splits = await openFixture(t, 'plain.npz')
  const rows = await readRows(splits)
  for (const i of TWELVE) {
    t.strictSame(rows[i], {
      pixels: pixelsOf(i, 90),
      mask: Array.from({ length: 30 }, () => i % 4),
      factors: [i * 30, i % 2, 2 ** i],
      label: String(i % 3),
    }, `row ${i}`)
  }
  const { names, groups, kinds } = splits.train.factors!
  t.strictSame(names, ['pose/angle', 'lamp', 'size'])
  t.strictSame(Object.keys(groups), ['pose', 'lamp', 'size'])
  t.strictSame(kinds, [{ kind: 'circular', period: 360 }, { kind: 'categorical' }, { kind: 'real' }])
  await t.rejects(splits.train.masks!(Uint32Array.of(99)), { code: 'PVAE_INVALID_PARAMETER' })
})

t.test('types and orders of numbers: big-endian planes, halves, signed shares, zip64', async t => {
  const planar = await readRows(await openFixture(t, 'planar.npy'))
  const interleaved = (i: number) =>
    Array.from({ length: 60 }, (_, p) => pixelsOf(i, 60)[p % 3 * 20 + Math.floor(p / 3)])
  for (const i of TWELVE) t.strictSame(planar[i]!.pixels, interleaved(i), `planes ${i}`)
  for (const name of ['half.npy', 'signed.npy', 'zip64.npz']) {
    const rows = await readRows(await openFixture(t, name))
    for (const i of TWELVE) t.strictSame(rows[i]!.pixels, pixelsOf(i, 16), `${name}, image ${i}`)
  }
})

t.test('images and masks are brought to the size and channels that are asked for', async t => {
  const { train } = await openFixture(t, 'plain.npz', { height: 12, width: 10, channels: 1 })
  t.strictSame(train.shape, { height: 12, width: 10, channels: 1 })
  const mask = await train.masks!(Uint32Array.of(0))
  t.equal(mask.length, 120)
  t.equal(new Set(mask).size, 1, 'numbers of objects are not mixed')
})

t.test('the cache is used again, and made anew for another file', async t => {
  const directory = t.testdir()
  const file = join(directory, 'a.npy')
  copyFileSync(pathOf('half.npy'), file)
  const caches = () => readdirSync(directory).filter(name => name.endsWith('.images'))
    .map(name => readFileSync(join(directory, name)).toString('base64'))
  const first = await openFixture(t, file, { cacheDirectory: directory })
  const before = caches()
  t.equal(before.length, 1)
  const again = await openFixture(t, file, { cacheDirectory: directory, splitSeed: 1 })
  t.strictSame(caches(), before, 'another split needs no other')
  t.not(again.train.fingerprint, first.train.fingerprint)
  copyFileSync(pathOf('signed.npy'), file)
  utimesSync(file, 1, 1)
  t.strictSame((await readRows(await openFixture(t, file, { cacheDirectory: directory })))[3]!.pixels, pixelsOf(3, 16))
  t.notSame(caches(), before)
})

t.test('a file that is not the one that was published is named, with both checksums', async t => {
  const file = join(t.testdir(), '3dshapes.h5')
  writeFileSync(file, readFileSync(pathOf('shapes3d.h5')))
  const { notes } = await openFixture(t, file)
  t.match(notes![0], /^3dshapes\.h5 is not the published file: its MD5 is [0-9a-f]{32}, and that of the published file /)
})

const REFUSED = [
  ['objects.npz', 'PVAE_DATA_CORRUPT', /expected images in member images but found an array of objects: they are pickled/],
  ['no-images.npz', 'PVAE_DATA_CORRUPT', /expected \(count, height, width\).*for the shape of weights but found \(3\)/],
  ['short-factors.npz', 'PVAE_DATA_MIXED', /expected 12 rows, one for each image, for factors but found \(11, 2\)/],
  ['small-masks.npz', 'PVAE_DATA_MIXED', /expected \(12, 4, 4\) or .* for the shape of masks but found \(12, 3, 4\)/],
  ['range.npz', 'PVAE_DATA_CORRUPT', /member images, image 9: expected numbers from 0 to 255 but found 300/],
  ['text.npz', 'PVAE_DATA_CORRUPT', /expected .* for the shape of images but found \(2\)/],
  ['fortran.npy', 'PVAE_DATA_CORRUPT', /expected C order for fortran but found Fortran order/],
  ['complex.npy', 'PVAE_DATA_CORRUPT', /complex, which is of type <c8, which is no plain number or text/],
] as const

t.test('what can\'t be read is refused by its name, and leaves no cache', async t => {
  for (const [name, code, message] of REFUSED) {
    const cacheDirectory = t.testdir()
    await t.rejects(openFixture(t, name, { cacheDirectory }), { code, message }, name)
    t.strictSame(readdirSync(cacheDirectory).filter(file => file.endsWith('.images')), [], `${name}: no cache`)
  }
  await t.rejects(openFixture(t, '/nowhere.npz'), { code: 'PVAE_DATA_NOT_FOUND' })
})

t.test('files that are cut off', async t => {
  const directory = t.testdir()
  for (const [name, found] of [
    ['half.npy', /512 bytes, as its header says, but found 4\d\d: it is cut off/],
    ['plain.npz', /expected a whole \.npz archive but found .*: is it cut off\?/],
    ['dsprites.npz', /expected a whole \.npz archive but found .*: is it cut off\?/],
  ] as const) {
    const bytes = readFileSync(pathOf(name))
    writeFileSync(join(directory, name), bytes.subarray(0, Math.floor(bytes.length * 0.9)))
    await t.rejects(openFixture(t, join(directory, name)), { code: 'PVAE_DATA_CORRUPT', message: found }, name)
  }
})

t.test('a factor that is the same in all images is left out, with a note', async t => {
  const { train, notes } = await openFixture(t, 'one-category.npz')
  t.strictSame(train.factors!.names, ['factors_0'])
  t.strictSame(notes, ['factors_1 is the same in all images and is left out.'])
})

t.test('members are named where their names do not say what they are', async t => {
  await t.rejects(openFixture(t, 'plain.npz', { images: 'none' }), {
    message: /expected a member none for images but found x, y, factors, factor_names, masks/,
  })
  const { train } = await openFixture(t, 'plain.npz', { labels: 'y', factors: 'factors' })
  t.strictSame(train.labelNames, ['0', '1', '2'])
})
