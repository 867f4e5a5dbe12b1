import { execFileSync } from 'node:child_process'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createEpoch, openDataset, selectFactors, type DataSplits } from '../../../../trainer/data/index.js'
import type { FolderConfig } from '../../../../trainer/data/source-config/pictures.js'
import { png } from './images.js'

const nfd = fileURLToPath(new URL('../../../fixtures/data/f_nfd.tgz', import.meta.url))

/** A folder with 20 images in two clips, and a table of what they show. */
async function prepare (
  t: Test
): Promise<{ config: FolderConfig; table: string[]; write: (lines: readonly string[]) => Promise<void> }> {
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
    source: 'folder',
    directory,
    height: 4,
    width: 6,
    channels: 3,
    fit: 'fill',
    testFraction: 0.3,
    splitSeed: 0,
    cacheDirectory: join(dir, 'cache'),
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
      t.strictSame(
        [...selectFactors(dataset.factors!, Uint32Array.of(i))],
        [phase / 4, phase, Math.fround(-phase / 10)]
      )
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
    const phases = Array.from({ length: 6 }, (_, i) =>
      Array.from({ length: 20 }, (_, phase) => phase).find(phase => (phase * 40) % 256 === images[i * 72])!
    )
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
    [
      ['file,x', 'a,1'],
      'PVAE_DATA_CORRUPT',
      /^factors\.csv: expected a column filename and named columns of numbers but found "file, x"/,
    ],
    [
      ['filename', ...rows.map(row => row.split(',')[1]!)],
      'PVAE_DATA_CORRUPT',
      /expected a column filename and named columns of numbers but found "filename"/,
    ],
    [[header.replace('speed', ''), ...rows], 'PVAE_DATA_CORRUPT', /expected a column filename and named columns/],
    [
      [header.replace('speed', 'ball/'), ...rows],
      'PVAE_DATA_CORRUPT',
      /expected group\/name or a plain name for a column but found "ball\/"/,
    ],
    [
      [header.replace('speed', '/x'), ...rows],
      'PVAE_DATA_CORRUPT',
      /expected group\/name or a plain name for a column but found "\/x"/,
    ],
    [
      constant,
      'PVAE_DATA_CORRUPT',
      /expected different numbers in column lamp\/on but found 1 for all 20 images: remove it/,
    ],
    [
      table.slice(0, -2),
      'PVAE_DATA_MIXED',
      /^factors\.csv: expected a row for each of 20 images but found none for 2, e\.g\. clip0\/18\.png/,
    ],
    [
      [...table, table[3]!],
      'PVAE_DATA_CORRUPT',
      /expected one row for each image but found a second for clip0\/2\.png in line 22/,
    ],
    [
      [...table, '1,x.png,NaN,2'],
      'PVAE_DATA_CORRUPT',
      /expected a finite number for ball\/x in line 22 \(x\.png\) but found "NaN"/,
    ],
    [
      [...table, '1,x.png,,2'],
      'PVAE_DATA_CORRUPT',
      /expected a finite number for ball\/x in line 22 \(x\.png\) but found ""/,
    ],
    [
      [...table, '1,x.png,2,Infinity'],
      'PVAE_DATA_CORRUPT',
      /expected a finite number for ball\/y in line 22 \(x\.png\) but found "Infinity"/,
    ],
  ]
  for (const [lines, code, message] of cases) {
    await write(lines)
    await t.rejects(openDataset(config), { code, message })
  }
  for (const bytes of ['1e400', '-1e999', 'inf', 'nan', '0x', '1_000', '1,5'].map(cell => `1,x.png,"${cell}",2`)) {
    await write([...table, bytes])
    await t.rejects(openDataset(config), {
      code: 'PVAE_DATA_CORRUPT',
      message: /expected a finite number for ball\/x in line 22 \(x\.png\) but found "/,
    })
  }
  await rm(join(config.directory, 'factors.csv'))
  await mkdir(join(config.directory, 'factors.csv'))
  await t.rejects(openDataset(config), { code: 'PVAE_DATA_NOT_FOUND', message: /factors\.csv but found EISDIR/ })
})

/** The values of a column by image, of both splits. */
async function columnOf (splits: DataSplits, name: string): Promise<{ raw: number[], selected: number[] }> {
  const [raw, selected]: [number[], number[]] = [[], []]
  for (const { count, factors } of [splits.train, splits.test]) {
    const column = factors!.names.indexOf(name)
    const rows = selectFactors(factors!, Uint32Array.from({ length: count }, (_, i) => i))
    for (let i = 0; i < count; i++) {
      raw.push(factors!.values[i * factors!.names.length + column]!)
      selected.push(rows[i * factors!.names.length + column]!)
    }
  }
  return { raw, selected }
}

t.test('large numbers a little apart stay apart, also where measures take single precision', async t => {
  const { config, table, write } = await prepare(t)
  const columns: ReadonlyArray<readonly [name: string, of: (i: number) => number]> = [
    ['time', i => 1700000000 + i],
    ['milliseconds', i => 1.7e12 + i],
    ['huge', i => 1e300 * (i + 1)],
    ['tiny', i => 1e-300 * (i + 1)],
    ['wide', i => (i - 10) * 1.7e307],
    ['plain', i => i / 8],
  ]
  await write(table.map((line, i) => [line, ...columns.map(([name, of]) => i === 0 ? name : String(of(i - 1)))].join()))
  const splits = await openDataset(config)
  for (const [name, of] of columns) {
    const { raw, selected } = await columnOf(splits, name)
    const expected = Array.from({ length: 20 }, (_, i) => of(i))
    t.strictSame([...raw].sort((a, b) => a - b), expected.sort((a, b) => a - b), `${name} as it is written`)
    t.ok(selected.every(Number.isFinite), name)
    t.equal(new Set(selected).size, 20, `${name}: no two are merged`)
    // A straight line through all, whatever the scale: what measures see is the factor itself.
    const [low, high] = [Math.min(...selected), Math.max(...selected)]
    const [least, most] = [Math.min(...raw), Math.max(...raw)]
    raw.forEach((value, i) => {
      const along = (value / 2 - least / 2) / (most / 2 - least / 2)
      t.ok(Math.abs((selected[i]! - low) / (high - low) - along) < 1e-6, `${name} ${value}`)
    })
    if (name === 'plain') t.strictSame(selected, raw, 'what needs nothing is left as it is')
  }
  await close(splits)
})

t.test('numbers that no precision here tells apart are refused, with column and lines', async t => {
  const { config, table, write } = await prepare(t)
  const added = (of: (i: number) => string) =>
    write(table.map((line, i) => (i === 0 ? `${line},clock` : `${line},${of(i - 1)}`)))
  // One far off, and the others collapse, as nothing brings both into reach.
  await added(i => i === 0 ? '2e9' : String(1e9 + i))
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_CORRUPT',
    message:
      /in column clock but found 20 different ones of which 2 remain, e\.g\. 10000000\d\d in line \d+ and 10000000\d\d in line \d+: give the differences/,
  })
  await added(i => `17000000000000000${String(i).padStart(2, '0')}`)
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_CORRUPT',
    message:
      /^factors\.csv: expected numbers that double precision tells apart in column clock but found \d+ that are read as others are, e\.g\. in lines \d+ and \d+, 170000000000000000?\d+/,
  })
})

t.test('names of the other Unicode form are matched, either way', async t => {
  const dir = t.testdir()
  execFileSync('tar', ['xzf', nfd, '-C', dir])
  const directory = join(dir, 'f_nfd')
  const config: FolderConfig = {
    source: 'folder',
    directory,
    height: 16,
    width: 16,
    channels: 1,
    fit: 'fill',
    testFraction: 0.3,
    splitSeed: 0,
    cacheDirectory: join(dir, 'cache'),
  }
  const names = await readdir(directory)
  t.not(names.find(name => name.endsWith('.png')), names.find(name => name.endsWith('.png'))!.normalize('NFC'))
  const splits = await openDataset(config)
  t.equal(splits.train.count + splits.test.count, 60)
  t.equal(splits.skipped.length, 0)
  t.equal(splits.train.factors!.values.length, splits.train.count * splits.train.factors!.names.length)
  await close(splits)

  for (const name of names.filter(name => name.endsWith('.png'))) {
    await rename(join(directory, name), join(directory, name.normalize('NFC')))
  }
  const table = await readFile(join(directory, 'factors.csv'), 'utf8')
  await writeFile(join(directory, 'factors.csv'), table.normalize('NFD'))
  const turned = await openDataset(config)
  t.equal(turned.train.count + turned.test.count, 60)
  await close(turned)
})

t.test('names as other systems write them', async t => {
  const { config, table, write } = await prepare(t)
  const renamed = async (of: (path: string) => string) => {
    await write(table.map((line, i) => i === 0 ? line : line.replace(/clip[^,]*/, of)))
    const splits = await openDataset(config)
    t.strictSame(splits.skipped, [])
    await close(splits)
  }
  await renamed(path => path.replace('/', '\\'))
  await renamed(path => `.\\${path.replace('/', '\\')}`)
  await renamed(path => `./././${path}  `)
  await renamed(path => `clip0/../${path}`)
  await renamed(path => join(config.directory, path))
  await write(table.map(line => line.replace('filename', 'FileName')))
  await close(await openDataset(config))
})

t.test('names that are not matched: the error says what is near', async t => {
  const { config, table, write } = await prepare(t)
  const reject = async (of: (path: string) => string, message: RegExp) => {
    await write(table.map((line, i) => i === 0 ? line : line.replace(/clip[^,]*/, of)))
    await t.rejects(openDataset(config), { code: 'PVAE_DATA_MIXED', message })
  }
  await reject(
    path => path.toUpperCase(),
    /found none for 20, e\.g\. clip0\/0\.png \(it has a row for CLIP0\/0\.PNG: upper and lower case count\)$/
  )
  await reject(
    path => path.replace('.png', ''),
    /e\.g\. clip0\/0\.png \(it has a row for clip0\/0: folder and ending belong to the name\)$/
  )
  await reject(
    path => `C:\\frames\\${path}`,
    /e\.g\. clip0\/0\.png \(it has a row for C:.*: folder and ending belong to the name\)$/
  )
  await reject(path => `x${path.replace('/', '-')}`, /e\.g\. clip0\/0\.png$/)
})

t.test('two files, or two rows, whose names differ only in their Unicode form', async t => {
  const { config, table, write } = await prepare(t)
  const [nfc, nfd] = ['é.png', 'e\u0301.png']
  await writeFile(join(config.directory, nfc), await png(4, 6, 3, 1))
  await writeFile(join(config.directory, nfd), await png(4, 6, 3, 2))
  if ((await readdir(config.directory)).length < 4) return // This file system takes them for one.
  await write([...table, `9,${nfc},1,2`, `8,${nfd},1,2`])
  const exact = await openDataset(config)
  t.equal(exact.train.count + exact.test.count, 22, 'each has its row')
  await close(exact)
  // Combined otherwise than either of the files: nobody can tell which is meant.
  await rename(join(config.directory, nfc), join(config.directory, 'é\u0323.png'))
  await rename(join(config.directory, nfd), join(config.directory, 'e\u0323\u0301.png'))
  await write([...table, '9,ẹ\u0301.png,1,2'])
  await t.rejects(openDataset(config), { code: 'PVAE_DATA_MIXED' })
  await rm(join(config.directory, 'é\u0323.png'))
  await write([...table, '9,é\u0323.png,1,2', '9,ẹ\u0301.png,1,2'])
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_CORRUPT',
    message: /found a second for .* in line 23: the two names differ in their Unicode form/,
  })
})

t.test('UTF-16, semicolons, blank last lines and another case of the name', async t => {
  const { config, table, write } = await prepare(t)
  await write([...table, '', ' ', ',,,', ''])
  await close(await openDataset(config))
  await rm(join(config.directory, 'factors.csv'))
  for (const name of ['Factors.csv', 'FACTORS.CSV']) {
    await writeFile(join(config.directory, name), `\uFEFF${table.join('\r\n').replaceAll(',', ';')}\r\n`, 'utf16le')
    const splits = await openDataset(config)
    t.strictSame(splits.train.factors!.names, ['speed', 'ball/x', 'ball/y'])
    t.strictSame(splits.skipped, [])
    await close(splits)
    if (name === 'Factors.csv') await rm(join(config.directory, name))
  }
  await writeFile(join(config.directory, 'factors.CSV'), '')
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_MIXED',
    message: 'expected one factors.csv in data.directory but found FACTORS.CSV and factors.CSV',
  })
})

t.test('decimal commas are named', async t => {
  const { config, table, write } = await prepare(t)
  await write(
    table.map((line, i) => (i === 0 ? line.replaceAll(',', ';') : line.replaceAll(',', ';').replaceAll('.25', ',25')))
  )
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_CORRUPT',
    message:
      /expected a finite number for speed in line \d+ \(clip1\/1\.png\) but found "0,25": write a decimal point/,
  })
})
