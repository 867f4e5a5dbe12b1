import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isArrays } from '../../../../trainer/data/arrays/is-arrays.js'
import { openFixture, pathOf, pixelsOf, readRows, rowsOf } from './fixture.js'

t.test('Cars3D: a file a car, views by azimuth and elevation', async t => {
  const splits = await openFixture(t, 'cars3d')
  const rows = await readRows(splits)
  t.equal(rows.length, 3 * 24 * 4)
  const { names, kinds } = splits.train.factors!
  t.strictSame(names, ['elevation', 'azimuth', 'object_type'])
  t.strictSame(kinds!.map(({ kind }) => kind), ['ordinal', 'circular', 'categorical'])
  const cars = [1, 2, 10]
  for (const [i, row] of rows.entries()) {
    const [elevation, azimuth, car] = row.factors as [number, number, number]
    t.strictSame([elevation, azimuth, car], [i % 4, Math.floor(i / 4) % 24, Math.floor(i / 96)], `factors ${i}`)
    const pixels = Array.from({ length: 48 }, (_, p) => (((p * 24 + azimuth) * 4 + elevation) * 5 + cars[car]!) % 256)
    t.strictSame(row.pixels, pixels, `image ${i}`)
  }
})

t.test('SmallNORB: the first camera, the published split, its factors', async t => {
  const { train, test } = await openFixture(t, 'small-norb')
  t.match(train, { count: 8, shape: { height: 4, width: 4, channels: 1 } })
  t.equal(test.count, 4)
  t.strictSame(train.labelNames, ['animal', 'human', 'airplane', 'truck', 'car'])
  t.strictSame([...train.labels!], [0, 1, 2, 3, 4, 0, 1, 2])
  t.strictSame(train.factors!.names, ['category', 'elevation', 'azimuth', 'lighting'])
  for (const dataset of [train, test]) {
    for (const [index, { pixels, factors }] of await rowsOf(dataset)) {
      const i = index < 8 ? index : index - 8
      t.strictSame(pixels, pixelsOf(i, 16), `image ${index}`)
      t.strictSame(factors, [i % 5, i % 9, i % 18 * 2, i % 6], `factors ${index}`)
    }
  }
})

t.test('damaged and missing files are named', async t => {
  const directory = t.testdir()
  const split = 'smallnorb-5x46789x9x18x6x2x96x96-training'
  copyFileSync(pathOf(`small-norb/${split}-dat.mat`), join(directory, `${split}-dat.mat`))
  await t.rejects(openFixture(t, directory), { code: 'PVAE_DATA_NOT_FOUND', message: /the file smallnorb-.*-cat\.mat/ })
  const cars = t.testdir()
  writeFileSync(join(cars, 'car_001_mesh.mat'), readFileSync(pathOf('cars3d/car_002_mesh.mat')).subarray(0, 400))
  await t.rejects(openFixture(t, cars), {
    code: 'PVAE_DATA_CORRUPT', message: /car_001_mesh\.mat: expected a whole MAT-file but found .*: is it cut off\?/,
  })
  await t.rejects(openFixture(t, t.testdir()), { code: 'PVAE_DATA_NOT_FOUND', message: /folder with the files of Cars3D/ })
})

t.test('paths that stand for arrays', async t => {
  for (const name of ['a.npz', 'a.NPY', 'a.h5', 'a.hdf5']) t.ok(await isArrays(name, false), name)
  t.notOk(await isArrays('clip.mp4', false))
  t.ok(await isArrays(pathOf('cars3d'), true), 'a folder of cars')
  t.ok(await isArrays(pathOf('small-norb'), true))
  t.notOk(await isArrays(pathOf('.'), true), 'a folder with such files beside others')
})
