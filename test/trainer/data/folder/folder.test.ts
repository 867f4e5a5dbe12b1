import { mkdir, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { openDataset, type DataProgress, type DataSplits, type ImageDataset } from '../../../../trainer/data/index.js'
import type { FolderConfig } from '../../../../trainer/data/source-config/pictures.js'
import { defaultCacheDirectory } from '../../../../trainer/data/folder/decoded-files.js'
import { encode, pattern, png } from './images.js'

async function put (directory: string, files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), bytes)
  }
}

/** A folder `photos` with these files, and a config for it. */
async function prepare (
  t: Test,
  files: Record<string, string | Uint8Array>,
  change: Partial<FolderConfig> = {}
): Promise<FolderConfig & { cacheDirectory: string }> {
  const dir = t.testdir({ photos: {} })
  await put(join(dir, 'photos'), files)
  return {
    source: 'folder',
    directory: join(dir, 'photos'),
    height: 4,
    width: 6,
    channels: 3,
    fit: 'fill',
    testFraction: 0.3,
    splitSeed: 0,
    cacheDirectory: join(dir, 'cache'),
    ...change,
  }
}

async function numbered (count: number, prefix = ''): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries(
    await Promise.all(
      Array.from(
        { length: count },
        async (_, i) => [`${prefix}${String(i).padStart(3, '0')}.png`, await png(4, 6, 3, i)] as const
      )
    )
  )
}

async function readAll (dataset: ImageDataset): Promise<string[]> {
  const size = 72
  const out = new Uint8Array(dataset.count * size)
  await dataset.read(Uint32Array.from({ length: dataset.count }, (_, i) => i), out)
  return Array.from({ length: dataset.count }, (_, i) => out.subarray(i * size, (i + 1) * size).join())
}

async function close ({ train, test }: DataSplits): Promise<void> {
  await train.close()
  await test.close()
}

t.test('a tree of images of any form; what is none is skipped and listed', async t => {
  const whole = await png(40, 40, 3)
  const config = await prepare(t, {
    ...await numbered(12, 'deep/er/'),
    'a.jpeg': await encode(pattern(20, 30, 3), 20, 30, 3).jpeg().toBuffer(),
    'b.webp': await encode(pattern(20, 30, 3), 20, 30, 3).webp().toBuffer(),
    'c-alpha.png': await png(9, 9, 4),
    'd-16bit.png': await encode(Uint16Array.from(pattern(9, 9, 3), v => v * 257), 9, 9, 3).png().toBuffer(),
    'e-grey.png': await png(9, 9, 1),
    'f-turned.jpg': await encode(pattern(20, 30, 3), 20, 30, 3).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    'g-named-wrongly.txt': await png(4, 6, 3, 5),
    'notes.txt': 'hello, I am no image',
    'drawing.png': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    'empty.png': '',
    'truncated.png': whole.subarray(0, whole.length / 2),
    '.hidden.png': whole,
  })
  const splits = await openDataset(config)
  const { train, test, skipped } = splits
  t.equal(train.count + test.count, 19)
  t.match(train, { name: 'photos/train', shape: { height: 4, width: 6, channels: 3 }, fingerprint: /^[0-9a-f]{64}$/ })
  t.equal(test.name, 'photos/test')
  t.strictSame(skipped.map(({ path }) => path), ['drawing.png', 'empty.png', 'notes.txt', 'truncated.png'])
  t.match(
    skipped.map(({ reason }) => reason),
    ['not a PNG, JPEG or WebP image', 'an empty file', 'not a PNG, JPEG or WebP image', /./]
  )
  t.notOk('labels' in train)

  const images = [...await readAll(train), ...await readAll(test)]
  for (let i = 0; i < 12; i++) t.ok(images.includes(pattern(4, 6, 3, i).join()), `deep/er/${i}`)
  t.strictSame(
    await readdir(config.cacheDirectory),
    [(await readdir(config.cacheDirectory))[0]],
    'one file, nothing temporary'
  )
  await close(splits)
  await close(splits)
})

t.test('reads any indices in any order, and neighbours at once', async t => {
  const splits = await openDataset(await prepare(t, await numbered(30)))
  const all = await readAll(splits.train)
  const indices = Uint32Array.of(7, 8, 9, 3, 3, 2, 0, 1, 19)
  const out = new Uint8Array(indices.length * 72)
  await splits.train.read(indices, out)
  indices.forEach((index, i) => t.equal(out.subarray(i * 72, (i + 1) * 72).join(), all[index]))
  await t.rejects(splits.train.read(Uint32Array.of(splits.train.count), out), { code: 'PVAE_INVALID_PARAMETER' })
  await t.rejects(splits.train.read(Uint32Array.of(0), new Uint8Array(71)), { code: 'PVAE_INVALID_PARAMETER' })
  await close(splits)
})

t.test('the split is decided by each path: new files move no other, another seed splits anew', async t => {
  const config = await prepare(t, await numbered(30))
  const before = await openDataset(config)
  const again = await openDataset(config)
  t.equal(again.train.fingerprint, before.train.fingerprint)
  t.equal(again.test.fingerprint, before.test.fingerprint)
  const [train, test] = [await readAll(before.train), await readAll(before.test)]
  t.ok(test.length >= 3, `${test.length} of 30 at a fraction of 0.3`)
  t.ok(test.length <= 17, `${test.length} of 30 at a fraction of 0.3`)
  const other = await openDataset({ ...config, splitSeed: 1 })
  t.not(other.test.fingerprint, before.test.fingerprint)

  await put(
    config.directory,
    Object.fromEntries(Object.entries(await numbered(10)).map(([name, bytes]) => [`new-${name}`, bytes]))
  )
  const after = await openDataset(config)
  t.equal(after.train.count + after.test.count, 40)
  t.not(after.train.fingerprint, before.train.fingerprint)
  const [moreTrain, moreTest] = [await readAll(after.train), await readAll(after.test)]
  // The new names sort last: each split begins with what it had.
  t.strictSame(moreTrain.slice(0, train.length), train)
  t.strictSame(moreTest.slice(0, test.length), test)
  for (const splits of [before, again, other, after]) await close(splits)
})

t.test('direct subfolders are labels, when all images lie in two or more', async t => {
  const files: Record<string, string | Uint8Array> = {
    ...(await numbered(12, 'dog/')),
    ...(await numbered(12, 'cat/in/')),
    'empty/readme.txt': 'x',
  }
  const config = await prepare(t, files)
  const { train, test, skipped } = await openDataset(config)
  t.strictSame(train.labelNames, ['cat', 'dog'])
  t.equal([...train.labels!, ...test.labels!].filter(label => label === 0).length, 12)
  t.strictSame([...train.labels!], [...train.labels!].sort(), 'paths are sorted, so labels are')
  t.strictSame(skipped, [{ path: 'empty/readme.txt', reason: 'not a PNG, JPEG or WebP image' }])
  await close({ train, test, skipped })

  await put(config.directory, { 'root.png': files['dog/000.png']! })
  const mixed = await openDataset(config)
  t.notOk('labels' in mixed.train)
  await close(mixed)
})

t.test('the cache: used again while nothing changes, built anew when a file, the decoding or the cache ' +
  'does', async t => {
  const config = await prepare(t, await numbered(20))
  let built = 0
  const open = async (
    change: Partial<FolderConfig> = {}
  ): Promise<{ rebuilt: boolean; fingerprint: string; progress: DataProgress[] }> => {
    const progress: DataProgress[] = []
    const splits = await openDataset({ ...config, ...change }, report => progress.push(report))
    if (progress.length > 0) built++
    await close(splits)
    return { rebuilt: progress.length > 0, fingerprint: splits.train.fingerprint + splits.test.fingerprint, progress }
  }
  const first = await open()
  t.match(first.progress.at(-1), { done: 20, total: 20, skipped: 0 })
  t.ok(first.progress.every(({ rate }) => rate > 0))
  t.equal((await open()).rebuilt, false)
  t.equal((await open({ testFraction: 0.4 })).rebuilt, false, 'the split needs no decoding')

  await utimes(join(config.directory, '003.png'), 1e9, 1e9)
  const touched = await open()
  t.equal(touched.rebuilt, true)
  t.equal(touched.fingerprint, first.fingerprint, 'a file touched but not changed has the same content')
  await writeFile(join(config.directory, '003.png'), await png(4, 6, 3, 4))
  t.not((await open()).fingerprint, first.fingerprint)
  t.equal((await readdir(config.cacheDirectory)).length, 1, 'a stale cache is replaced')
  t.equal((await open({ fit: 'cover' })).rebuilt, true)
  t.equal((await readdir(config.cacheDirectory)).length, 2)
  t.equal((await open()).rebuilt, false)

  const [name] = (await readdir(config.cacheDirectory)).sort()
  const path = join(config.cacheDirectory, name!)
  const good = await readFile(path)
  const damages: Array<[string, (bytes: Buffer) => Uint8Array]> = [
    ['truncated', bytes => bytes.subarray(0, bytes.length - 10)],
    ['empty', bytes => bytes.subarray(0, 0)],
    ['index', bytes => { bytes[bytes.length - 5]! ^= 1; return bytes }],
    ['header', bytes => { bytes[2]! ^= 1; return bytes }],
  ]
  for (const fit of ['fill', 'cover'] as const) await open({ fit })
  for (const [what, damage] of damages) {
    await writeFile(path, damage(Buffer.from(good)))
    const before = built
    await open()
    await open({ fit: 'cover' })
    t.equal(built, before + 1, what)
    t.ok((await readFile(path)).equals(good), `${what}: restored`)
  }
})

t.test('links are followed, loops and dead ends are skipped; a cache inside the folder is not data', async t => {
  const config = await prepare(t, await numbered(20, 'real/'))
  await symlink(join(config.directory, 'real'), join(config.directory, 'linked'))
  await symlink(config.directory, join(config.directory, 'real', 'loop'))
  await symlink(join(config.directory, 'nowhere'), join(config.directory, 'dead'))
  const inside = { ...config, cacheDirectory: join(config.directory, 'cache') }
  const splits = await openDataset(inside)
  t.equal(splits.train.count + splits.test.count, 20)
  t.match(splits.skipped, [
    { path: 'dead', reason: /ENOENT/ },
    { path: 'linked', reason: 'a link to real, which is there already' },
    { path: 'real/loop', reason: 'a link to the folder of all images, which is there already' },
  ])
  await close(splits)
  let rebuilt = false
  await close(await openDataset(inside, () => { rebuilt = true }))
  t.equal(rebuilt, false)
  await t.rejects(openDataset({ ...config, cacheDirectory: config.directory }), {
    code: 'PVAE_CONFIG_INVALID',
    message: `expected a folder other than data.directory for data.cacheDirectory but received ${config.directory}`,
  })
})

t.test('folders that can not be trained on', async t => {
  const config = await prepare(t, {})
  await t.rejects(openDataset({ ...config, directory: join(config.directory, 'missing') }), {
    code: 'PVAE_DATA_NOT_FOUND', message: /^no such file or folder: .*missing \(data\.directory\)$/,
  })
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_EMPTY',
    message: /expected PNG, JPEG or WebP images in .*photos for data.directory but found no files/,
  })
  await put(config.directory, { 'a.txt': 'x', 'b.txt': 'y' })
  const none = {
    code: 'PVAE_DATA_EMPTY',
    message: /found none among 2 files, e.g. a.txt: not a PNG, JPEG or WebP image/,
  }
  await t.rejects(openDataset(config), none)
  await t.rejects(openDataset(config), none, 'and again, from the cache')
  await put(config.directory, { 'c.MP4': 'z' })
  await t.rejects(openDataset(config), { message: /WebP image; of a clip, give the file itself as --data$/ })
  await put(config.directory, { 'one.png': await png(4, 6, 3) })
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_EMPTY',
    message: /expected at least 1 image to train and 1 to test for photos but found 1 and 0 in all: add images/,
  })
  await t.rejects(openDataset({ ...config, directory: join(config.directory, 'a.txt') }), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /expected a folder for data\.directory but found a file: .*a\.txt/,
  })
})

t.test('a cache that can not be written', async t => {
  const config = await prepare(t, { ...await numbered(3), file: 'x' })
  await t.rejects(openDataset({ ...config, cacheDirectory: join(config.directory, 'file', 'cache') }), {
    code: 'PVAE_OUTPUT_UNWRITABLE', message: /expected to write .*cache but found a file where a folder should be/,
  })
  // A folder lies where the cache file belongs: the last step, the rename, fails.
  await close(await openDataset(config))
  const [name] = await readdir(config.cacheDirectory)
  const path = join(config.cacheDirectory, name!)
  await rm(path)
  await put(path, { occupied: 'x' })
  await t.rejects(openDataset(config), {
    code: 'PVAE_OUTPUT_UNWRITABLE',
    message: /expected to write .*\.images but found/,
  })
  await rm(path, { recursive: true })
  await close(await openDataset(config))
  t.strictSame(await readdir(config.cacheDirectory), [name])
})

t.test('a cache that changes underneath', async t => {
  const config = await prepare(t, await numbered(20))
  const destroy = async (): Promise<void> => {
    for (const name of await readdir(config.cacheDirectory)) {
      if (name.endsWith('.images')) await writeFile(join(config.cacheDirectory, name), 'gone')
    }
  }
  const splits = await openDataset(config)
  await destroy()
  await t.rejects(readAll(splits.train), {
    code: 'PVAE_DATA_CORRUPT',
    message: /of image \d+ for the image cache of photos\/train but found 0: start again to rebuild it/,
  })
  await close(splits)

  const { writeFileSync, readdirSync } = await import('node:fs')
  await t.rejects(openDataset(config, ({ done, total }) => {
    // The last report comes when the cache is in its place.
    if (done === total) {
      for (const name of readdirSync(config.cacheDirectory)) {
        if (name.endsWith('.images')) writeFileSync(join(config.cacheDirectory, name), 'x')
      }
    }
  }), { code: 'PVAE_DATA_CORRUPT', message: /expected the image cache just written for .* but found another/ })
})

t.test('where the cache lies by default', async t => {
  t.equal(defaultCacheDirectory({ XDG_CACHE_HOME: '/var/caches' }), join('/var/caches', 'partition-vae'))
  t.equal(defaultCacheDirectory({ XDG_CACHE_HOME: 'relative' }), join(homedir(), '.cache', 'partition-vae'))
  t.equal(defaultCacheDirectory({}), join(homedir(), '.cache', 'partition-vae'))
  const config = await prepare(t, await numbered(20))
  const { cacheDirectory, ...rest } = config
  const before = process.env.XDG_CACHE_HOME
  t.teardown(() => {
    if (before === undefined) delete process.env.XDG_CACHE_HOME
    else process.env.XDG_CACHE_HOME = before
  })
  process.env.XDG_CACHE_HOME = join(cacheDirectory, 'user')
  await close(await openDataset(rest))
  t.match(await readdir(join(cacheDirectory, 'user', 'partition-vae')), [/^photos-[0-9a-f]{16}\.images$/])
})

t.test('closing waits for a batch that is being read', async t => {
  const { train, test } = await openDataset(await prepare(t, await numbered(40)))
  const expected = await readAll(train)
  const reading = readAll(train)
  let isRead = false
  reading.then(() => { isRead = true })
  await Promise.all([train.close(), test.close()])
  t.ok(isRead)
  t.strictSame(await reading, expected)
})
