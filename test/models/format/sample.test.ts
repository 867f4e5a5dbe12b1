import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository, packSample, readSample, type SampleDraft } from '@partition-vae/models'
import { createLinearModel, draftLinearModel } from '../../helpers/linear-model.js'
import { faultOf } from './fault.js'

const count = 5
const numbers = (length: number, step: number) => Float32Array.from({ length }, (_, i) => i * step)
const sample: SampleDraft = {
  data: { name: 'scenes/test', fingerprint: 'abc', count: 50 },
  index: Uint32Array.of(3, 9, 20, 31, 44),
  mean: numbers(count * 3, 0.25),
  logVariance: numbers(3, -1.5),
  squaredError: numbers(count, 0.01),
  classes: { values: Uint8Array.of(0, 1, 1, 0, 2), names: ['ball', 'table', 'π'] },
  factors: { values: numbers(count * 2, 3), names: ['ball/x', 'ball/y'] },
  sheet: { type: 'image/webp', columns: 3, width: 8, height: 6, file: Uint8Array.of(1, 2, 3, 4, 5) },
}
const card = { latentSize: 3 }

/** A column of a file, laid over its bytes as a page would. */
function columnOf (bytes: Uint8Array, name: string): number[] {
  const { offset, shape, datatype } = readSample(bytes, card, 'sample').columns.find(column => column.name === name)!
  const TypedArray = { FP32: Float32Array, UINT32: Uint32Array, UINT8: Uint8Array }[datatype]
  return [...new TypedArray(bytes.buffer as ArrayBuffer, offset, shape.reduce((a, b) => a * b))]
}

t.test('what is packed is read, column by column, where the header says', async t => {
  const bytes = packSample(sample)
  t.strictSame(columnOf(bytes, 'index'), [...sample.index])
  t.strictSame(columnOf(bytes, 'mean'), [...sample.mean])
  t.strictSame(columnOf(bytes, 'logVariance'), [...sample.logVariance])
  t.strictSame(columnOf(bytes, 'squaredError'), [...sample.squaredError])
  t.strictSame(columnOf(bytes, 'class'), [...sample.classes!.values])
  t.strictSame(columnOf(bytes, 'factor'), [...sample.factors!.values])
  const { sheet, ...header } = readSample(bytes, card, 'sample')
  t.match(header, { count, data: sample.data, classes: sample.classes!.names, factors: ['ball/x', 'ball/y'] })
  t.match(sheet, { type: 'image/webp', columns: 3, width: 8, height: 6, bytes: 5 })
  t.strictSame(bytes.subarray(sheet.offset, sheet.offset + sheet.bytes), sample.sheet.file)
})

t.test('nothing need be known of the images; classes need no names', async t => {
  const { classes, factors, ...bare } = sample
  const names = (draft: SampleDraft) => readSample(packSample(draft), card, 'sample').columns.map(({ name }) => name)
  t.strictSame(names(bare), ['index', 'mean', 'squaredError', 'logVariance'])
  const header = readSample(packSample({ ...bare, classes: { values: classes!.values } }), card, 'sample')
  t.equal(header.columns.at(-1)!.name, 'class')
  t.notOk('classes' in header)
})

t.test('a version carries it, verified like the others', async t => {
  const root = t.testdir()
  const draft = await draftLinearModel(createLinearModel())
  const bytes = packSample(sample)
  const { directory } = await openRepository(root).publish({ ...draft, sample: bytes })
  const version = await openRepository(root).open('linear')
  t.strictSame(new Uint8Array(version.sample!), bytes)
  const path = join(directory, 'sample.bin')
  t.match(version.card.files.sample, { path: 'sample.bin', bytes: (await readFile(path)).length })
  await writeFile(path, bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)))
  t.match(await faultOf(() => openRepository(root).open('linear')), {
    code: 'PVAE_HASH_MISMATCH',
    field: 'files.sample.sha256',
  })
})

t.test('a sample of another model is not published', async t => {
  const draft = await draftLinearModel(createLinearModel({ partitions: [{ name: 'all', size: 4 }] }))
  t.match(await faultOf(() => openRepository(t.testdir()).publish({ ...draft, sample: packSample(sample) })), {
    code: 'PVAE_SAMPLE_INVALID',
    field: 'columns.mean',
    expected: 'FP32 [5, 4]',
    found: 'FP32 [5, 3]',
  })
})

/** The file with a changed header, in as many bytes. */
function withHeader (change: (header: string) => string): Uint8Array {
  const bytes = packSample(sample)
  const length = new DataView(bytes.buffer).getUint32(8, true)
  const header = change(new TextDecoder().decode(bytes.subarray(12, 12 + length))).trimEnd()
  bytes.fill(0x20, 12, 12 + length)
  bytes.set(new TextEncoder().encode(header), 12)
  return bytes
}

t.test('what is wrong is named', async t => {
  const good = packSample(sample)
  const { sheet } = readSample(good, card, 'sample')
  const cases: Array<[Uint8Array, string, RegExp]> = [
    [Uint8Array.of(1, 2, 3), 'its first bytes', /PVAESMP1/],
    [good.subarray(0, 10), 'the file', /at least 12 bytes/],
    [good.subarray(0, 100), 'the header', /JSON/],
    [good.subarray(0, good.length - 1), 'sheet', /bytes before/],
    [withHeader(text => text.replace('"count":5', '"count":6')), 'columns.index', /UINT32 \[6\]/],
    [withHeader(text => text.replace('"name":"mean"', '"name":"main"')), 'columns.mean', /FP32 \[5, 3\]/],
    [withHeader(text => text.replace('UINT8', 'INT64')), 'columns[4].datatype', /./],
    [withHeader(text => text.replace('"bytes":60', '"bytes":64')), 'columns.mean.bytes', /60/],
    [withHeader(text => text.replace(`"offset":${sheet.offset}`, '"offset":8000')), 'sheet', /bytes before/],
  ]
  for (const [bytes, field, expected] of cases) {
    const fault = await faultOf(async () => readSample(bytes, card, 'sample'))
    t.match(fault, { code: 'PVAE_SAMPLE_INVALID', field, expected })
  }
})
