import { readFileSync } from 'node:fs'
import t from 'tap'
import { createColumns, GROUP, mostRows } from '../../../collections/search/kernel.js'
import { compileKernel, KERNEL_FOLDERS, kernelFile } from '../../helpers/compile-kernel.js'
import { createRandom } from '../../helpers/linear-model.js'

t.test('the committed bytes are what the source compiles to', async t => {
  t.equal(readFileSync(kernelFile(KERNEL_FOLDERS.search), 'utf8'), await compileKernel(KERNEL_FOLDERS.search))
})

t.test('finds the rows whose sum is not above the limit', t => {
  const random = createRandom(3)
  for (const rows of [1, 15, 16, 17, 1000]) {
    const columns = createColumns(rows, 3)
    for (const values of columns.values) for (let row = 0; row < rows; row++) values[row] = Math.floor(8 * random())
    columns.prepare([{ unit: 2, centre: 3, weight: 2 }, { unit: 0, centre: 1, weight: -0.5 }])
    for (const [limit, first] of [[4, 0], [0, 16], [Infinity, 0], [-100, 0]] as const) {
      const expected = Array.from({ length: rows }, (_, row) => row).filter(row =>
        row >= first && 2 * (columns.values[2]![row]! - 3) ** 2 - 0.5 * (columns.values[0]![row]! - 1) ** 2 <= limit)
      t.strictSame([...columns.scan(first, rows, limit)].filter(row => row < rows), expected, `${rows}, ${limit}`)
    }
  }
  t.end()
})

t.test('a sum that is not a number is never passed over', t => {
  const columns = createColumns(GROUP, 2)
  columns.values[0]![3] = 3e38
  columns.values[1]![3] = 3e38
  columns.prepare([{ unit: 0, centre: 0, weight: 1 }, { unit: 1, centre: 0, weight: -1 }])
  t.strictSame([...columns.scan(0, GROUP, -1)], [3])
  t.end()
})

t.test('says how many rows one memory holds', t => {
  t.ok(mostRows(4) * 16 < 2 ** 32)
  t.ok(mostRows(4) > 250e6)
  t.ok(mostRows(4096) > 200_000)
  t.end()
})
