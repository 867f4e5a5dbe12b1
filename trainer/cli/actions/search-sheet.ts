import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pixelCount, type ImageShape } from '@partition-vae/models'
import type { IndexHeader, Neighbour } from '@partition-vae/collections/search'
import { decodeImage } from '@partition-vae/models/image'
import type { SearchFlags } from '../commands/search.js'
import type { CliContext } from '../context.js'
import { chosenDirectories } from '../output-directories.js'
import { openModel } from './models.js'
import { writePicture } from './picture.js'

const MAX_PIXELS = 40_000_000
const COLUMNS = 11
/** What stands in the place of a picture that is not there any more. */
const MISSING = 192

/** Decodes a picture as those of an index were. @returns 8 bit [H, W, C] @throws ImageFault */
export async function readPicture (
  bytes: Uint8Array, image: ImageShape, { pictures }: Pick<IndexHeader, 'pictures'>
): Promise<Uint8Array> {
  const { fit = 'fill', invert = false } = pictures ?? {}
  return await decodeImage(bytes, image, { fit, invert, maxPixels: MAX_PIXELS, blocking: true })
}

/** Writes a distance with four digits. */
export const shorten = (distance: number): string => String(Number(distance.toPrecision(4)))

/**
 * Writes a sheet of neighbours as the model sees them, behind the query where that is a picture. Beneath each stands
 * its rank, from 1, and its distance.
 */
export async function drawNeighbours (
  out: string, header: IndexHeader, neighbours: readonly Neighbour[], { like, ...flags }: SearchFlags,
  context: CliContext
): Promise<void> {
  const { directory, stderr } = context
  const { repository } = chosenDirectories(directory, flags)
  const { card: { image } } = await openModel(repository, `${header.model}@${header.version}`)
  const root = header.pictures?.root ?? directory
  const paths = [
    ...like === undefined ? [] : [resolve(directory, like)],
    ...neighbours.map(({ file }) => resolve(root, file)),
  ]
  const size = pixelCount(image)
  const tiles = new Uint8Array(paths.length * size).fill(MISSING) // [n, H, W, C]
  for (const [i, path] of paths.entries()) {
    try {
      tiles.set(await readPicture(await readFile(path), image, header), i * size)
    } catch (error) {
      stderr.write(`${path} is left blank: ${(error as Error).message}\n`)
    }
  }
  const tileLabels = [
    ...like === undefined ? [] : ['query'],
    ...neighbours.map(({ distance }, i) => `${i + 1}: ${shorten(distance)}`),
  ]
  await writePicture(out, tiles, image, { columns: Math.min(COLUMNS, paths.length), tileLabels }, context)
}
