import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { openDataset, type DataSplits } from '../../../../trainer/data/index.js'
import { isWebDataset } from '../../../../trainer/data/webdataset/samples.js'
import { sizeWebDataset } from '../../../../trainer/data/webdataset/webdataset.js'
import { encode, pattern, png } from '../folder/images.js'

/** Writes a tar archive (POSIX ustar): heads of 512 bytes, and files filled up to multiples of it. */
function tar (files: Record<string, string | Uint8Array>, links: Record<string, string> = {}): Buffer {
  const blocks = Object.entries({ ...files, ...links }).flatMap(([name, value]) => {
    const content = name in links ? '' : value
    const bytes = Buffer.from(content as Uint8Array)
    const head = Buffer.alloc(512)
    head.write(name, 0)
    head.write('0000644\0', 100)
    head.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    head.write('00000000000\0', 136)
    head.write(`        ${name in links ? 1 : 0}`, 148)
    if (name in links) head.write(links[name]!, 157)
    head.write('ustar\x0000', 257)
    const sum = head.reduce((total, byte) => total + byte, 0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [head, bytes, Buffer.alloc((512 - bytes.length % 512) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

async function open (t: Test, file: string, cacheDirectory = join(t.testdirName, 'cache')): Promise<DataSplits> {
  const splits = await openDataset({
    source: 'webdataset',
    file,
    height: 4,
    width: 6,
    channels: 3,
    fit: 'fill',
    testFraction: 0.5,
    splitSeed: 0,
    cacheDirectory,
  })
  t.teardown(async () => { await Promise.all([splits.train.close(), splits.test.close()]) })
  return splits
}

/** What is known of each sample, by its name. */
async function rowsOf (splits: DataSplits): Promise<Record<string, unknown>> {
  const rows: Record<string, unknown> = {}
  for (const { count, read, masks, nameOf, labels, labelNames, factors } of [splits.train, splits.test]) {
    for (let i = 0; i < count; i++) {
      const out = new Uint8Array(72)
      await read(Uint32Array.of(i), out)
      const k = factors?.names.length ?? 0
      rows[nameOf!(i)] = {
        pixels: [...out],
        label: labels && labelNames![labels[i]!],
        factors: factors && [...factors.values.subarray(i * k, (i + 1) * k)],
        mask: await masks?.(Uint32Array.of(i)).then(mask => [...mask]),
      }
    }
  }
  return rows
}

const mask = (object: number) =>
  encode(Uint8Array.from({ length: 24 }, (_, i) => i < 12 ? 0 : object), 4, 6, 1).png().toBuffer()
const sample = async (name: string, i: number) => ({
  [`${name}.png`]: await png(4, 6, 3, i),
  [`${name}.cls`]: `${i % 2}\n`,
  [`${name}.json`]: JSON.stringify({ x: i, caption: `number ${i}`, box: [1, 2] }),
  [`${name}.mask.png`]: await mask(i + 1),
})
const expected = (i: number) => ({
  pixels: [...pattern(4, 6, 3, i)],
  label: String(i % 2),
  factors: [i],
  mask: Array.from({ length: 24 }, (_, p) => p < 12 ? 0 : i + 1),
})

t.test('samples: image, class, numbers and mask, of an archive that is packed or not', async t => {
  const archive = tar(Object.assign({}, ...await Promise.all([0, 1, 2, 3].map(i => sample(`a/${i}`, i)))))
  for (const [name, bytes] of [['set.tar', archive], ['set.tar.gz', gzipSync(archive)]] as const) {
    const file = join(t.testdir(), name)
    writeFileSync(file, bytes)
    const splits = await open(t, file)
    t.strictSame(await rowsOf(splits), {
      [`${name}/a/0`]: expected(0),
      [`${name}/a/1`]: expected(1),
      [`${name}/a/2`]: expected(2),
      [`${name}/a/3`]: expected(3),
    }, name)
    t.strictSame(splits.train.factors!.names, ['x'])
    t.strictSame(splits.notes!.slice(-1), [`Column caption of ${name} is not read: it has words.`])
    t.strictSame(await sizeWebDataset(file), Array(4).fill({ height: 4, width: 6 }))
  }
})

t.test('archives named after splits decide; what is no image is skipped', async t => {
  const directory = t.testdir({ shards: {} })
  const shard = (name: string, files: Record<string, string | Uint8Array>) =>
    writeFileSync(join(directory, 'shards', name), tar(files))
  const first = { '0.png': await png(4, 6, 3, 0), '1.png': 'no picture', '2.txt': 'words', '3.json': '{"x": 1}' }
  shard('train-000.tar', first)
  shard('train-001.tar', { '0.png': await png(4, 6, 3, 1), '0.other.png': await png(4, 6, 3, 7) })
  shard('test-000.tar', { '0.png': await png(4, 6, 3, 2) })
  const { train, test, skipped, notes } = await open(t, join(directory, 'shards'))
  const names = [train.nameOf!(0), train.nameOf!(1), test.nameOf!(0)]
  t.strictSame(names, ['train-000.tar/0', 'train-001.tar/0', 'test-000.tar/0'])
  t.match(skipped, [
    { path: 'train-000.tar/3', reason: 'a sample without a PNG, JPEG or WebP' },
    { path: 'train-000.tar/1', reason: /.+/ },
  ])
  t.strictSame(notes, ['Images are split as their folders say: train to train, test to test.'])
  t.equal(train.masks, undefined)
})

t.test('a number that a sample lacks or has as null leaves the factor out', async t => {
  const file = join(t.testdir(), 'set.tar')
  const words = [{ x: 1, y: 0, z: 3 }, { x: 2, y: 1 }, { x: 3, y: null, z: 5 }, { x: 4, y: 3, z: 6 }]
  const files = await Promise.all(words.map(async (value, i) => (
    { [`${i}.png`]: await png(4, 6, 3, i), [`${i}.json`]: JSON.stringify(value) })))
  writeFileSync(file, tar(Object.assign({}, ...files)))
  const { train, notes } = await open(t, file)
  t.strictSame(train.factors!.names, ['x'])
  t.strictSame(notes!.slice(-2), ['y', 'z'].map(name =>
    `Column ${name} of set.tar is not read: it is empty in 1 of 4 rows.`))
})

t.test('words are kept where they are classes or categories alone', async t => {
  const directory = t.testdir()
  const file = join(directory, 'set.tar')
  const words = ['7', 'long', 'longer', 'longest']
  const files = await Promise.all(words.map(async (caption, i) => ({
    [`${i}.png`]: await png(4, 6, 3, i),
    [`${i}.json`]: JSON.stringify({ caption, label: `l${i % 2}`, 'shape:categorical': `s${i % 2}`, x: String(i) }),
  })))
  writeFileSync(file, tar(Object.assign({}, ...files)))
  const { train, notes } = await open(t, file, directory)
  t.strictSame(train.labelNames, ['l0', 'l1'])
  t.strictSame(train.factors!.names, ['shape', 'x'])
  t.strictSame(notes!.slice(-1), ['Column caption of set.tar is not read: it has words.'])
  const index = readFileSync(join(directory, readdirSync(directory).find(name => name.endsWith('.samples'))!), 'utf8')
  t.match(index, /"label":"l1","shape:categorical":"s1","x":"3"/)
  t.notMatch(index, /long/)
})

t.test('the cache and what is known are used again, and made anew for another archive', async t => {
  const directory = t.testdir()
  const file = join(directory, 'set.tar')
  const write = async (first: number, time: number) => {
    const samples = await Promise.all([0, 1, 2, 3].map(i => sample(String(i), first + i)))
    writeFileSync(file, tar(Object.assign({}, ...samples)))
    utimesSync(file, time, time)
  }
  await write(0, 1)
  const cache = join(directory, 'cache')
  mkdirSync(cache)
  const before = (await open(t, file, cache)).train.fingerprint
  t.strictSame(readdirSync(cache).map(name => name.replace(/.*\./, '')).sort(), ['images', 'images', 'samples'])
  t.equal((await open(t, file, cache)).train.fingerprint, before)
  await write(4, 2)
  const rows = await rowsOf(await open(t, file, cache)) as Record<string, { factors: number[] }>
  t.strictSame(rows['set.tar/0']!.factors, [4])
})

t.test('archives that can\'t be used', async t => {
  const directory = t.testdir()
  const refuse = async (files: Record<string, string | Uint8Array> | Buffer, code: string, message: RegExp) => {
    const file = join(directory, 'set.tar')
    writeFileSync(file, Buffer.isBuffer(files) ? files : tar(files))
    await t.rejects(open(t, file), { code, message })
  }
  const picture = await png(4, 6, 3, 0)
  const whole = tar({ '0.png': picture, '1.png': picture })
  await refuse(whole.subarray(0, 700), 'PVAE_DATA_CORRUPT', /set\.tar: expected a whole tar archive but found .*: is it cut/)
  const noise = Buffer.alloc(200_000, pattern(64, 64, 3))
  for (let i = 0; i < noise.length; i++) noise[i]! ^= Math.imul(i, 0x9e3779b1) >>> 24
  const large = tar({ '0.png': noise })
  const cut = /set\.tar: expected a whole tar archive but found .*: is it cut off\?/
  await refuse(large.subarray(0, 150_000), 'PVAE_DATA_CORRUPT', cut)
  const packed = gzipSync(large)
  await refuse(packed.subarray(0, packed.length * 0.7), 'PVAE_DATA_CORRUPT', cut)
  const huge = tar({ '0.png': picture })
  // The head alone states the size.
  huge.write('04000000000\0', 124)
  huge.write('        ', 148)
  const sum = huge.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  huge.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  await refuse(huge, 'PVAE_DATA_CORRUPT', /set\.tar: expected at most 256 MiB for 0\.png but found 536870912 bytes/)
  await refuse({ '0.txt': 'words' }, 'PVAE_DATA_EMPTY', /expected samples with PNG, JPEG or WebP images in .* but found none/)
  await refuse({ '0.png': picture, '1.png': picture, '0.cls': '1' }, 'PVAE_DATA_MIXED', /0\.cls behind those of 1/)
  await refuse({ '0.png': picture, '0.json': '{' }, 'PVAE_DATA_CORRUPT', /set\.tar\/0\.json: expected JSON/)
  await refuse({ '0.png': picture, '0.mask.png': await mask(1), '1.png': picture }, 'PVAE_DATA_MIXED',
    /expected a mask for each of 2 samples but found one for 1, and none for set\.tar\/1/)
  await refuse({ '0.png': await png(6, 4, 3, 0), '0.mask.png': await mask(1) }, 'PVAE_DATA_MIXED',
    /expected a mask of 4 × 6 pixels, as the image has, for set\.tar\/0 but found 6 × 4/)
  await t.rejects(open(t, t.testdir()), { code: 'PVAE_DATA_NOT_FOUND' })
  await t.rejects(open(t, join(directory, 'none.tar')), { code: 'PVAE_DATA_NOT_FOUND' })
})

t.test('paths that stand for archives', async t => {
  const shards = { 'a.tar': '', 'b.tar.gz': '' }
  const directory = t.testdir({ shards, mixed: { 'a.tar': '', 'b.png': '' }, empty: {} })
  for (const name of ['a.tar', 'a.tgz', 'a.tar.gz']) t.ok(await isWebDataset(name, false), name)
  t.notOk(await isWebDataset('clip.mp4', false))
  t.ok(await isWebDataset(join(directory, 'shards'), true))
  t.notOk(await isWebDataset(join(directory, 'mixed'), true))
  t.notOk(await isWebDataset(join(directory, 'empty'), true))
})

t.test('a link in an archive is not followed, and told of', async t => {
  const file = join(t.testdir(), 'set.tar')
  const pictures = await Promise.all([0, 1, 2].map(async i => [`${i}.png`, await png(4, 6, 3, i)] as const))
  writeFileSync(file, tar(Object.fromEntries(pictures), { '3.png': '0.png' }))
  const splits = await open(t, file)
  t.equal(splits.train.count + splits.test.count, 3)
  t.strictSame(splits.skipped.filter(({ path }) => path === 'set.tar/3'), [
    { path: 'set.tar/3', reason: 'its image is a link in the archive, which is not followed' },
  ])
})

t.test('words beside archives leave a folder one of archives', async t => {
  const folder = (...names: string[]) => t.testdir(Object.fromEntries(names.map(name => [name, ''])))
  t.ok(await isWebDataset(folder('a.tar', 'b.tar.gz', 'README.md', 'LICENSE', 'dataset_info.json'), true))
  t.notOk(await isWebDataset(folder('README.md'), true), 'words alone are none')
  t.notOk(await isWebDataset(folder('a.tar', 'a.png'), true))
})

t.test('a mask turns as its image does', async t => {
  const file = join(t.testdir(), 'set.tar')
  const upright = Array.from({ length: 24 }, (_, i) => i)
  const stored = Array.from({ length: 24 }, (_, i) => upright[(i % 4) * 6 + 5 - Math.floor(i / 4)]!)
  const image = await encode(pattern(6, 4, 3), 6, 4, 3).withMetadata({ orientation: 6 }).png().toBuffer()
  const as = await encode(Uint8Array.from(stored), 6, 4, 1).png().toBuffer()
  const seen = await encode(Uint8Array.from(upright), 4, 6, 1).png().toBuffer()
  writeFileSync(file, tar({
    '0.png': image,
    '0.mask.png': as,
    '1.png': image,
    '1.mask.png': seen,
    '2.png': image,
    '2.mask.png': as,
    '3.png': image,
    '3.mask.png': as,
  }))
  const { train, test } = await open(t, file)
  for (const split of [train, test]) {
    for (let i = 0; i < split.count; i++) t.strictSame([...await split.masks!(Uint32Array.of(i))], upright)
  }
})
