import { gzipSync } from 'node:zlib'
import t from 'tap'
import { nameForeignFormat } from '../../../server/plugins/foreign-formats.js'
import { imageOf, pngOf, SVG } from '../images.js'

const shape = { height: 8, width: 8, channels: 3 } as const
const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => i)

/** The first box of a file made of boxes. */
function boxOf (major: string, ...compatible: string[]): Buffer {
  const body = Buffer.from(`ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1')
  const size = Buffer.alloc(4)
  size.writeUInt32BE(4 + body.length)
  return Buffer.concat([size, body, Buffer.from('\0\0\0\x08free', 'latin1')])
}

t.test('real files', async t => {
  const image = () => imageOf(pixels, shape)
  t.equal(nameForeignFormat(await image().avif().toBuffer()), 'an AVIF file')
  t.equal(nameForeignFormat(await image().gif().toBuffer()), 'a GIF file')
  t.equal(nameForeignFormat(await image().tiff().toBuffer()), 'a TIFF file')
  t.equal(nameForeignFormat(Buffer.from(SVG)), 'an SVG file')
  t.equal(nameForeignFormat(gzipSync(await pngOf(pixels, shape))), 'gzip-compressed data')
})

t.test('what the signatures of others say', async t => {
  const bitmap = Buffer.alloc(60)
  bitmap.write('BM')
  bitmap.writeUInt32LE(40, 14)
  const cases: Array<[Buffer | string, string | undefined]> = [
    [boxOf('heic', 'mif1', 'heic'), 'a HEIC file'],
    [boxOf('mif1', 'mif1', 'heic', 'hevc'), 'a HEIC file'],
    [boxOf('mif1', 'avif', 'miaf'), 'an AVIF file'],
    [boxOf('mif1', 'miaf'), 'a HEIF file'],
    [boxOf('isom', 'iso2', 'mp41'), 'a video'],
    [boxOf('qt  '), 'a video'],
    [boxOf('xxxx'), undefined],
    [Buffer.from('MM\0*\0\0\0\x08', 'latin1'), 'a TIFF file'],
    [bitmap, 'a BMP file'],
    ['BMW is a car', undefined],
    [Buffer.from([0xff, 0x0a, 0x7f]), 'a JPEG XL file'],
    ['%PDF-1.7\n', 'a PDF file'],
    ['8BPS\0\x01', 'a Photoshop file'],
    ['<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', 'an SVG file'],
    ['\u00ef\u00bb\u00bf <svg >', 'an SVG file'],
    ['<?xml version="1.0"?><rss/>', undefined],
    ['<!DOCTYPE html><html>not found</html>', 'a web page (HTML)'],
    ['data:image/png;base64,iVBORw0KGgo=', 'a data URL (send the bytes that it stands for)'],
    ['iVBORw0KGgoAAAANSUhEUg==', 'an image as base64 (send its bytes)'],
    ['/9j/4AAQSkZJRg==', 'an image as base64 (send its bytes)'],
    ['P5\n8 8\n255\n', 'a Netpbm file'],
    ['hello', undefined],
    ['', undefined],
    [Buffer.from('ftyp'), undefined],
    [Buffer.from('\0\0\0\xffftyphe', 'latin1'), undefined],
  ]
  for (const [bytes, name] of cases) {
    t.equal(
      nameForeignFormat(Buffer.from(bytes as string, 'latin1')),
      name,
      JSON.stringify(bytes.toString('latin1').slice(0, 40))
    )
  }
})
