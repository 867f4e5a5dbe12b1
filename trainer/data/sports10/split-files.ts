import { isAbsolute, join, posix } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { readCsv } from '../csv.js'
import type { SkippedFile } from '../dataset.js'

/** The two files of the official split. */
export const SPLIT_FILES = { train: 'train_split.csv', test: 'val_split.csv' } as const

export interface Frame {
  /** Relative to the root, with slashes. */
  readonly path: string
  /** As the CSV files call it. */
  readonly genre: string
  readonly split: 'train' | 'test'
}

/**
 * All frames that the two CSV files name, in their order; what a file names twice is skipped the second time.
 * @throws TrainerError PVAE_DATA_NOT_FOUND when a file is missing, PVAE_DATA_CORRUPT for other columns than `filename`
 * and `class`, empty cells and paths outside the root, PVAE_DATA_MIXED for a frame in both files
 */
export async function readSplitFiles (root: string): Promise<{ frames: Frame[], skipped: SkippedFile[] }> {
  const frames = new Map<string, Frame>()
  const skipped: SkippedFile[] = []
  for (const split of ['train', 'test'] as const) {
    const name = SPLIT_FILES[split]
    for (const { path, genre, line } of await readSplitFile(root, name)) {
      const before = frames.get(path)
      if (before === undefined) frames.set(path, { path, genre, split })
      else if (before.split === split && before.genre === genre) {
        skipped.push({ path, reason: `named a second time in ${name} line ${line}` })
      } else {
        throw new TrainerError(
          'PVAE_DATA_MIXED',
          `${name} line ${line}: expected each frame once, with one class, but found ${path} as ${genre} after it ` +
            `was ${before.genre} in ${SPLIT_FILES[before.split]}`
        )
      }
    }
  }
  return { frames: [...frames.values()], skipped }
}

async function readSplitFile (
  root: string,
  name: string
): Promise<Array<{ path: string; genre: string; line: number }>> {
  const table = await readCsv(join(root, name))
  if (table === undefined) {
    throw new TrainerError(
      'PVAE_DATA_NOT_FOUND',
      `expected ${SPLIT_FILES.train} and ${SPLIT_FILES.test} in ${root} for data.root but found no ${name}`
    )
  }
  const { header, rows } = table
  const [file, genre] = [header.indexOf('filename'), header.indexOf('class')]
  if (file < 0 || genre < 0) {
    throw new TrainerError(
      'PVAE_DATA_CORRUPT',
      `${name}: expected columns filename and class but found ${JSON.stringify(header.join(', '))}`
    )
  }
  return rows.map(({ line, cells }) => {
    if (cells[genre]!.trim() === '') {
      throw new TrainerError(
        'PVAE_DATA_CORRUPT',
        `${name} line ${line}: expected a genre for class but found nothing`
      )
    }
    return { path: pathInside(cells[file]!.trim(), `${name} line ${line}`), genre: cells[genre]!.trim(), line }
  })
}

/** A path below the root, with slashes (lists written on Windows have backslashes). */
function pathInside (text: string, where: string): string {
  const path = posix.normalize(text.replaceAll('\\', '/'))
  if (
    text === '' ||
    path.endsWith('/') ||
    path === '.' ||
    path === '..' ||
    path.startsWith('../') ||
    isAbsolute(path) ||
    /^[A-Za-z]:/.test(path) ||
    path.includes('\0')
  ) {
    throw new TrainerError(
      'PVAE_DATA_CORRUPT',
      `${where}: expected a file inside the root for filename but found ${JSON.stringify(text)}`
    )
  }
  return path
}
