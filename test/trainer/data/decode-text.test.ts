import t from 'tap'
import { decodeText } from '../../../trainer/data/decode-text.js'

const text = 'filename,grösse\né.png,1\n'
const swapped = (text: string) => Buffer.from(text, 'utf16le').swap16()

t.test('UTF-8 and UTF-16 with a byte order mark, which is no part of the text', async t => {
  t.equal(decodeText(Buffer.from(text), 'f'), text)
  t.equal(decodeText(Buffer.from(`\uFEFF${text}`), 'f'), text)
  t.equal(decodeText(Buffer.from(`\uFEFF${text}`, 'utf16le'), 'f'), text)
  t.equal(decodeText(swapped(`\uFEFF${text}`), 'f'), text)
  t.equal(decodeText(new Uint8Array(0), 'f'), '')
})

t.test('other encodings are named', async t => {
  const reject = (bytes: Uint8Array, found: string) =>
    t.throws(() => decodeText(bytes, 'f'), {
      code: 'PVAE_DATA_CORRUPT',
      message: `f: expected text in UTF-8, or in UTF-16 with a byte order mark, but found ${found}: save it as UTF-8`,
    })
  reject(Buffer.from('a,b\né,1\n', 'latin1'), 'bytes that are not UTF-8 in line 2')
  reject(Buffer.from('a,b\n1,2\né', 'latin1'), 'bytes that are not UTF-8 in line 3')
  reject(Buffer.from(text, 'utf16le'), 'UTF-16 without one')
  reject(swapped(text), 'UTF-16 without one')
  reject(Buffer.concat([Buffer.from(`\uFEFF${text}`, 'utf16le'), Buffer.from([0])]), 'half a character of UTF-16LE')
  reject(Buffer.from([0xff, 0xfe, 0, 0, 97, 0, 0, 0]), 'UTF-32')
  reject(Buffer.from([0, 0, 0xfe, 0xff, 0, 0, 0, 97]), 'UTF-32')
})
