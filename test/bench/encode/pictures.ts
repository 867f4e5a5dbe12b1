/** Folders of pictures for `bench:encode`: a thousand in each subfolder. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { createRandom } from '../../helpers/linear-model.js'

export interface PictureKind {
  readonly format: 'png' | 'jpeg'
  readonly width: number
  readonly height: number
  readonly channels: 1 | 3
}

/** Different pictures; what is more repeats them under other names. */
const DIFFERENT = 256

/** Draws blobs of light, so that files are as large as those of photographs. */
async function draw ({ format, width, height, channels }: PictureKind, seed: number): Promise<Buffer> {
  const random = createRandom(seed)
  const [w, h] = [Math.min(width, 40), Math.min(height, 24)]
  const rough = Buffer.from(Array.from({ length: w * h * channels }, () => Math.floor(256 * random() ** 2)))
  const picture = sharp(rough, { raw: { width: w, height: h, channels } }).resize(width, height, { fit: 'fill' })
  const bare = channels === 1 ? picture.toColourspace('b-w') : picture
  return format === 'png' ? await bare.png().toBuffer() : await bare.jpeg({ quality: 90 }).toBuffer()
}

export async function writeMany (folder: string, kind: PictureKind, count: number): Promise<void> {
  const files: Buffer[] = []
  for (let seed = 0; seed < Math.min(count, DIFFERENT); seed++) files.push(await draw(kind, seed + 1))
  for (let i = 0; i < count; i++) {
    const under = join(folder, String(Math.floor(i / 1000)).padStart(5, '0'))
    if (i % 1000 === 0) await mkdir(under, { recursive: true })
    await writeFile(join(under, `${String(i).padStart(8, '0')}.${kind.format}`), files[i % files.length]!)
  }
}
