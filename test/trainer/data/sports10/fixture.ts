import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { bytesFromUnit } from '@partition-vae/models'
import { sampleFactors, scaleFactors } from '../../../../trainer/data/table-tennis/factors.js'
import { renderScene } from '../../../../trainer/data/table-tennis/render.js'

/** Sizes of the frames, as varied as those of Sports10: [width, height]. */
const SIZES = [[160, 90], [179, 180], [131, 97], [128, 96], [640, 360]] as const

export interface FixtureGame {
  readonly genre: string
  /** Frames lie in this folder and are named after it: `<folder>/<name>_0001.jpg`. */
  readonly folder: string
  readonly name: string
  readonly frames: number
}

export const games: readonly FixtureGame[] = [
  { genre: 'Table Tennis', folder: 'TableTennis', name: 'Ping Pals', frames: 12 },
  { genre: 'Table Tennis', folder: 'TableTennis', name: 'Rally 3D', frames: 10 },
  { genre: 'Table Tennis', folder: 'TableTennis', name: 'Paddle', frames: 8 },
  { genre: 'Tennis', folder: 'Tennis', name: 'Grand Court', frames: 6 },
  { genre: 'Tennis', folder: 'Tennis', name: 'Top Serve', frames: 6 },
]

/** A scene as the frames show it: they stretch it to their own aspect. */
export function scene (game: number, frame: number): Float32Array {
  return scaleFactors(sampleFactors(game, frame, 'fixture'))
}

/** The path of a frame: numbers without leading zeros, so that only natural order is the order of time. */
export function framePath ({ folder, name }: FixtureGame, frame: number): string {
  return `${folder}/${name}_${frame + 1}.jpg`
}

/**
 * Writes a data set in Sports10's layout: frames of games drawn by the generator, JPEG of odd sizes, and the two lists.
 * Every fourth frame is in the official validation split.
 */
export async function writeSports10 (root: string): Promise<string> {
  const lists = { train: ['filename,class'], val: ['filename,class'] }
  for (const [g, game] of games.entries()) {
    for (let frame = 0; frame < game.frames; frame++) {
      const path = framePath(game, frame)
      const [width, height] = SIZES[(g + frame) % SIZES.length]!
      const drawn = bytesFromUnit(renderScene(scene(g, frame), { height: 96, width: 128 }).image)
      const jpeg = await sharp(drawn, { raw: { height: 96, width: 128, channels: 3 } })
        .resize(width, height, { fit: 'fill' })
        .jpeg({ quality: 92 })
        .toBuffer()
      await mkdir(dirname(join(root, path)), { recursive: true })
      await writeFile(join(root, path), jpeg)
      lists[frame % 4 === 3 ? 'val' : 'train'].push(`${path},${game.genre}`)
    }
  }
  for (const [split, lines] of Object.entries(lists)) {
    await writeFile(join(root, `${split}_split.csv`), lines.join('\r\n') + '\r\n')
  }
  return root
}
