import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compareWithPublished, mpi3dFactors } from '../../../../trainer/data/arrays/published.js'

t.test('MPI3D: the number of images tells the factors, the last the fastest', async t => {
  const { columns, values } = mpi3dFactors(460_800)!
  t.strictSame(columns.map(({ name }) => name), [
    'object_color', 'object_shape', 'object_size', 'camera_height', 'background_color', 'horizontal_axis',
    'vertical_axis',
  ])
  const row = (i: number) => [...values.subarray(7 * i, 7 * i + 7)]
  t.strictSame(row(0), [0, 0, 0, 0, 0, 0, 0])
  t.strictSame(row(41), [0, 0, 0, 0, 0, 1, 1])
  t.strictSame(row(460_799), [3, 3, 1, 2, 2, 39, 39])
  const real = mpi3dFactors(1_036_800)!.values
  t.strictSame([...real.subarray(-7)], [5, 5, 1, 2, 2, 39, 39])
  t.equal(mpi3dFactors(460_801), undefined)
})

t.test('only files of a published name are compared', async t => {
  const directory = t.testdir()
  const file = join(directory, 'mpi3d_toy.npz')
  writeFileSync(file, 'another')
  const found = createHash('md5').update('another').digest('hex')
  t.equal(await compareWithPublished(file), `mpi3d_toy.npz is not the published file: its MD5 is ${found}, and that of the ` +
    'published file 55889cb7c7dfc655d6e0277beee88868.')
  writeFileSync(join(directory, 'mine.npz'), 'another')
  t.equal(await compareWithPublished(join(directory, 'mine.npz')), undefined)
})
