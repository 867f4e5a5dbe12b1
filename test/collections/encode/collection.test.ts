import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { klToPrior, openRepository, pixelCount, planarFromBytes } from '@partition-vae/models'
import t, { type Test } from 'tap'
import { encodeCollection, type EncodeOptions } from '../../../collections/encode/collection.js'
import { openLatents } from '../../../collections/rows/latents.js'
import { shardName } from '../../../collections/rows/manifest.js'
import { readRecord } from '../../../collections/rows/shard.js'
import type { LatentTable } from '../../../collections/rows/table.js'
import { openLeases } from '../../../collections/work/leases.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { latentOf, model, nameOf, pixelsOf, preparePictures, temporaryFolder, writePictures } from '../pictures.js'

async function tablesIn (folder: string): Promise<LatentTable[]> {
  const tables = []
  for await (const table of (await openLatents(folder)).tables()) tables.push(table)
  return tables
}

/** All files of a folder with what is in them, but those of single processes. */
async function contentsOf (folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort()
  const contents = new Map<string, string>()
  for (const name of names) contents.set(name, (await readFile(join(folder, name))).toString('base64'))
  return contents
}

const COUNT = 43
/** Names in the order of folders, as they are listed. */
const inOrder = (count: number) =>
  Array.from({ length: count }, (_, n) => n).sort((a, b) => nameOf(a) < nameOf(b) ? -1 : 1)
const ordered = inOrder(COUNT)
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0)

/** Compares all columns of a folder with what the model is known to give of these pictures. */
async function checkRows (t: Test, folder: string, pictures: readonly number[]): Promise<void> {
  const tables = await tablesIn(folder)
  t.strictSame(tables.flatMap(({ files }) => files), pictures.map(n => `photos/${nameOf(n)}`))
  const all = (of: (table: LatentTable) => Float32Array | undefined) => tables.flatMap(table => [...of(table)!])
  const truth = pictures.map(latentOf)
  t.ok(largest(all(({ mean }) => mean), truth.flatMap(({ mean }) => [...mean])) < 1e-5)
  t.ok(largest(all(({ logVariance }) => logVariance), truth.flatMap(({ logVariance }) => [...logVariance])) < 1e-5)
  const parts = [[0, 2], [2, 3]] as const
  const kl = truth.flatMap(({ mean, logVariance }) =>
    parts.map(([from, to]) => klToPrior(mean.subarray(from, to), logVariance.subarray(from, to))))
  t.ok(largest(all(table => table.kl), kl) < 1e-4, 'KL by partition')
  const mse = pictures.map((n, i) => {
    const drawn = model.decode(truth[i]!.mean, 1)
    const input = planarFromBytes(pixelsOf(n), model.image)
    return drawn.reduce((sum, value, j) => sum + (value - input[j]!) ** 2, 0) / pixelCount(model.image)
  })
  t.ok(largest(all(table => table.mse), mse) < 1e-5, 'squared error')
}

t.test('every picture has its row, in order, with what the model is known to give', async t => {
  const options = await preparePictures(t, COUNT, { columns: ['log_variance', 'kl', 'mse'] })
  const progress: number[] = []
  const result = await encodeCollection(options, { onProgress: done => { progress.push(done) } })
  t.match(result, { rows: COUNT, failed: 0, isComplete: true })
  t.equal(progress.at(-1), COUNT)
  await checkRows(t, options.folder, ordered)
})

t.test('so it is in a shard of several batches, one of which has a picture that fails', async t => {
  const options = await preparePictures(t, 150, { shardSize: 200, columns: ['log_variance', 'kl', 'mse'] })
  const [first, broken, ...others] = inOrder(150)
  await writeFile(join(options.root, 'photos', nameOf(broken!)), 'no picture')
  t.match(await encodeCollection(options), { manifest: { shards: 1 }, rows: 149, failed: 1 })
  await checkRows(t, options.folder, [first!, ...others])
})

t.test('pictures that do not decode are listed, and the others are encoded', async t => {
  const options = await preparePictures(t, 10)
  await writeFile(join(options.root, 'photos/1/0000.png'), 'no picture')
  await mkdir(join(options.root, 'photos/2/folder.png'))
  async function * lines () { yield * ['photos/gone.png', 'photos/2/folder.png', `photos/${nameOf(0)}`] }
  const listed = { ...options, inputs: ['photos', '-'], pictures: ['photos', lines()] }
  t.match(await encodeCollection(listed), { rows: 11, failed: 3, isComplete: true })
  const lines_ = (await readFile(join(options.folder, 'failed.jsonl'), 'utf8')).trim().split('\n')
  t.strictSame(lines_.map(line => JSON.parse(line)), [
    { file: 'photos/1/0000.png', reason: 'unsupported image format' },
    { file: 'photos/gone.png', reason: 'no such file' },
    { file: 'photos/2/folder.png', reason: 'a folder' },
  ])
})

t.test('several at once do each shard once, and leave what one leaves', async t => {
  const options = await preparePictures(t, COUNT)
  const others = { ...options, folder: join(options.root, 'others') }
  await encodeCollection(options)
  const results = await Promise.all([1, 2, 3].map(() => encodeCollection({ ...others, threads: 1 })))
  for (const result of results) t.match(result, { rows: COUNT, isComplete: true }, 'each waits for the others')
  t.strictSame(await contentsOf(others.folder), await contentsOf(options.folder))
})

t.test('a shard that another has is left to it', async t => {
  const options = await preparePictures(t, COUNT, { threads: 1 })
  await encodeCollection({ ...options, part: { n: 999, of: 1000 } })
  const leases = await openLeases({ folder: join(options.folder, 'leases') })
  t.teardown(() => leases.close())
  const lease = (await leases.take(shardName(0)))!
  let looking: Promise<void> | undefined
  const look = async () => {
    t.equal(await readRecord(options.folder, 0), undefined, 'all others are done, and this one is not')
    await lease.release()
  }
  const result = await encodeCollection(options, { onProgress: done => { if (done >= COUNT - 8) looking ??= look() } })
  await looking
  t.match(result, { rows: COUNT, isComplete: true }, 'what was given back is done')
})

t.test('what was left is gone on with: shards that are whole are not encoded again', async t => {
  const options = await preparePictures(t, COUNT)
  const controller = new AbortController()
  const { signal } = controller
  await t.rejects(encodeCollection({ ...options, signal, threads: 1 }, {
    onProgress: done => { if (done >= 16) controller.abort(new Error('stop')) },
  }), /^Error: stop$|stop/)
  const kept = await readRecord(options.folder, 0)
  t.ok(kept, 'the first is whole')
  // A picture that is gone now was encoded before: its row stays.
  await rm(join(options.root, 'photos', nameOf(ordered[0]!)))
  t.match(await encodeCollection(options), { rows: COUNT, failed: 0, isComplete: true })
  t.strictSame(await readRecord(options.folder, 0), kept)
  t.strictSame(await readdir(join(options.folder, 'leases')), [])
})

t.test('a shard whose record or file is damaged is encoded again', async t => {
  const options = await preparePictures(t, COUNT)
  await encodeCollection(options)
  const before = await contentsOf(options.folder)
  await writeFile(join(options.folder, 'done/shard-00001.json'), '{"shard":')
  await writeFile(join(options.folder, 'shards/shard-00002.parquet'), 'short')
  await encodeCollection(options)
  t.strictSame(await contentsOf(options.folder), before)
})

t.test('parts do their shards, and together all', async t => {
  const options = await preparePictures(t, COUNT)
  t.match(await encodeCollection({ ...options, part: { n: 1, of: 2 } }), { rows: 19, isComplete: false })
  t.notOk((await readdir(options.folder)).includes('complete.json'))
  t.match(await encodeCollection({ ...options, part: { n: 0, of: 2 } }), { rows: COUNT - 19, isComplete: true })
  t.equal((await openLatents(options.folder)).rows, COUNT)
})

t.test('more pictures come into a finished folder', async t => {
  const options = await preparePictures(t, 20)
  await encodeCollection(options)
  await writePictures(join(options.root, 'photos'), 9, 20)
  t.match(await encodeCollection(options), { rows: 20 }, 'not by themselves: the list is made once')
  await encodeCollection({ ...options, isAdding: true, part: { n: 999, of: 1000 } })
  t.notOk((await readdir(options.folder)).includes('complete.json'), 'it is complete no more')
  const result = await encodeCollection({ ...options, isAdding: true })
  t.match(result, { rows: 29, isComplete: true })
  const names = (await tablesIn(options.folder)).flatMap(({ files }) => files)
  t.strictSame(names.toSorted(), Array.from({ length: 29 }, (_, n) => `photos/${nameOf(n)}`).sort())
  t.match(await encodeCollection({ ...options, isAdding: true }), { rows: 29 }, 'nothing new is nothing to do')
})

t.test('a folder of other latents is refused, and stays as it is', async t => {
  const options = await preparePictures(t, 10)
  await encodeCollection(options)
  const before = await contentsOf(options.folder)
  const { card } = options.model
  const cases: Array<[Partial<EncodeOptions>, RegExp]> = [
    [{ model: { ...options.model, card: { ...card, name: 'other' } } }, /latents of the model other in .* of the model li/],
    [{ model: { ...options.model, card: { ...card, version: 9 } } }, /of version 9 in .* but found latents of version 1;/],
    [{ model: { ...options.model, encoder: Uint8Array.of(1) } }, /of an encoder with SHA-256 4bf5122/],
    [{ fit: 'cover' }, /with --fit cover in .* but found latents with --fit fill; take another folder$/],
    [{ invert: true }, /with --invert true/],
    [{ columns: ['kl'] }, /with columns mean,kl in .* with columns mean;/],
    [{ files: 'npy' }, /as --format npy/],
    [{ inputs: ['more'] }, /of the inputs more in .* but found latents of the inputs photos; --add encodes more/],
    [{ root: '/elsewhere' }, /of pictures in \/elsewhere in .*; give --root where they are elsewhere on this machine$/],
    [{ root: '/elsewhere', isAdding: true }, /of pictures in \/elsewhere in/],
  ]
  for (const [change, message] of cases) {
    await t.rejects(encodeCollection({ ...options, ...change }), { code: 'PVAE_OUTPUT_MISMATCH', message })
  }
  t.strictSame(await contentsOf(options.folder), before)
})

t.test('an edited manifest does not rename columns', async t => {
  const options = await preparePictures(t, 10)
  await encodeCollection(options)
  const path = join(options.folder, 'manifest.json')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('"shape"', '"shapes"'))
  await t.rejects(encodeCollection(options), {
    code: 'PVAE_OUTPUT_MISMATCH', message: /of partitions shape \(2\), style \(1\) .* of partitions shapes \(2\)/,
  })
})

t.test('pictures that are out of reach are no pictures that fail', async t => {
  const options = await preparePictures(t, 10)
  const away = { ...options, root: join(options.root, 'nowhere'), isElsewhere: true }
  await encodeCollection({ ...options, part: { n: 999, of: 1000 } })
  await t.rejects(encodeCollection(away), {
    code: 'PVAE_OUTPUT_INCOMPLETE',
    message: /failed: none of its \d pictures can be read: photos\/\d\/\d{4}.png: no such file$/,
  })
  t.match(await encodeCollection(options), { rows: 10, failed: 0, isComplete: true }, 'they are where they were')
})

t.test('a pipe among the pictures is not waited for', async t => {
  const options = await preparePictures(t, 5)
  const pipe = join(options.root, 'photos/pipe.png')
  execFileSync('mkfifo', [pipe])
  await t.rejects(encodeCollection({ ...options, pictures: [pipe], inputs: [pipe] }), { code: 'PVAE_INPUT_NOT_FOUND' })
  t.strictSame(await readdir(options.root), ['models', 'photos'], 'and no folder was made for nothing')
  async function * lines () { yield * [pipe, `photos/${nameOf(0)}`] }
  t.match(await encodeCollection({ ...options, pictures: [lines()] }), { rows: 1, failed: 1 })
})

t.test('what is added while others are at it is for the last to finish', async t => {
  const options = await preparePictures(t, 20)
  let added = false
  const result = await encodeCollection({ ...options, threads: 1 }, {
    onProgress: async () => {
      if (added) return
      added = true
      await writePictures(join(options.root, 'photos'), 9, 20)
      await encodeCollection({ ...options, isAdding: true, part: { n: 999, of: 1000 } })
    },
  })
  t.match(result, { rows: 20, isComplete: false })
  t.notOk((await readdir(options.folder)).includes('complete.json'))
  t.match(await encodeCollection(options), { rows: 29, isComplete: true })
})

t.test('files that a killed process left half written do not stay', async t => {
  const options = await preparePictures(t, 10)
  await encodeCollection(options)
  const left = join(options.folder, 'shards/.tmp-0123-shard-00000.parquet')
  await writeFile(left, '')
  await utimes(left, 1000, 1000)
  // Another may be writing this one.
  await writeFile(join(options.folder, 'shards/.tmp-4567-shard-00000.parquet'), '')
  await encodeCollection(options)
  t.strictSame((await readdir(join(options.folder, 'shards'))).sort(), [
    '.tmp-4567-shard-00000.parquet', 'shard-00000.parquet', 'shard-00001.parquet',
  ])
})

t.test('the pictures\' own folder is no place for latents', async t => {
  const options = await preparePictures(t, 5)
  const folder = join(options.root, 'photos')
  await t.rejects(encodeCollection({ ...options, folder }), { code: 'PVAE_INVALID_PARAMETER' })
  t.strictSame(await readdir(folder), ['0', '1', '2'])
})

t.test('nothing to encode, and nowhere to write', async t => {
  const options = await preparePictures(t, 0, { inputs: ['empty'], pictures: ['empty'] })
  await mkdir(join(options.root, 'empty'))
  await t.rejects(encodeCollection(options), { code: 'PVAE_INPUT_NOT_FOUND' })
  await writeFile(join(options.root, 'file'), '')
  await t.rejects(encodeCollection({ ...options, folder: join(options.root, 'file/out') }), {
    code: 'PVAE_OUTPUT_UNWRITABLE', message: /file\/out.* can not be written: ENOTDIR$/,
  })
  await t.rejects(encodeCollection({ ...options, folder: '/proc/pvae/out' }), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'shards'))
  await writeFile(join(folder, 'shards/mine.txt'), '')
  await t.rejects(encodeCollection({ ...options, folder }), { code: 'PVAE_OUTPUT_INVALID' })
})

t.test('a model that does not do what it is known to do is given up after three tries, in words', async t => {
  const options = await preparePictures(t, 10)
  const other = await temporaryFolder(t)
  await publishLinearModel(other, { seed: 7 })
  const { encoder } = await openRepository(other).open(options.model.card.name)
  const faults: string[] = []
  await t.rejects(encodeCollection({ ...options, model: { ...options.model, encoder }, threads: 1 }, {
    onFault: (shard, message) => { faults.push(`${shard}: ${message}`) },
  }), { code: 'PVAE_OUTPUT_INCOMPLETE', message: /^expected all shards to be encoded but shard 0 and 1 more failed: linear/ })
  t.equal(faults.length, 6)
  t.match(faults[0], /^0: linear\/1: expected .* for examples\[0\].mean/)
})
