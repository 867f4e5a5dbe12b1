import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t, { type Test } from 'tap'
import { openDataset, type DataSplits, type ImageDataset } from '../../../../trainer/data/index.js'
import { describeRows } from '../../../../trainer/data/folder/image-metadata.js'
import type { FolderConfig } from '../../../../trainer/data/source-config/pictures.js'
import { encode, png } from './images.js'

async function openFolder (
  t: Test, files: Record<string, string | Uint8Array>, change: (root: string) => Partial<FolderConfig> = () => ({})
): Promise<DataSplits> {
  const root = t.testdir()
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), bytes)
  }
  const splits = await openDataset({
    source: 'folder',
    directory: join(root, 'data'),
    height: 4,
    width: 6,
    channels: 3,
    fit: 'fill',
    testFraction: 0.3,
    splitSeed: 0,
    cacheDirectory: join(root, 'cache'),
    ...change(root),
  })
  t.teardown(async () => { await Promise.all([splits.train.close(), splits.test.close()]) })
  return splits
}

async function images (...paths: string[]): Promise<Record<string, Uint8Array>> {
  return Object.fromEntries(await Promise.all(paths.map(async (path, i) => [path, await png(4, 6, 3, i)] as const)))
}

const namesOf = ({ count, nameOf }: ImageDataset) => Array.from({ length: count }, (_, i) => nameOf!(i))
const labelsOf = ({ labels, labelNames }: ImageDataset) => Array.from(labels!, label => labelNames![label])

t.test('folders of splits decide, and folders of classes in them', async t => {
  const { train, test, notes } = await openFolder(t, await images(
    'data/train/cat/0.png', 'data/train/dog/0.png', 'data/train/dog/1.png', 'data/test/cat/1.png', 'data/test/dog/2.png'
  ))
  t.strictSame(namesOf(train), ['train/cat/0.png', 'train/dog/0.png', 'train/dog/1.png'])
  t.strictSame(namesOf(test), ['test/cat/1.png', 'test/dog/2.png'])
  t.strictSame(labelsOf(train), ['cat', 'dog', 'dog'])
  t.strictSame(labelsOf(test), ['cat', 'dog'])
  t.strictSame(notes, ['Images are split as their folders say: train to train, test to test.'])
})

t.test('validation is held out where there is no test, and trained on where there is', async t => {
  const without = await openFolder(t, await images('data/train/0.png', 'data/train/1.png', 'data/val/2.png'))
  t.strictSame(namesOf(without.test), ['val/2.png'])
  const both = await images('data/Train/0.png', 'data/validation/1.png', 'data/test/2.png')
  const { train, notes } = await openFolder(t, both)
  t.strictSame(namesOf(train), ['Train/0.png', 'validation/1.png'])
  t.strictSame(notes, ['Images are split as their folders say: Train and validation to train, test to test.'])
  const others = await images('data/train/0.png', 'data/test/1.png', 'data/cat/2.png', 'data/3.png')
  const classes = await openFolder(t, others)
  t.match(classes.notes, [], 'other folders are no splits')
})

const four = await images('data/0.png', 'data/1.png', 'data/2.png', 'data/3.png')
const half = { testFraction: 0.5 }

/** Factors and labels by name. */
function knownOf ({ train, test }: DataSplits): Record<string, [number[], string | undefined]> {
  return Object.fromEntries([train, test].flatMap(split => namesOf(split).map((name, i) => {
    const k = split.factors!.names.length
    const values = [...split.factors!.values.subarray(i * k, (i + 1) * k)]
    return [name, [values, split.labels && split.labelNames![split.labels[i]!]]]
  })))
}

t.test('metadata.csv: numbers are factors, with their kinds; label is the class; words are passed over', async t => {
  const splits = await openFolder(t, {
    ...four,
    'data/metadata.csv': 'file_name,x,angle:circular(360),shape:categorical,label,caption,camera\n' +
      '0.png,1,0,star,b,one thing,7\n1.png,2,90,disc,a,two,7\n2.png,3,180,star,a,three,7\n3.png,4,270,disc,b,four,7\n',
  }, () => half)
  t.strictSame(splits.train.factors!.names, ['x', 'angle', 'shape'])
  t.strictSame(splits.train.factors!.kinds, [
    { kind: 'real' }, { kind: 'circular', period: 360 }, { kind: 'categorical', names: ['disc', 'star'] },
  ])
  t.strictSame(knownOf(splits), {
    '0.png': [[1, 0, 1], 'b'],
    '1.png': [[2, 90, 0], 'a'],
    '2.png': [[3, 180, 1], 'a'],
    '3.png': [[4, 270, 0], 'b'],
  })
  t.strictSame(splits.notes!.slice(-2), [
    'Column caption of metadata.csv is not read: it has words.',
    'Column camera of metadata.csv is not read: it is 7 in all rows.',
  ])
})

t.test('metadata.jsonl in each folder of a split, its names relative to it', async t => {
  const line = (name: string, x: number) => `${JSON.stringify({ file_name: name, x, boxes: [[1, 2]] })}\n`
  const splits = await openFolder(t, {
    ...await images('data/train/0.png', 'data/train/1.png', 'data/test/0.png'),
    'data/train/metadata.jsonl': line('0.png', 1) + line('1.png', 2),
    'data/test/metadata.jsonl': line('0.png', 3),
  })
  t.strictSame(knownOf(splits), {
    'train/0.png': [[1], undefined], 'train/1.png': [[2], undefined], 'test/0.png': [[3], undefined],
  })
})

t.test('a column with an empty cell is left out, with a note, and what depends on it', async t => {
  const angle = 'angle:circular(360 by shape star=5)'
  const { train, notes } = await openFolder(t, {
    ...four,
    'data/metadata.csv': `file_name,x,y,same,shape:categorical,${angle}\n` +
      '0.png,1,7,1,star,0\n1.png,,8,1.0,disc,1\n2.png,3,9,1,,2\n3.png,4,10,1,star,3\n',
  }, () => half)
  t.strictSame(train.factors!.names, ['y'])
  t.strictSame(notes!.slice(-4), [
    'Column x of metadata.csv is not read: it is empty in 1 of 4 rows.',
    'Column same of metadata.csv is not read: it is 1 in all rows.',
    'Column shape:categorical of metadata.csv is not read: it is empty in 1 of 4 rows.',
    `Column ${angle} of metadata.csv is not read: its symmetry depends on shape:categorical, which is not read.`,
  ])
})

t.test('an angle of what is the same in all rows has the period of its symmetry', async t => {
  for (const [shape, folds, kinds] of [
    ['square', 'square=4 disc=0', [{ kind: 'circular', period: 90 }, { kind: 'real' }]],
    ['arrow', 'square=4', [{ kind: 'circular', period: 360 }, { kind: 'real' }]],
    ['1', '0=3 1=2', [{ kind: 'circular', period: 180 }, { kind: 'real' }]],
    ['disc', 'disc=0', undefined],
  ] as const) {
    const rows = [0, 1, 2, 3].map(i => `${i}.png,${shape},${30 * i},${i}\n`).join('')
    const header = `file_name,shape:categorical,angle:circular(360 by shape ${folds}),x\n`
    const { train } = await openFolder(t, { ...four, 'data/metadata.csv': header + rows }, () => half)
    t.strictSame(train.factors!.kinds, kinds, shape)
    t.strictSame(train.factors!.names, kinds === undefined ? ['x'] : ['angle', 'x'], shape)
  }
})

t.test('a table without a column of names is passed over, with a note', async t => {
  const { train, notes } = await openFolder(t, {
    ...four,
    'data/metadata.csv': 'image_id,age\n1,30\n2,40\n',
    'data/more/metadata.jsonl': '{"image_id": 1, "age": 30}\n',
  })
  t.equal(train.factors, undefined)
  t.strictSame(notes!.slice(-2), [
    'metadata.csv is not read: it has no column file, filename or file_name.',
    'more/metadata.jsonl is not read: it has no column file, filename or file_name.',
  ])
  const beside = await openFolder(t, {
    ...await images('data/train/0.png', 'data/train/1.png', 'data/test/0.png'),
    'data/metadata.csv': 'image_id,age\n1,30\n',
    'data/train/metadata.csv': 'file_name,x\n0.png,1\n1.png,2\n',
    'data/test/metadata.csv': 'file_name,x\n0.png,3\n',
  })
  t.strictSame(beside.train.factors!.names, ['x'], 'the others are read')
})

t.test('metadata that does not fit the images', async t => {
  const header = 'file_name,x,label\n'
  const rows = '0.png,1,a\n1.png,2,b\n2.png,3,a\n'
  await t.rejects(openFolder(t, { ...four, 'data/metadata.csv': header + rows }), {
    code: 'PVAE_DATA_MIXED', message: /metadata\.csv: expected a label for each of 4 images but found none for 3\.png/,
  })
  await t.rejects(openFolder(t, { ...four, 'data/metadata.csv': `file_name,x\n${rows.replace(/,[ab]/g, '')}` }), {
    code: 'PVAE_DATA_MIXED', message: /metadata\.csv: expected a row for each of 4 images but found none for 1, e\.g\. 3/,
  })
  const { skipped } = await openFolder(t, { ...four, 'data/metadata.csv': `${header}${rows}3.png,4,b\nfar.png,5,b\n` })
  t.match(skipped, [{ path: 'far.png', reason: 'in metadata.csv, but not in the folder' }], 'a row without a file')
})

/** A mask as a PNG, of grey levels or of colours. */
async function mask (
  values: readonly number[], height: number, width: number, channels: 1 | 3 = 1
): Promise<Uint8Array> {
  return await encode(Uint8Array.from(values), height, width, channels).png().toBuffer()
}
const objects = [0, 0, 1, 1, 2, 2]
const levels = [...objects, ...objects, ...objects, ...objects]

t.test('masks from a folder beside the images, by grey level or colour', async t => {
  const coloured = levels.flatMap(object => [[0, 0, 0], [0, 0, 200], [255, 0, 0]][object]!)
  const splits = await openFolder(t, {
    ...four,
    'masks/0.png': await mask(levels, 4, 6),
    'masks/1.png': await mask(coloured, 4, 6, 3),
    'masks/2.png': await mask(levels.map(object => object * 100), 4, 6),
    'masks/3.png': await mask(levels.map(() => 0), 4, 6),
  }, root => ({ ...half, masks: join(root, 'masks') }))
  const found: Record<string, number[]> = {}
  for (const split of [splits.train, splits.test]) {
    const masks = await split.masks!(Uint32Array.from({ length: split.count }, (_, i) => i))
    namesOf(split).forEach((name, i) => { found[name] = [...masks.subarray(24 * i, 24 * (i + 1))] })
  }
  t.strictSame(found, {
    '0.png': levels,
    '1.png': levels,
    '2.png': levels.map(object => object * 100),
    '3.png': levels.map(() => 0),
  })
})

t.test('masks in the folder itself are no images, and masks that do not fit are named', async t => {
  const same = await mask(levels, 4, 6)
  const inside = async (change: Record<string, Uint8Array | string>) => await openFolder(t, {
    ...four,
    ...Object.fromEntries([0, 1, 2, 3].map(i => [`data/masks/${i}.png`, same])),
    ...change,
  }, root => ({ ...half, masks: join(root, 'data', 'masks') }))
  const { train, test } = await inside({})
  t.equal(train.count + test.count, 4)
  await t.rejects(inside({ 'data/masks/2.png': await mask(levels, 6, 4) }), {
    code: 'PVAE_DATA_MIXED', message: /a mask of 6 × 4 pixels, as 2\.png has, in .*2\.png but found 4 × 6/,
  })
  await t.rejects(inside({ 'data/4.png': await png(4, 6, 3, 9) }), {
    code: 'PVAE_DATA_MIXED', message: /a mask for each of 5 images in .* but found none for 4\.png/,
  })
  await t.rejects(inside({ 'data/masks/1.png': 'no picture' }), {
    code: 'PVAE_DATA_CORRUPT', message: /1\.png: expected a mask, as a PNG or WebP, but found another format/,
  })
  t.strictSame((await readdir(join(t.testdirName, 'cache'))).filter(name => /^masks.*images$/.test(name)), [], 'no cache')
})

t.test('of what is named as a mask is, the picture is it', async t => {
  const one = await mask(levels, 4, 6)
  const splits = await openFolder(t, {
    ...four,
    ...Object.fromEntries([0, 1, 2, 3].flatMap(i => [[`masks/${i}.png`, one], [`masks/${i}.json`, '{}']])),
  }, root => ({ ...half, masks: join(root, 'masks') }))
  t.strictSame([...await splits.train.masks!(Uint32Array.of(0))], levels)
})

t.test('a mask turns as its image does', async t => {
  // What is stored is 6 × 4; people see 4 × 6, as EXIF's orientation 6 says: the first row is stored as the right.
  const upright = Array.from({ length: 24 }, (_, i) => Math.floor(i / 4) * 4 + i % 4)
  const stored = Array.from({ length: 24 }, (_, i) => upright[(i % 6) * 4 + 3 - Math.floor(i / 6)]!)
  const grey = (values: readonly number[], height: number, width: number) =>
    encode(Uint8Array.from(values), height, width, 1)
  const wide = encode(Uint16Array.from(stored), 4, 6, 1)
  const image = await encode(Uint8Array.from({ length: 72 }, (_, i) => i), 4, 6, 3)
    .withMetadata({ orientation: 6 }).jpeg().toBuffer()
  const splits = await openFolder(t, {
    ...Object.fromEntries([0, 1, 2, 3].map(i => [`data/${i}.jpg`, image])),
    'masks/0.png': await grey(stored, 4, 6).png().toBuffer(),
    'masks/1.png': await grey(upright, 6, 4).png().toBuffer(),
    'masks/2.png': await grey(stored, 4, 6).withMetadata({ orientation: 6 }).png().toBuffer(),
    'masks/3.png': await wide.png().toBuffer(),
  }, root => ({ ...half, height: 6, width: 4, masks: join(root, 'masks') }))
  for (const split of [splits.train, splits.test]) {
    for (const [i, name] of namesOf(split).entries()) {
      t.strictSame([...await split.masks!(Uint32Array.of(i))], upright, name)
    }
  }
})

t.test('numbers that metadata gives as texts are numbers', async t => {
  const lines = [0, 1, 2, 3].map(i => JSON.stringify({ file_name: `${i}.png`, size: `${i}.5`, label: String(9 + i) }))
  const { train, test } = await openFolder(t, { ...four, 'data/metadata.jsonl': lines.join('\n') }, () => half)
  t.strictSame(train.factors!.names, ['size'])
  t.strictSame(train.labelNames, ['9', '10', '11', '12'], 'in the order of numbers')
  const values = Object.fromEntries([train, test].flatMap(split =>
    namesOf(split).map((name, i) => [name, split.factors!.values[i]])))
  t.strictSame(values, { '0.png': 0.5, '1.png': 1.5, '2.png': 2.5, '3.png': 3.5 })
})

t.test('more than 256 classes are told of, and passed over', async t => {
  const known = describeRows(
    Array.from({ length: 300 }, (_, i) => ({ file: `${i}.png`, values: { label: `class ${i}`, x: i } })),
    'metadata.csv',
    { directory: '/data', given: 'data', images: Array.from({ length: 300 }, (_, i) => `${i}.png`), others: [] }
  )
  t.equal(known.labels, undefined)
  t.strictSame(known.notes, ['Column label of metadata.csv is not read: it has 300 classes, more than 256.'])
})
