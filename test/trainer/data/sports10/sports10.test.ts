import { appendFile, cp, mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  createEpoch,
  openDataset,
  type DataProgress,
  type DataSplits,
  type ImageDataset,
} from '../../../../trainer/data/index.js'
import type { Sports10Config } from '../../../../trainer/data/source-config/frames.js'
import { renderScene } from '../../../../trainer/data/table-tennis/render.js'
import { framePath, games, scene, writeSports10 } from './fixture.js'

const SIZE = 24 * 32 * 3
const TABLE_TENNIS_FRAMES = 30

const fixture = await writeSports10(join(t.testdir({ Sports10: {} }), 'Sports10'))

/** A copy of the fixture, and a config for it. */
async function prepare (t: Test): Promise<Sports10Config & { cacheDirectory: string }> {
  const dir = t.testdir()
  await cp(fixture, join(dir, 'Sports10'), { recursive: true })
  return {
    source: 'sports10',
    root: join(dir, 'Sports10'),
    genre: 'Table Tennis',
    split: 'official',
    height: 24,
    width: 32,
    channels: 3,
    fit: 'fill',
    testFraction: 0.3,
    splitSeed: 0,
    cacheDirectory: join(dir, 'cache'),
  }
}

async function close ({ train, test }: DataSplits): Promise<void> {
  await train.close()
  await test.close()
}

async function readAll (dataset: ImageDataset): Promise<Uint8Array[]> {
  const out = new Uint8Array(dataset.count * SIZE)
  await dataset.read(Uint32Array.from({ length: dataset.count }, (_, i) => i), out)
  return Array.from({ length: dataset.count }, (_, i) => out.subarray(i * SIZE, (i + 1) * SIZE))
}

/** All frames of the fixture, as drawn. */
const drawn = games.flatMap((game, g) => Array.from({ length: game.frames }, (_, frame) => ({
  g, frame, path: framePath(game, frame), image: renderScene(scene(g, frame), { height: 24, width: 32 }).image,
})))

/** Which frame of the fixture an image shows, and how well. */
function recognise (image: Uint8Array) {
  let best = { ...drawn[0]!, error: Infinity }
  for (const frame of drawn) {
    let error = 0
    // Every fifth value tells frames apart.
    for (let i = 0; i < SIZE; i += 5) error += Math.abs(frame.image[i]! - image[i]! / 255) / SIZE * 5
    if (error < best.error) best = { ...frame, error }
  }
  return best
}

t.test('the official split of one genre: frames of any size, brought to one', async t => {
  const config = await prepare(t)
  const progress: DataProgress[] = []
  const splits = await openDataset(config, report => progress.push(report))
  const { train, test, skipped, notes } = splits
  t.match(progress.at(-1), { done: TABLE_TENNIS_FRAMES, total: TABLE_TENNIS_FRAMES, skipped: 0 })
  t.match(train, { name: 'Sports10/train', count: 23, shape: { height: 24, width: 32, channels: 3 } })
  t.match(test, { name: 'Sports10/test', count: 7 })
  t.strictSame(skipped, [])
  t.strictSame(notes, [])
  t.notOk('labels' in train, 'one genre needs no labels')
  for (const [dataset, official] of [[train, false], [test, true]] as const) {
    const found = (await readAll(dataset)).map(recognise)
    t.ok(found.every(({ error }) => error < 0.03), `worst ${Math.max(...found.map(({ error }) => error))}`)
    for (const { frame, g } of found) {
      t.equal(frame % 4 === 3, official, `frame ${frame}`)
      t.equal(games[g]!.genre, 'Table Tennis')
    }
    t.equal(new Set(found.map(({ path }) => path)).size, dataset.count)
  }
  await close(splits)

  let decoded = false
  await close(await openDataset({ ...config, split: 'random' }, () => { decoded = true }))
  t.notOk(decoded, 'another split needs no decoding')
  await close(await openDataset({ ...config, genre: 'tennis' }, () => { decoded = true }))
  t.ok(decoded)
  t.equal((await readdir(config.cacheDirectory)).length, 2, 'a genre has its own cache')
})

t.test('several genres are labels', async t => {
  const config = await prepare(t)
  for (const genre of ['all', ['Tennis', 'table-tennis']]) {
    const splits = await openDataset({ ...config, genre })
    t.equal(splits.train.count + splits.test.count, 42)
    t.strictSame(splits.train.labelNames, ['Table Tennis', 'Tennis'])
    const found = (await readAll(splits.test)).map(recognise)
    t.strictSame([...splits.test.labels!], found.map(({ g }) => games[g]!.genre === 'Tennis' ? 1 : 0))
    await close(splits)
  }
})

t.test('split by game: no game on both sides', async t => {
  const config = await prepare(t)
  const splits = await openDataset({ ...config, genre: 'all', split: 'game' })
  t.strictSame(splits.notes, [])
  const gamesOf = async (dataset: ImageDataset) => new Set((await readAll(dataset)).map(image => recognise(image).g))
  const [train, test] = [await gamesOf(splits.train), await gamesOf(splits.test)]
  t.equal(train.size + test.size, games.length)
  for (const genre of ['Table Tennis', 'Tennis']) {
    t.ok(
      [...test].some(g => games[g]!.genre === genre),
      `${genre} is tested`
    )
  }
  await close(splits)

  await appendFile(join(config.root, 'train_split.csv'), 'Tennis/title.jpg,Tennis\n')
  const noted = await openDataset({ ...config, genre: 'all', split: 'game' })
  t.match(noted.notes, [
    /^Tennis can't be split by game, because the name of Tennis\/title\.jpg does not end in a frame number/,
  ])
  await close(noted)
})

t.test('a random split leaves out about the share that is wanted', async t => {
  const splits = await openDataset({ ...await prepare(t), genre: 'all', split: 'random' })
  // Binomial(42, .3): 12.6 ± 3.
  t.ok(splits.test.count > 3, `${splits.test.count}`)
  t.ok(splits.test.count < 23, `${splits.test.count}`)
  t.equal(splits.train.count + splits.test.count, 42)
  await close(splits)
})

t.test('pairs are frames of one game, in the order of their numbers', async t => {
  const splits = await openDataset(await prepare(t))
  const epoch = createEpoch(splits.train, { batchSize: 10, seed: 2, epoch: 0, pairs: { maxGap: 2 } })
  for (let step = 0; step < epoch.steps; step++) {
    const { images } = await epoch.read(step)
    const shown = Array.from({ length: 10 }, (_, i) => recognise(images.subarray(i * SIZE, (i + 1) * SIZE)))
    for (let i = 0; i < 5; i++) {
      const [first, partner] = [shown[i]!, shown[i + 5]!]
      t.equal(partner.g, first.g)
      t.ok([1, 2].includes(partner.frame - first.frame), `frames ${first.frame} and ${partner.frame}`)
    }
  }
  await close(splits)
})

t.test('frames that are missing, damaged or named twice are listed, not fatal', async t => {
  const config = await prepare(t)
  const whole = await readFile(join(config.root, framePath(games[0]!, 0)))
  await rm(join(config.root, framePath(games[0]!, 1)))
  await writeFile(join(config.root, framePath(games[0]!, 2)), whole.subarray(0, whole.length / 2))
  await rm(join(config.root, framePath(games[0]!, 3)))
  await mkdir(join(config.root, framePath(games[0]!, 3)))
  await appendFile(join(config.root, 'train_split.csv'), 'TableTennis\\Ping Pals_1.jpg,Table Tennis\n')
  const splits = await openDataset(config)
  t.equal(splits.train.count + splits.test.count, TABLE_TENNIS_FRAMES - 3)
  t.match(splits.skipped, [
    { path: 'TableTennis/Ping Pals_1.jpg', reason: /^named a second time in train_split\.csv line 35$/ },
    { path: 'TableTennis/Ping Pals_2.jpg', reason: 'named in train_split.csv, but not there' },
    { path: 'TableTennis/Ping Pals_3.jpg', reason: /./ },
    { path: 'TableTennis/Ping Pals_4.jpg', reason: 'named in val_split.csv, but not a file' },
  ])
  await close(splits)
})

t.test('a data set that is not Sports10', async t => {
  const config = await prepare(t)
  const train = join(config.root, 'train_split.csv')
  const good = await readFile(train, 'utf8')
  const reject = async (content: string, code: string, message: RegExp): Promise<void> => {
    await writeFile(train, content)
    await t.rejects(openDataset(config), { code, message })
  }
  await reject(
    'file,label\na.jpg,Tennis\n',
    'PVAE_DATA_CORRUPT',
    /^train_split\.csv: expected columns filename and class but found "file, label"/
  )
  await reject('', 'PVAE_DATA_CORRUPT', /train_split\.csv: expected a header line but found an empty file/)
  await reject('filename,class\na.jpg\n', 'PVAE_DATA_CORRUPT', /line 2: expected 2 cells/)
  await reject(
    'filename,class\na.jpg, \n',
    'PVAE_DATA_CORRUPT',
    /^train_split\.csv line 2: expected a genre for class but found nothing/
  )
  for (const path of [
    '../secret.jpg',
    'a/../../secret.jpg',
    '..\\secret.jpg',
    '/etc/passwd',
    'C:\\x.jpg',
    'c:/x.jpg',
    '..',
    '.',
    '',
    'folder/',
    'nul\0.jpg',
  ]) {
    await reject(
      `class,filename\nTennis,ok.jpg\nTennis,${path}\n`,
      'PVAE_DATA_CORRUPT',
      /^train_split\.csv line 3: expected a file inside the root for filename but found "/
    )
  }
  await reject(
    `${good}TableTennis/Ping Pals_1.jpg,Tennis\n`,
    'PVAE_DATA_MIXED',
    /expected each frame once, with one class, but found TableTennis\/Ping Pals_1\.jpg as Tennis after it was Table Tennis in train_split\.csv/
  )
  await reject(
    `${good}TableTennis/Ping Pals_4.jpg,Table Tennis\n`,
    'PVAE_DATA_MIXED',
    /^val_split\.csv line \d+: .* after it was Table Tennis in train_split\.csv/
  )
  await writeFile(train, good)

  await t.rejects(openDataset({ ...config, genre: 'Golf' }), {
    code: 'PVAE_CONFIG_INVALID',
    message: 'expected Table Tennis, Tennis or all for data.genre but received "Golf"',
  })
  await t.rejects(openDataset({ ...config, root: join(config.root, 'missing') }), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /^no such file or folder: .*missing \(data\.root\)$/,
  })
  await t.rejects(openDataset({ ...config, root: join(config.root, 'Tennis') }), {
    code: 'PVAE_DATA_NOT_FOUND',
    message: /expected train_split\.csv and val_split\.csv in .*Tennis for data\.root but found no train_split\.csv/,
  })

  for (const name of ['train_split.csv', 'val_split.csv']) await writeFile(join(config.root, name), 'filename,class\n')
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_EMPTY',
    message: /expected frames in train_split\.csv and val_split\.csv of .* but found none/,
  })
  await writeFile(train, 'filename,class\ngone.jpg,Table Tennis\n')
  await t.rejects(openDataset(config), { code: 'PVAE_DATA_EMPTY', message: /but found none of 1, e\.g\. gone\.jpg/ })
  await writeFile(train, 'filename,class\nval_split.csv,Table Tennis\n')
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_EMPTY',
    message: /for data\.root but found none among 1 files, e\.g\. val_split\.csv: not a PNG, JPEG or WebP image/,
  })
  await writeFile(train, good)
  await t.rejects(openDataset(config), {
    code: 'PVAE_DATA_EMPTY',
    message:
      /expected at least 1 image to train and 1 to test for Sports10 but found 23 and 0 with data\.split official of Table Tennis/,
  })
})

t.test('frames whose names have another Unicode form, a list in UTF-16, and a frame under two names', async t => {
  const config = await prepare(t)
  const frame = join(config.root, framePath(games[0]!, 0))
  const [nfc, nfd] = ['TableTennis/Caf\u00e9_1.jpg', 'TableTennis/Cafe\u0301_1.jpg']
  await cp(frame, join(config.root, nfd))
  await symlink(frame, join(config.root, 'TableTennis/Again_1.jpg'))
  const list = join(config.root, 'train_split.csv')
  const lines = `${await readFile(list, 'utf8')}${nfc},Table Tennis\r\nTableTennis/Again_1.jpg,Table Tennis\r\n`
  await writeFile(list, Buffer.from(`\uFEFF${lines.replaceAll(',', '\t')}`, 'utf16le'))
  for (const split of ['official', 'game'] as const) {
    const splits = await openDataset({ ...config, split })
    t.equal(splits.train.count + splits.test.count, TABLE_TENNIS_FRAMES + 1)
    t.match(splits.skipped, [
      {
        path: framePath(games[0]!, 0),
        reason: 'named in train_split.csv, but the same file as TableTennis/Again_1.jpg',
      },
    ])
    await close(splits)
  }
})
