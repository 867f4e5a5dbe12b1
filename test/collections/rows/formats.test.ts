import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openLatents } from '../../../collections/rows/latents.js'
import { writeManifest, type Manifest } from '../../../collections/rows/manifest.js'
import { doneFolder, readRecord, shardsFolder, writeShard } from '../../../collections/rows/shard.js'
import type { LatentTable } from '../../../collections/rows/table.js'
import { temporaryFolder } from '../pictures.js'

const manifest: Manifest = {
  format: 'pvae-latents',
  formatVersion: 1,
  model: 'linear',
  version: 2,
  encoderSha256: '0'.repeat(64),
  pixelRule: 2,
  fit: 'fill',
  invert: false,
  latentSize: 3,
  partitions: [{ name: 'shape', size: 2 }, { name: 'style', size: 1, label: 'ink' }],
  columns: ['mean', 'log_variance', 'kl', 'mse'],
  files: 'parquet',
  inputs: ['photos'],
  root: '/data',
  images: 6,
  shards: 2,
}

const table = (names: readonly string[]): LatentTable => {
  const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 12.9 + names.length) / 3)
  return {
    files: names,
    mean: numbers(names.length * 3),
    logVariance: numbers(names.length * 3),
    kl: numbers(names.length * 2),
    mse: numbers(names.length),
  }
}

async function writeBoth (folder: string, files: Manifest['files']): Promise<LatentTable[]> {
  const described = { ...manifest, files }
  await mkdir(shardsFolder(folder), { recursive: true })
  await mkdir(doneFolder(folder), { recursive: true })
  await writeManifest(folder, described)
  const tables = [table(['a.png', 'b "c"\n.png', 'ü/日本.png']), table([])]
  await writeShard(folder, described, 0, tables[0]!, [])
  await writeShard(folder, described, 1, tables[1]!, [{ file: 'broken.png', reason: 'damaged' }])
  return tables
}

for (const files of ['parquet', 'npy', 'jsonl'] as const) {
  t.test(`${files}: what is written reads the same, to the bit`, async t => {
    const folder = await temporaryFolder(t)
    const written = await writeBoth(folder, files)
    const latents = await openLatents(folder)
    t.equal(latents.rows, 3)
    let shard = 0
    for await (const read of latents.tables()) t.strictSame(read, written[shard++])
    t.equal(shard, 2)
  })

  t.test(`${files}: bytes that have changed, and files that are gone, are not taken for latents`, async t => {
    const folder = await temporaryFolder(t)
    await writeBoth(folder, files)
    const { files: [{ name } = { name: '' }] } = (await readRecord(folder, 0))!
    const path = join(shardsFolder(folder), name)
    const bytes = await readFile(path)
    bytes[bytes.length - 1]! ^= 1
    await writeFile(path, bytes)
    const latents = await openLatents(folder)
    await t.rejects(latents.tables()[Symbol.asyncIterator]().next(), {
      code: 'PVAE_OUTPUT_INVALID', message: new RegExp(`^expected the bytes that were written for .*${name}`),
    })
    await writeFile(path, bytes.subarray(0, 20))
    await t.rejects(openLatents(folder), {
      code: 'PVAE_OUTPUT_INCOMPLETE', message: /^expected all 2 shards in .* but found 1;/,
    })
    await rename(path, `${path}.gone`)
    await t.rejects(openLatents(folder), { code: 'PVAE_OUTPUT_INCOMPLETE' })
  })
}

t.test('lines of JSON say what is what', async t => {
  const folder = await temporaryFolder(t)
  const [{ mean, logVariance, kl, mse }] = await writeBoth(folder, 'jsonl') as [Required<LatentTable>]
  const [line] = (await readFile(join(shardsFolder(folder), 'shard-00000.jsonl'), 'utf8')).split('\n').slice(1)
  const { file, ...numbers } = JSON.parse(line!) as { file: string, [name: string]: number | number[] | string }
  t.equal(file, 'b "c"\n.png')
  const read = Object.entries(numbers).map(([name, value]) => [name, [value].flat().map(Number).map(Math.fround)])
  t.strictSame(read, [
    ['shape', [...mean.subarray(3, 5)]], ['shape.log_variance', [...logVariance.subarray(3, 5)]], ['shape.kl', [kl[2]]],
    ['style', [mean[5]]], ['style.log_variance', [logVariance[5]]], ['style.kl', [kl[3]]],
    ['mse', [mse[1]]],
  ])
})

t.test('arrays have the shapes of NumPy, and begin at a multiple of 64 bytes', async t => {
  const folder = await temporaryFolder(t)
  await writeBoth(folder, 'npy')
  const shapes = { '': '(3, 3)', '.log_variance': '(3, 3)', '.kl': '(3, 2)', '.mse': '(3,)' }
  for (const [ending, shape] of Object.entries(shapes)) {
    const bytes = await readFile(join(shardsFolder(folder), `shard-00000${ending}.npy`))
    const start = 10 + bytes.readUInt16LE(8)
    const header = bytes.toString('latin1', 10, start)
    t.equal(header.trimEnd(), `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`)
    t.match(header, /\n$/)
    t.equal(start % 64, 0)
  }
})

t.test('a shard whose files can not be written has no record', async t => {
  const folder = await temporaryFolder(t)
  await mkdir(doneFolder(folder))
  await t.rejects(writeShard(folder, manifest, 0, table(['a.png']), []), { code: 'ENOENT' })
  t.strictSame(await readdir(doneFolder(folder)), [])
})

t.test('a manifest that was cut off or edited says so', async t => {
  const folder = await temporaryFolder(t)
  await t.rejects(openLatents(folder), { code: 'PVAE_OUTPUT_INVALID', message: /but found no .*manifest.json$/ })
  await writeBoth(folder, 'npy')
  const path = join(folder, 'manifest.json')
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.slice(0, 100))
  await t.rejects(openLatents(folder), { code: 'PVAE_OUTPUT_INVALID', message: /^expected JSON in .*manifest.json/ })
  await writeFile(path, text.replace('"shards": 2', '"shards": "two"'))
  await t.rejects(openLatents(folder), {
    code: 'PVAE_OUTPUT_INVALID', message: /manifest.json: expected an integer for shards but found "two"$/,
  })
  await writeFile(path, text.replace('"latentSize": 3', '"latentSize": 4'))
  await t.rejects(openLatents(folder), {
    message: /manifest.json: expected 3, the units of all partitions, for latentSize but found 4$/,
  })
})
