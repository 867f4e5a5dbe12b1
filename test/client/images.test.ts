/** What can be an image, and that pixels arrive as they are. */
import { decode } from 'fast-png'
import t from 'tap'
import { filesOf, type ImageSource } from '../../client/images.js'
import { pixelsOf, readDigit } from '../server/images.js'

const bytesOf = async (blob: Blob | undefined) => new Uint8Array(await blob!.arrayBuffer())
const pixelsOfFile = async (blob: Blob | undefined) => await pixelsOf(await bytesOf(blob))

t.test('files are sent as they are', async t => {
  const digit = await readDigit()
  const bytes = Uint8Array.from(digit)
  const sources: ImageSource[] = [
    digit, bytes, bytes.buffer, new Blob([bytes]), new File([bytes], 'digit.png'),
    new Uint8Array([0, ...bytes]).subarray(1),
  ]
  const files = await filesOf(sources)
  t.equal(files.length, sources.length)
  for (const file of files) t.strictSame(await bytesOf(file), bytes)
})

t.test('pixels travel as PNG, without loss', async t => {
  const [height, width] = [5, 7]
  for (const channels of [1, 2, 3, 4]) {
    const data = Uint8Array.from({ length: height * width * channels }, (_, i) => (i * 37) % 256)
    const [file] = await filesOf({ shape: [height, width, channels], data })
    t.equal(file!.type, 'image/png')
    const decoded = decode(await bytesOf(file))
    t.match(decoded, { height, width, channels, depth: 8 })
    t.strictSame(Uint8Array.from(decoded.data), data, `${channels} channels`)
  }
})

t.test('a tensor of several images, and a canvas', async t => {
  const data = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => i * 9)
  const files = await filesOf({ shape: [2, 3, 4, 1], data })
  t.equal(files.length, 2)
  t.strictSame(Uint8Array.from((await pixelsOfFile(files[1])).bytes), data.subarray(12))
  const canvas = { width: 3, height: 2, data: Uint8ClampedArray.from({ length: 24 }, (_, i) => i * 10) }
  const [file] = await filesOf(canvas)
  t.match(await pixelsOfFile(file), { width: 3, height: 2, channels: 4 })
})

t.test('what is no image is refused before it is sent', async t => {
  const refused: Array<[unknown, RegExp]> = [
    ['frame.png', /received a string; readImage of @partition-vae\/client\/node reads a path/],
    [null, /received null/],
    [{ url: 'x' }, /received an object with url/],
    [{ shape: [2, 2], data: new Uint8Array(4) }, /for shape but received \[2,2\]/],
    [{ shape: [2, 2, 5], data: new Uint8Array(20) }, /for shape but received \[2,2,5\]/],
    [{ shape: [0, 2, 2, 1], data: new Uint8Array(0) }, /for shape/],
    [{ shape: [2, 2, 1], data: new Uint8Array(5) }, /4 bytes for data, by shape \[2,2,1\], but received 5 bytes/],
    [{ shape: [2, 2, 1], data: new Float32Array(4) }, /but received Float32Array of 4/],
  ]
  for (const [source, message] of refused) {
    await t.rejects(filesOf(source as ImageSource), { name: 'TypeError', message })
  }
})
