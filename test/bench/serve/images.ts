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

/** JPEG, 640 × 360, quality 85, about 60 kB each: noise of several scales, as a photograph has. */
export async function photoImages (): Promise<Buffer[]> {
  return await Promise.all(Array.from({ length: COUNT }, async (_, i) => {
    const random = createRandom(i, 'bench-photo')
    const noise = (height: number, width: number, low: number, high: number) => sharp(
      Uint8Array.from({ length: height * width * 3 }, () => low + random.integer(high - low)),
      { raw: { height, width, channels: 3 } })
    const base = await noise(9, 16, 0, 256).resize(640, 360, { kernel: 'cubic' }).raw().toBuffer()
    const detail = await noise(180, 320, 96, 160).resize(640, 360, { kernel: 'cubic' }).raw().toBuffer()
    const pixels = base.map((value, at) => Math.max(0, Math.min(255, value + detail[at]! - 128)))
    return await sharp(pixels, { raw: { height: 360, width: 640, channels: 3 } }).jpeg({ quality: 85 }).toBuffer()
  }))
}
