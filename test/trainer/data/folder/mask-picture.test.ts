import { deflateSync } from 'node:zlib'
import t from 'tap'
import { decodeMask } from '../../../../trainer/data/folder/mask-picture.js'
import { crc32 } from '../../../server/images.js'
import { encode } from './images.js'

/** A grey PNG of any depth, of 4 × 2 pixels: sharp writes none of 2 bit. */
function greyPng (bits: number, rows: readonly number[][]): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, sum])
  }
  const head = Buffer.from([0, 0, 0, 4, 0, 0, 0, 2, bits, 0, 0, 0, 0])
  const lines = rows.flatMap(row => {
    const digits = row.map(number => number.toString(2).padStart(bits, '0')).join('')
    return [0, ...digits.padEnd(Math.ceil(digits.length / 8) * 8, '0').match(/.{8}/g)!.map(byte => parseInt(byte, 2))]
  })
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const parts = [chunk('IHDR', head), chunk('IDAT', deflateSync(Buffer.from(lines))), chunk('IEND', Buffer.alloc(0))]
  return Buffer.concat([signature, ...parts])
}

t.test('grey numbers are those that are stored, whatever their depth', async t => {
  const cases = { 1: [0, 1, 1, 0], 2: [0, 1, 2, 3], 4: [0, 1, 14, 15], 8: [0, 1, 100, 255], 16: [0, 1, 127, 255] }
  for (const [bits, row] of Object.entries(cases)) {
    const { mask, size } = await decodeMask(greyPng(Number(bits), [row, [...row].reverse()]), 'a.png')
    t.strictSame([...mask], [...row, ...[...row].reverse()], `${bits} bit`)
    t.match(size, { height: 2, width: 4 })
  }
})

t.test('numbers that 8 bit do not keep are refused', async t => {
  await t.rejects(decodeMask(greyPng(16, [[0, 1, 2, 3], [0, 256, 300, 1]]), 'a.png'), {
    code: 'PVAE_DATA_CORRUPT',
    message: 'a.png: expected a mask, as a PNG or WebP, but found the number 300 of an object, above 255',
  })
  const colours = await encode(Uint16Array.from({ length: 24 }, (_, i) => i), 2, 4, 3).png().toBuffer()
  await t.rejects(decodeMask(colours, 'a.png'), { code: 'PVAE_DATA_CORRUPT', message: /16 bit of colours/ })
  await t.rejects(decodeMask(greyPng(16, [[0, 1, 2, 3], [0, 1, 2, 3]]).subarray(0, 50), 'a.png'), {
    code: 'PVAE_DATA_CORRUPT',
  }, 'cut off')
})
