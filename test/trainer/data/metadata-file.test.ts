import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer'
import t from 'tap'
import { readMetadata } from '../../../trainer/data/metadata-file.js'

const root = t.testdir()
async function write (name: string, text: string): Promise<string> {
  await writeFile(join(root, name), text)
  return join(root, name)
}

t.test('CSV: the column file or filename names the image', async t => {
  t.strictSame(await readMetadata(await write('a.csv', 'age,filename,split\n3,a.png,"te,st"\n,b.png,train\n')), [
    { file: 'a.png', values: { age: '3', split: 'te,st' } },
    { file: 'b.png', values: { age: '', split: 'train' } },
  ])
})

t.test('JSON lines', async t => {
  const lines = ['{"file": "a.png", "age": 3, "ok": true}', '', '{"split": null, "filename": "b.png"}']
  const path = await write('a.jsonl', lines.join('\n'))
  t.strictSame(await readMetadata(path), [
    { file: 'a.png', values: { age: 3, ok: true } },
    { file: 'b.png', values: { split: null } },
  ])
})

t.test('Parquet, and lists that are passed over where they may be', async t => {
  const path = join(root, 'a.parquet')
  const columnData = [
    { name: 'file_name', data: ['a.png', 'b.png'], type: 'STRING' },
    { name: 'age', data: [3n, 4n], type: 'INT64' },
    { name: 'ok', data: [true, false], type: 'BOOLEAN' },
  ] satisfies ColumnSource[]
  await writeFile(path, new Uint8Array(parquetWriteBuffer({ columnData })))
  t.strictSame(await readMetadata(path), [
    { file: 'a.png', values: { age: 3, ok: true } },
    { file: 'b.png', values: { age: 4, ok: false } },
  ])
  const boxes = await write('boxes.jsonl', '{"file_name": "a.png", "age": 3, "objects": {"bbox": [[1, 2]]}}')
  t.strictSame(await readMetadata(boxes, { skipNested: true }), [{ file: 'a.png', values: { age: 3 } }])
  await t.rejects(readMetadata(await write('b.parquet', 'PAR1')), { code: 'PVAE_DATA_CORRUPT' })
  await t.rejects(readMetadata(join(root, 'none.parquet')), { code: 'PVAE_DATA_NOT_FOUND' })
})

t.test('what can not be read is named with its line', async t => {
  const refused = async (name: string, text: string, code: string, message: RegExp) =>
    t.rejects(readMetadata(await write(name, text)), { code, message })
  await refused('b.csv', 'name,age\na,1\n', 'PVAE_DATA_CORRUPT', /a column file, filename or file_name but found name, age/)
  await refused('b.jsonl', '{"file": "a"}\n{', 'PVAE_DATA_CORRUPT', /b\.jsonl line 2: expected JSON/)
  await refused('c.jsonl', '[1]', 'PVAE_DATA_CORRUPT', /line 1: expected an object but found \[1\]/)
  await refused('d.jsonl', '{"name": "a"}', 'PVAE_DATA_CORRUPT', /a text for file, filename or file_name/)
  await refused('e.jsonl', '{"file": "a", "x": [1]}', 'PVAE_DATA_CORRUPT', /a text, number or boolean for x but found \[1\]/)
  for (const name of ['none.csv', 'none.jsonl']) {
    await t.rejects(readMetadata(join(root, name)), { code: 'PVAE_DATA_NOT_FOUND' }, name)
  }
})
