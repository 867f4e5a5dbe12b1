/** A tree of small images, every one different: waves in random directions, half of them JPEG and half PNG. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom } from '../../../trainer/random/index.js'

const SIDE = 64
const PER_FOLDER = 1000
const AT_ONCE = 16

/** @param onProgress told of the images written */
export async function generateImages (
  directory: string, count: number, onProgress: (done: number) => void
): Promise<void> {
  for (let folder = 0; folder * PER_FOLDER < count; folder++) {
    await mkdir(join(directory, nameOf(folder, 4)), { recursive: true })
  }
  let next = 0
  const write = async () => {
    while (next < count) {
      const index = next++
      const image = sharp(waves(index), { raw: { width: SIDE, height: SIDE, channels: 3 } })
      const isJpeg = index % 2 === 0
      const bytes = await (isJpeg ? image.jpeg({ quality: 80 }) : image.png({ compressionLevel: 1 })).toBuffer()
      const folder = nameOf(Math.floor(index / PER_FOLDER), 4)
      await writeFile(join(directory, folder, `${nameOf(index, 7)}.${isJpeg ? 'jpg' : 'png'}`), bytes)
      if (index % 10_000 === 0) onProgress(index)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, write))
}

const nameOf = (number: number, digits: number) => String(number).padStart(digits, '0')

/** 8 bit [64, 64, 3]: in each channel the sum of a wave down and one across. */
function waves (index: number): Uint8Array {
  const random = createRandom(0, 'waves', index)
  const pixels = new Uint8Array(SIDE * SIDE * 3)
  for (let channel = 0; channel < 3; channel++) {
    const wave = (): number[] => {
      const frequency = 0.02 + 0.3 * random.uniform()
      const phase = 2 * Math.PI * random.uniform()
      const height = 60 * random.uniform()
      return Array.from({ length: SIDE }, (_, at) => height * Math.sin(frequency * at + phase))
    }
    const [down, across, level] = [wave(), wave(), 120 + 15 * random.uniform()]
    for (let row = 0, i = channel; row < SIDE; row++) {
      for (let column = 0; column < SIDE; column++, i += 3) pixels[i] = level + down[row]! + across[column]!
    }
  }
  return pixels
}
