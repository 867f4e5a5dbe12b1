import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkModel, readHeader } from '../../../collections/search/header.js'
import { cardOf, drawIndex } from './latents.js'

t.test('a header that contradicts itself or its files is refused', async t => {
  const { folder, header } = await drawIndex(t.testdir(), { count: 5 })
  t.strictSame(await readHeader(folder), header)
  const path = join(folder, 'index.json')
  const text = await readFile(path, 'utf8')
  const refused = async (changed: string, message: RegExp) => {
    await writeFile(path, changed)
    await t.rejects(readHeader(folder), { code: 'PVAE_INDEX_INVALID', message }, String(message))
  }
  const change = (fields: object) => JSON.stringify({ ...header, ...fields })
  await refused(text.slice(0, 40), /index\.json: expected JSON for index\.json/)
  await refused(change({ formatVersion: 2 }), /expected 1 for formatVersion but found 2/)
  await refused(change({ count: 6 }), /expected 72 bytes \(6 rows\) for partitions\/a\.f32 but found 60 bytes/)
  await refused(change({ count: 4 }), /expected 48 bytes \(4 rows\) for partitions\/a\.f32 but found 60 bytes/)
  await refused(change({ latentSize: 7 }), /expected 6 \(the sum of sizes\) for latentSize but found 7/)
  await refused(change({ deviations: { data: [1] } }), /expected 6 numbers for deviations\.data but found 1/)
  const partitions = header.partitions.map(partition => ({ ...partition, offset: 0 }))
  await refused(change({ partitions }), /expected 3 for partitions\[1\]\.offset but found 0/)
  await writeFile(path, text)
  await rm(join(folder, 'files.txt'))
  await t.rejects(readHeader(folder), { code: 'PVAE_INDEX_INVALID', message: /a file for files\.txt but found ENOENT/ })
})

t.test('an index belongs to its encoder, whatever version has it', async t => {
  const { header } = await drawIndex(t.testdir(), { count: 5 })
  const card = cardOf([3, 2, 1])
  t.doesNotThrow(() => checkModel(header, { ...card, version: 7 }))
  for (const other of [{ ...card, name: 'other' }, cardOf([3, 2, 1], 'f')]) {
    t.throws(() => checkModel(header, other), { code: 'PVAE_INDEX_MISMATCH', message: /encode and index its images again/ })
  }
})
