import { join } from 'node:path'
import t from 'tap'
import { parseCsv, readCsv } from '../../../trainer/data/csv.js'

t.test('cells, quotes, line ends, empty lines and a byte order mark', async t => {
  const { header, rows } = parseCsv('\uFEFFa, b ,c\r\n1,"x, ""y""\r\nz",\n\n,,3\r4,5"6,7', 'f')
  t.strictSame(header, ['a', 'b', 'c'])
  t.strictSame(rows, [
    { line: 2, cells: ['1', 'x, "y"\r\nz', ''] },
    { line: 5, cells: ['', '', '3'] },
    { line: 6, cells: ['4', '5"6', '7'] },
  ])
  t.strictSame(parseCsv('a,b\n', 'f').rows, [])
  t.strictSame(parseCsv('a,b\n1,', 'f').rows, [{ line: 2, cells: ['1', ''] }])
  t.strictSame(parseCsv('a\n1\n""\n', 'f').rows, [{ line: 2, cells: ['1'] }])
})

t.test('what is no table', async t => {
  const cases: Array<[string, string]> = [
    ['', 'f: expected a header line but found an empty file'],
    ['\n\n', 'f: expected a header line but found an empty file'],
    ['a,b,a\n', 'f: expected different columns but found two named "a"'],
    ['a,b\n1,2\n\n1,2,3\n', 'f line 4: expected 2 cells, as in the header, but found 3'],
    ['a,b\n1\n', 'f line 2: expected 2 cells, as in the header, but found 1'],
    ['a,b\n1,"2\n3,4\n', 'f line 2: expected cells separated by commas but found a quote out of place'],
    ['a,b\n1,"2"3\n', 'f line 2: expected cells separated by commas but found a quote out of place'],
  ]
  for (const [text, message] of cases) t.throws(() => parseCsv(text, 'f'), { code: 'PVAE_DATA_CORRUPT', message })
})

t.test('a file that is there, is not, or can not be read', async t => {
  const dir = t.testdir({ 'a.csv': 'x\n1\n', folder: {} })
  t.strictSame((await readCsv(join(dir, 'a.csv')))?.header, ['x'])
  t.equal(await readCsv(join(dir, 'b.csv')), undefined)
  await t.rejects(readCsv(join(dir, 'folder')), { code: 'PVAE_DATA_NOT_FOUND', message: /expected a readable file for .*folder but found EISDIR/ })
})
