/** Pictures of the kinds and sizes that a service is sent. */
import { pixelCount } from '@partition-vae/models'
import { createRandom } from '../../helpers/linear-model.js'
import { imageOf } from '../../server/images.js'

export interface Case {
  readonly name: string
  readonly file: Uint8Array
  /** Of the model's image. */
  readonly width: number
  readonly height: number
}

/** Draws blocks of colour, waves and noise, neither black nor white anywhere: 8 bit [height, width, 3]. */
function scene (width: number, height: number): Uint8Array {
  const random = createRandom(width * height)
  return Uint8Array.from({ length: pixelCount({ width, height, channels: 3 }) }, (_, i) => {
    const [x, y, c] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3]
    const block = (Math.floor(x / 29) + Math.floor(y / 23)) % 3 === c ? 50 : 0
    return 90 + block + 30 * Math.sin(x / 17 + c) + 20 * Math.cos(y / 13 - c) + 20 * random()
  })
}

/**
 * From small to large: name, width and height of the picture, JPEG's quality (PNG without), width and height of the
 * model's.
 */
const PICTURES: ReadonlyArray<readonly [string, number, number, number | undefined, number, number]> = [
  ['PNG 28 × 28, as it is', 28, 28, undefined, 28, 28],
  ['PNG 64 × 48 → 28 × 28', 64, 48, undefined, 28, 28],
  ['JPEG 28 × 28, as it is', 28, 28, 75, 28, 28],
  ['JPEG 100 × 75 → 64 × 64', 100, 75, 75, 64, 64],
  ['JPEG 640 × 360, q75 → 160 × 96', 640, 360, 75, 160, 96],
  ['JPEG 640 × 360, q90 → 160 × 96', 640, 360, 90, 160, 96],
  ['JPEG 1280 × 720 → 160 × 96', 1280, 720, 75, 160, 96],
  ['JPEG 4000 × 3000 → 160 × 120', 4000, 3000, 75, 160, 120],
]

/** @param most pixels of a picture */
export async function createCases (most: number): Promise<Case[]> {
  const cases: Case[] = []
  for (const [name, pictureWidth, pictureHeight, quality, width, height] of PICTURES) {
    if (pictureWidth * pictureHeight > most) continue
    const pixels = scene(pictureWidth, pictureHeight)
    const picture = imageOf(pixels, { width: pictureWidth, height: pictureHeight, channels: 3 })
    const encoded = quality === undefined ? picture.png() : picture.jpeg({ quality })
    cases.push({ name, file: await encoded.toBuffer(), width, height })
  }
  return cases
}
