/** What is sent: digits of the MNIST test set, and pictures with as much in them as a photograph. */
import sharp from 'sharp'
import { openDataset } from '../../../trainer/data/index.js'
import { createRandom } from '../../../trainer/random/index.js'

/** So many of each that no cache of a few would help anyone. */
const COUNT = 16

/** PNG, 28 × 28, grey. */
export async function digitImages (): Promise<Buffer[]> {
  const { train, test } = await openDataset({ source: 'mnist' })
  const size = 28 * 28
  const bytes = new Uint8Array(COUNT * size)
  await test.read(Uint32Array.from({ length: COUNT }, (_, i) => i), bytes)
  await train.close()
  await test.close()
  return await Promise.all(Array.from({ length: COUNT }, (_, i) =>
    sharp(bytes.subarray(i * size, (i + 1) * size), { raw: { height: 28, width: 28, channels: 1 } })
      .toColourspace('b-w').png().toBuffer()))
}

/**
 * JPEG, quality 85, 16 : 9, about 60 kB each at 640 × 360: noise of several scales, as a photograph has.
 * @param width a multiple of 32
 */
export async function photoImages (width = 640, count = COUNT): Promise<Buffer[]> {
  const height = width * 9 / 16
  return await Promise.all(Array.from({ length: count }, async (_, i) => {
    const random = createRandom(i, 'bench-photo')
    const noise = async (rows: number, columns: number, low: number, high: number) => {
      const drawn = Uint8Array.from({ length: rows * columns * 3 }, () => low + random.integer(high - low))
      return await sharp(drawn, { raw: { height: rows, width: columns, channels: 3 } })
        .resize(width, height, { kernel: 'cubic' }).raw().toBuffer()
    }
    const base = await noise(9, 16, 0, 256)
    const detail = await noise(height / 2, width / 2, 96, 160)
    const pixels = base.map((value, at) => Math.max(0, Math.min(255, value + detail[at]! - 128)))
    return await sharp(pixels, { raw: { height, width, channels: 3 } }).jpeg({ quality: 85 }).toBuffer()
  }))
}
