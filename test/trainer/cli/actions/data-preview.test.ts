import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import t from 'tap'
import { writeSports10 } from '../../data/sports10/fixture.js'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

/** A config file with this data in place of its own. */
async function writeConfig (root: string, data: Readonly<Record<string, unknown>>): Promise<string> {
  const path = join(root, 'config.json')
  await writeFile(path, JSON.stringify({ ...squaresConfig(root), data }))
  return path
}

t.test('drawn scenes: a sheet, and what is known of them', async t => {
  const root = t.testdir()
  const config = await writeConfig(root, { source: 'table-tennis', count: 100, testCount: 50, height: 24, width: 32 })
  const { code, stdout, stderr } = await cli(['data', 'preview', '--config', config], { directory: root })
  t.equal(code, 0, stderr)
  t.equal(stderr, 'data: table-tennis/train 100 images, table-tennis/test 50 images, 24×32×3\n')
  const lines = stdout.trimEnd().split('\n')
  t.strictSame(lines.slice(0, 2), [
    'train    table-tennis/train: 100 images of 24×32×3',
    'test     table-tennis/test: 50 images of 24×32×3',
  ])
  t.match(lines.slice(2, 8), [
    /^factors {2}A: x 1\d(\.\d+)? to 5\d(\.\d+)? \(150 different values\), y 3\d/,
    /B: /,
    /table: hue 0\.3/,
    /ball: x .*, radius 1\.\d+ to 2\.\d+ \(150 different values\)$/,
    /background: wall/,
    /light: light 0\.5\d* to (0\.9\d*|1) \(150 different values\)$/,
  ])
  t.equal(lines[8], 'objects  B, table, A, ball')
  const sheet = /^sheet {4}table-tennis-train\.png, (\d+) images, (\d+)×(\d+) pixels$/.exec(lines[9]!)!
  t.ok(Number(sheet[1]) >= 24)
  const { format, width, height } = await sharp(await readFile(join(root, 'table-tennis-train.png'))).metadata()
  t.strictSame([format, String(width), String(height)], ['png', sheet[2], sheet[3]])
  t.strictSame((await readdir(root)).sort(), ['config.json', 'table-tennis-train.png'])
  const single = await cli(
    ['data', 'preview', '--config', config, '--set', 'data.count=1', '--set', 'data.testCount=1'],
    { directory: root }
  )
  t.match(single, {
    code: 0,
    stdout: /ball: x \d+(\.\d+)? to \d+(\.\d+)? \(2 different values\),[^]*sheet .*, 1 images/,
  })
})

t.test('pairs lie one above the other', async t => {
  const root = t.testdir()
  const config = await writeConfig(root, { source: 'table-tennis', count: 100, testCount: 50, height: 48, width: 64 })
  const { code, stdout, stderr } = await cli(
    ['data', 'preview', '--config', config, '--pairs', '--show', 'test', '--count', '8', '--out', 'pairs.png'],
    { directory: root }
  )
  t.equal(code, 0, stderr)
  t.match(stdout, /sheet {4}pairs\.png, 8 images/)
  const squares = await cli(
    [
      'data',
      'preview',
      '--config',
      await writeConfig(root, { source: 'idx', directory: await writeSquares(join(root, 'data')) }),
      '--pairs',
      '3',
    ],
    { directory: root }
  )
  t.match(squares, {
    code: 1,
    stdout: '',
    stderr:
      /expected images in pairs, as of clips, drawn scenes or known factors of a few values each, for pairs of data\/train but received single images \(PVAE_CONFIG_INVALID\)/,
  })
})

t.test('a folder with labels, and a few images of it', async t => {
  const root = t.testdir()
  for (const label of ['cat', 'dog']) {
    await mkdir(join(root, 'pets', label), { recursive: true })
    for (let i = 0; i < 20; i++) {
      const background = { r: 12 * i, g: label === 'cat' ? 0 : 200, b: 0 }
      await writeFile(
        join(root, 'pets', label, `${i}.png`),
        await sharp({ create: { width: 9, height: 7, channels: 3, background } })
          .png()
          .toBuffer()
      )
    }
  }
  const preview = [
    'data',
    'preview',
    '--preset',
    'folder',
    '--data',
    join(root, 'pets'),
    '--set',
    `data.cacheDirectory=${join(root, 'cache')}`,
    '--height',
    '8',
    '--width',
    '8',
  ]
  const { code, stdout, stderr } = await cli([...preview, '--count', '3'], { directory: root })
  t.equal(code, 0, stderr)
  t.match(stdout, /labels {3}cat, dog\nsheet {4}pets-train\.png, 3 images/)
  t.notMatch(stdout, /factors|objects/)
  t.match(await cli([...preview, '--pairs', '2', '--count', '6'], { directory: root }), {
    code: 0,
    stdout: /pets-train\.png, 6 images/,
  })
  t.match(await cli([...preview, '--out', join(root, 'none', 'x.png')], { directory: root }), {
    code: 1,
    stderr: /PVAE_OUTPUT_UNWRITABLE/,
  })
})

t.test('Sports10 by flags, and what could not be done as asked', async t => {
  const root = t.testdir({ Sports10: {} })
  const data = await writeSports10(join(root, 'Sports10'))
  const preview = (...flags: string[]) =>
    cli(
      [
        'data',
        'preview',
        '--preset',
        'folder',
        '--set',
        `data.cacheDirectory=${join(root, 'cache')}`,
        '--height',
        '24',
        '--width',
        '32',
        '--out',
        'sheet.png',
        ...flags,
      ],
      { directory: root }
    )
  t.match(await preview('--root', data), {
    code: 0,
    stdout: /train {4}Sports10\/train: 23 images of 24×32×3\ntest {5}Sports10\/test: 7 images/,
  })
  t.match(await preview('--root', data, '--genre', 'Tennis, Table Tennis'), {
    code: 0,
    stdout: /labels {3}Table Tennis, Tennis/,
  })
  await writeFile(join(data, 'val_split.csv'), 'filename,class\nTennis/title.jpg,Tennis\n')
  t.match(await preview('--root', data, '--genre', 'all', '--split', 'game'), {
    code: 0,
    stderr:
      /skipped 1 files:\n {2}Tennis\/title\.jpg: named in val_split\.csv, but not there\nnote: Tennis can't be split by game, because/,
  })
  t.match(await preview('--root', data, '--split', 'evenly'), {
    code: 1,
    stderr: /for data\.split but received "evenly"/,
  })
  t.match(await preview('--root', data, '--genre', 'Golf'), { code: 1, stderr: /for data\.genre but received "Golf"/ })
  t.match(await preview('--genre', 'Golf'), { code: 1, stderr: /for data\.genre but received genre: "Golf"/ })
  t.match(await cli(['data', 'preview', '--preset', 'folder', '--genre', 'Golf']), {
    code: 1,
    stderr: /expected --data DIR for the images of preset folder/,
  })

  const config = await writeConfig(root, {
    source: 'sports10',
    root: 'elsewhere',
    genre: 'Tennis',
    height: 24,
    width: 32,
    channels: 1,
    cacheDirectory: join(root, 'cache'),
  })
  const ofConfig = await cli(
    ['data', 'preview', '--config', config, '--data', data, '--split', 'random', '--out', 'sheet.png'],
    { directory: root }
  )
  t.match(ofConfig, { code: 0, stdout: /24×32×1/ }, 'a sports10 config takes --data for --root')
})
