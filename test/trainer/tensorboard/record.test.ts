import t from 'tap'
import { readRecords } from '../../helpers/event-files.js'
import { crc32c, frameRecord } from '../../../trainer/tensorboard/record.js'

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

t.test('the vectors of RFC 3720, appendix B.4, and the check value of CRC-32C', async t => {
  t.equal(crc32c(new Uint8Array(32)), 0x8a9136aa)
  t.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43)
  t.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e)
  t.equal(crc32c(Uint8Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c)
  t.equal(crc32c(Buffer.from('123456789')), 0xe3069283)
  t.equal(crc32c(new Uint8Array(0)), 0)
})
