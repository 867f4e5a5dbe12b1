import t from 'tap'
import { readRecords } from '../../helpers/event-files.js'
import { frameRecord } from '../../../trainer/tensorboard/record.js'

t.test('bytes as TensorBoard writes them', async t => {
  // tensorboard.summary.writer.record_writer.RecordWriter, b'abc'
  t.equal(Buffer.from(frameRecord(Buffer.from('abc'))).toString('hex'), '0300000000000000b099490e6162636e57f121')
})

t.test('an independent reader finds what was framed, up to a torn end', async t => {
  const contents = ['', 'one', 'x'.repeat(1000)].map(text => Buffer.from(text))
  const file = Buffer.concat(contents.map(frameRecord))
  t.strictSame(readRecords(file), contents)
  t.strictSame(readRecords(file.subarray(0, -1)), contents.slice(0, 2))
  const changed = Buffer.from(file)
  changed[30]! ^= 1
  t.throws(() => readRecords(changed), { message: /wrong checksum of the data/ })
})
