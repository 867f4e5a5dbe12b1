import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { createEpoch, openDataset, selectFactors, type DataSplits } from '../../../../trainer/data/index.js'
import type { FolderConfig } from '../../../../trainer/data/config.js'
import { png } from './images.js'

/** A folder with 20 images in two clips, and a table of what they show. */
async function prepare (t: Test): Promise<{ config: FolderConfig, table: string[], write: (lines: readonly string[]) => Promise<void> }> {
  const dir = t.testdir()
  const directory = join(dir, 'footage')
  const table = ['speed,filename,ball/x,ball/y']
  for (let i = 0; i < 20; i++) {
    const path = `clip${i % 2}/${i}.png`
    await mkdir(join(directory, `clip${i % 2}`), { recursive: true })
    await writeFile(join(directory, path), await png(4, 6, 3, i))
    table.push(`${i / 4},${path},${i},${-i}e-1`)
  }
  const config: FolderConfig = {
    source: 'folder', directory, height: 4, width: 6, channels: 3, fit: 'fill', testFraction: 0.3, splitSeed: 0, cacheDirectory: join(dir, 'cache'),
  }
  return { config, table, write: lines => writeFile(join(directory, 'factors.csv'), lines.join('\n')) }
}

async function close ({ train, test }: DataSplits): Promise<void> {
  await train.close()
  await test.close()
}

t.test('factors.csv says what a folder\'s images show', async t => {
  const { config, table, write } = await prepare(t)
  const plain = await openDataset(config)
  t.notOk('factors' in plain.train)
  await close(plain)
  await write([...table, '1,gone.png,2,3'])
  const splits = await openDataset(config)
  t.strictSame(splits.skipped, [{ path: 'gone.png', reason: 'in factors.csv, but not in the folder' }])
  for (const dataset of [splits.train, splits.test]) {
    const { names, groups, values } = dataset.factors!
    t.strictSame(names, ['speed', 'ball/x', 'ball/y'])
    t.strictSame(groups, { speed: ['speed'], ball: ['ball/x', 'ball/y'] })
    t.equal(values.length, dataset.count * 3)
    const images = new Uint8Array(dataset.count * 72)
    await dataset.read(Uint32Array.from({ length: dataset.count }, (_, i) => i), images)
    for (let i = 0; i < dataset.count; i++) {
      // The first value of an image says which one it is (see `pattern`).
      const phase = Array.from({ length: 20 }, (_, phase) => phase).find(phase => phase * 40 % 256 === images[i * 72])!
      t.strictSame([...selectFactors(dataset.factors!, Uint32Array.of(i))], [phase / 4, phase, Math.fround(-phase / 10)])
    }
  }
  t.not(splits.train.fingerprint, plain.train.fingerprint, 'factors are part of the content')
  t.notOk('scene' in splits.train)
  await close(splits)
})

t.test('pairs of a folder: frames of one clip', async t => {
  const { config } = await prepare(t)
  const splits = await openDataset(config)
  const { train } = splits
  const epoch = createEpoch(train, { batchSize: 6, seed: 1, epoch: 0, pairs: { maxGap: 3 } })
  for (let step = 0; step < epoch.steps; step++) {
    const { indices, images } = await epoch.read(step)
    t.equal(indices.length, 3)
    const phases = Array.from({ length: 6 }, (_, i) => Array.from({ length: 20 }, (_, phase) => phase).find(phase => phase * 40 % 256 === images[i * 72])!)
    for (let i = 0; i < 3; i++) {
      // Clips hold every other frame: 3 frames apart is 6 numbers.
      const gap = phases[i + 3]! - phases[i]!
      t.ok([2, 4, 6].includes(gap), `frames ${phases[i]} and ${phases[i + 3]}`)
    }
  }
  await close(splits)
})

t.test('a table that does not fit', async t => {
  const { config, table, write } = await prepare(t)
  const [header, ...rows] = table as [string, ...string[]]
  const constant = table.map((line, i) => i === 0 ? `${line},lamp/on` : `${line},1`)
  const cases: Array<[string[], string, RegExp]> = [
    [['file,x', ...rows], 'PVAE_DATA_CORRUPT', /line 2: expected 2 cells, as in the header, but found 4/],
    [['file,x', 'a,1'], 'PVAE_DATA_CORRUPT', /^factors\.csv: expected a column filename and named columns of numbers but found "file, x"/],
    [['filename', ...rows.map(row => row.split(',')[1]!)], 'PVAE_DATA_CORRUPT', /expected a column filename and named columns of numbers but found "filename"/],
    [[header.replace('speed', ''), ...rows], 'PVAE_DATA_CORRUPT', /expected a column filename and named columns/],
    [[header.replace('speed', 'ball/'), ...rows], 'PVAE_DATA_CORRUPT', /expected group\/name or a plain name for a column but found "ball\/"/],
    [[header.replace('speed', '/x'), ...rows], 'PVAE_DATA_CORRUPT', /expected group\/name or a plain name for a column but found "\/x"/],
    [constant, 'PVAE_DATA_CORRUPT', /expected different numbers in column lamp\/on but found 1 for all 20 images: remove it/],
    [table.slice(0, -2), 'PVAE_DATA_MIXED', /^factors\.csv: expected a row for each of 20 images but found none for 2, e\.g\. clip0\/18\.png/],
    [[...table, table[3]!], 'PVAE_DATA_CORRUPT', /expected one row for each image but found a second for clip0\/2\.png in line 22/],
    [[...table, '1,x.png,NaN,2'], 'PVAE_DATA_CORRUPT', /expected a number for ball\/x in line 22 \(x\.png\) but found "NaN"/],
    [[...table, '1,x.png,,2'], 'PVAE_DATA_CORRUPT', /expected a number for ball\/x in line 22 \(x\.png\) but found ""/],
    [[...table, '1,x.png,2,Infinity'], 'PVAE_DATA_CORRUPT', /expected a number for ball\/y in line 22 \(x\.png\) but found "Infinity"/],
  ]
  for (const [lines, code, message] of cases) {
    await write(lines)
    await t.rejects(openDataset(config), { code, message })
  }
  await rm(join(config.directory, 'factors.csv'))
  await mkdir(join(config.directory, 'factors.csv'))
  await t.rejects(openDataset(config), { code: 'PVAE_DATA_NOT_FOUND', message: /factors\.csv but found EISDIR/ })
})
