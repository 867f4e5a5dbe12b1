import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openHdf5 } from '../../../../trainer/data/arrays/hdf5.js'
import { openFixture, pathOf, pixelsOf, readRows, TWELVE } from './fixture.js'

t.test('3D Shapes: images in compressed chunks, its factors and their kinds', async t => {
  const splits = await openFixture(t, 'shapes3d.h5')
  const rows = await readRows(splits)
  for (const i of TWELVE) {
    t.strictSame(rows[i]!.pixels, pixelsOf(i, 90), `image ${i}`)
    t.strictSame(rows[i]!.factors, [i % 10 / 10, i % 5 / 10, i % 3 / 10, 0.75 + i / 20, i % 4, i - 6], `factors ${i}`)
  }
  const { names, kinds } = splits.train.factors!
  t.strictSame(names, ['floor_hue', 'wall_hue', 'object_hue', 'scale', 'shape', 'orientation'])
  t.strictSame(kinds!.map(({ kind }) => kind), ['circular', 'circular', 'circular', 'ordinal', 'categorical', 'real'])
})

t.test('multi-object data: a mask for each thing, the background\'s first', async t => {
  const splits = await openFixture(t, 'objects.h5')
  const rows = await readRows(splits)
  for (const i of TWELVE) t.strictSame(rows[i]!.mask, Array.from({ length: 16 }, (_, p) => (i + p) % 3), `mask ${i}`)
  t.strictSame(splits.notes, ['Member color of objects.h5 is not read.'])
})

t.test('dimensions before those of an image count images; reading begins anywhere', async t => {
  const rows = await readRows(await openFixture(t, 'grid.h5'))
  for (const i of TWELVE) t.strictSame(rows[i]!.pixels, pixelsOf(i, 48), `image ${i}`)
  const file = await openHdf5(pathOf('grid.h5'))
  const found: number[] = []
  for await (const piece of file.members.get('images')!.items(3, 7)) found.push(...piece)
  t.strictSame(found, [7, 8, 9, 10, 11].flatMap(i => pixelsOf(i, 48)))
  await file.close()
})

t.test('links that lead back, by name or as another name, end', async t => {
  const file = await openHdf5(pathOf('links.h5'))
  const names = [...file.members.keys()]
  t.ok(names.includes('g/images'))
  t.ok(names.length < 20, names.join())
  t.equal(file.refused.get('g/loop'), 'a link to another group')
  t.equal(file.refused.get('all'), 'a link to another group')
  t.equal(file.refused.get('broken'), 'a link or a type')
  t.match([...file.refused.values()], /it may hold itself/)
  await file.close()
  const splits = await openFixture(t, 'links.h5', { images: 'g/images' })
  t.strictSame((await readRows(splits))[5]!.pixels, pixelsOf(5, 16))
})

t.test('where dimensions before those of an image count images, tables have a row for each image', async t => {
  await t.rejects(openFixture(t, 'grid-labels.h5'), {
    code: 'PVAE_DATA_MIXED',
    message: /expected 12 rows, one for each image, for labels but found \(4, 3\)/,
  })
})

t.test('what can\'t be read is refused by its name', async t => {
  await t.rejects(openFixture(t, 'lzf.h5'), {
    code: 'PVAE_DATA_CORRUPT',
    message: /expected images in member images but found compressed by the filter lzf \(32000\), which HDF5 itself/,
  })
  await t.rejects(openFixture(t, 'two.h5'), {
    message: /expected one member of images but found test\/images and train\/images: say which, e\.g\. --member images=/,
  })
  const { train } = await openFixture(t, 'two.h5', { images: 'train/images' })
  t.equal(train.count, 9)
  const cut = join(t.testdir(), 'cut.h5')
  writeFileSync(cut, readFileSync(pathOf('shapes3d.h5')).subarray(0, 3000))
  await t.rejects(openFixture(t, cut), {
    code: 'PVAE_DATA_CORRUPT',
    message: /cut\.h5: expected a whole HDF5 file but found truncated file: .*: is it cut off or damaged\?/,
  })
})
