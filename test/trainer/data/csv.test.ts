import { writeFile } from 'node:fs/promises'
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

t.test('semicolons and tabs, told by the header or by a spreadsheet\'s own first line', async t => {
  const rows = [{ line: 2, cells: ['1,5', '2'] }]
  t.match(parseCsv('a;b\n1,5;2\n', 'f'), { header: ['a', 'b'], rows, separator: ';' })
  t.match(parseCsv('a\tb\n1,5\t2\n', 'f'), { header: ['a', 'b'], rows, separator: '\t' })
  t.match(parseCsv('"a,x";b\n1,5;2\n', 'f'), { header: ['a,x', 'b'], rows, separator: ';' })
  t.match(parseCsv('sep=;\r\na;b\r\n1,5;2\r\n', 'f'), { header: ['a', 'b'], rows: [{ line: 3, cells: ['1,5', '2'] }] })
  t.match(parseCsv('a\n1\n', 'f'), { header: ['a'], separator: ',' })
})

t.test('lines of blank cells are passed over, wherever they are', async t => {
  t.strictSame(parseCsv('\na,b\n,\n1,2\n  \n , ,\n\t\n\n', 'f').rows, [{ line: 4, cells: ['1', '2'] }])
})

t.test('UTF-16, as spreadsheets save it', async t => {
  const path = join(t.testdir(), 'a.csv')
  const text = '\uFEFFé\tb\r\n1\t2\r\n'
  for (const bytes of [Buffer.from(text, 'utf16le'), Buffer.from(text, 'utf16le').swap16()]) {
    await writeFile(path, bytes)
    t.match(await readCsv(path), { header: ['é', 'b'], rows: [{ line: 2, cells: ['1', '2'] }] })
  }
})

t.test('what is no table', async t => {
  const three = 'expected 2 cells, as in the header, but found 3 (numbers have a decimal point, not a comma)'
  const cases: Array<[string, string]> = [
    ['', 'f: expected a header line but found an empty file'],
    ['\n\n', 'f: expected a header line but found an empty file'],
    ['a,b,a\n', 'f: expected different columns but found two named "a"'],
    ['a,b\n1,2\n\n1,2,3\n', `f line 4: ${three}`],
    ['a,b\n1,5,2\n', `f line 2: ${three}`],
    ['a;b\n1;"2\n', 'f line 2: expected cells separated by semicolons but found a quote out of place'],
    ['a,b\n1\n', 'f line 2: expected 2 cells, as in the header, but found 1'],
    ['a,b\n1,"2\n3,4\n', 'f line 2: expected cells separated by commas but found a quote out of place'],
    ['a,b\n1,"2"3\n', 'f line 2: expected cells separated by commas but found a quote out of place'],
  ]
  for (const [text, message] of cases) t.throws(() => parseCsv(text, 'f'), { code: 'PVAE_DATA_CORRUPT', message })
})

t.test('a quote that is out of place in one row and never closed in another: the first is named', async t => {
  const text = 'a,b\n"1\r\n2",3\n"4"5,6\n7,"8\n9,10\n'
  const message = 'f line 4: expected cells separated by commas but found a quote out of place'
  t.throws(() => parseCsv(text, 'f'), { code: 'PVAE_DATA_CORRUPT', message })
  const closed = text.replace('"4"5', '45')
  t.throws(() => parseCsv(closed, 'f'), { message: message.replace('line 4', 'line 5') })
})

t.test('a quote that is not closed in a file of millions of characters', async t => {
  const text = `a,b\n1,"2\n${'x'.repeat(9e6)}`
  const message = 'f line 2: expected cells separated by commas but found a quote out of place'
  t.throws(() => parseCsv(text, 'f'), { code: 'PVAE_DATA_CORRUPT', message })
})

t.test('a file that is there, is not, or can not be read', async t => {
  const dir = t.testdir({ 'a.csv': 'x\n1\n', folder: {} })
  t.strictSame((await readCsv(join(dir, 'a.csv')))?.header, ['x'])
  t.equal(await readCsv(join(dir, 'b.csv')), undefined)
  const message = /expected a readable file for .*folder but found EISDIR/
  await t.rejects(readCsv(join(dir, 'folder')), { code: 'PVAE_DATA_NOT_FOUND', message })
})
