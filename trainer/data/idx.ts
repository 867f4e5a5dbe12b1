import { readdir } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import type { ImageShape } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import { notFound } from '../foundation/not-found.js'
import type { DataSplits, ImageDataset } from './dataset.js'
import { expect, readIdxFile } from './idx-file.js'
import { createMemoryDataset } from './memory.js'

/**
 * Opens a folder with the four files of MNIST's layout: `train-images-idx3-ubyte`, `train-labels-idx1-ubyte` and the
 * same with `t10k`. Also understood: dots or underscores instead of dashes, `test` instead of `t10k`, `.gz`, and images
 * of four dimensions (count, height, width, channels 1 or 3; `idx4`). Other files are ignored. Labels may be missing.
 * All of it is held in memory: see MAX_IDX_BYTES.
 * @param name of the data set, default the folder's name
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DATA_MIXED
 */
export async function openIdx (directory: string, name = basename(resolve(directory))): Promise<DataSplits> {
  const names = await readdir(directory).catch((error: Error) => {
    throw notFound(directory, 'data.directory', error)
  })
  const train = await openSplit(directory, names, 'train', `${name}/train`)
  const test = await openSplit(directory, names, 't10k|test', `${name}/test`)
  const [a, b] = [describeShape(train.shape), describeShape(test.shape)]
  if (a !== b) {
    throw new TrainerError(
      'PVAE_DATA_MIXED',
      `${directory}: expected images of ${a}, as in ${train.name}, for ${test.name} but found ${b}`
    )
  }
  return { train, test, skipped: [] }
}

async function openSplit (
  directory: string,
  names: readonly string[],
  split: string,
  name: string
): Promise<ImageDataset> {
  const imagesPath = findFile(directory, names, split, 'images')
  if (imagesPath === undefined) {
    const wanted = split
      .split('|')
      .map(prefix => `${prefix}-images-idx3-ubyte`)
      .join(' or ')
    throw new TrainerError(
      'PVAE_DATA_NOT_FOUND',
      `${directory}: expected a file ${wanted} (.gz) for ${name} but found ${list(names)}`
    )
  }
  const { dims, values } = await readIdxFile(imagesPath)
  expect(
    imagesPath,
    'the number of dimensions',
    dims.length === 3 || dims.length === 4,
    '3 (count, height, width) or 4 (and channels)',
    `${dims.length}`
  )
  const [count, height, width, channels] = dims as [number, number, number, number?]
  expect(imagesPath, 'the height and width', height > 0 && width > 0, 'at least 1 × 1 pixels', `${height} × ${width}`)
  expect(
    imagesPath,
    'the channels',
    channels === undefined || channels === 1 || channels === 3,
    '1 or 3',
    `${channels}`
  )
  if (count === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', `${imagesPath}: expected at least 1 image for ${name} but found 0`)
  }
  const labels = await readLabels(findFile(directory, names, split, 'labels'), count, imagesPath)
  return createMemoryDataset({ name, shape: { height, width, channels: channels ?? 1 }, images: values, labels })
}

async function readLabels (
  path: string | undefined,
  count: number,
  imagesPath: string
): Promise<Uint8Array | undefined> {
  if (path === undefined) return undefined
  const { dims, values } = await readIdxFile(path)
  expect(path, 'the number of dimensions', dims.length === 1, '1 (count)', `${dims.length}`)
  if (dims[0] !== count) {
    throw new TrainerError(
      'PVAE_DATA_MIXED',
      `${path}: expected ${count} labels, one for each image of ${basename(imagesPath)}, but found ${dims[0]}`
    )
  }
  return values
}

/** A plain file is preferred to its .gz. */
function findFile (
  directory: string,
  names: readonly string[],
  split: string,
  kind: 'images' | 'labels'
): string | undefined {
  const pattern = new RegExp(
    `^(${split})[-_.]${kind}[-_.]idx${kind === 'images' ? '[34]' : '1'}[-_.]ubyte(\\.gz)?$`,
    'i'
  )
  const found = names
    .filter(name => pattern.test(name) && !(/\.gz$/i.test(name) && names.includes(name.slice(0, -3))))
    .sort()
  if (found.length > 1) {
    throw new TrainerError(
      'PVAE_DATA_MIXED',
      `${directory}: expected one file of ${split.replace('|', ' or ')} ${kind} but found ${found.join(' and ')}`
    )
  }
  return found[0] === undefined ? undefined : join(directory, found[0])
}

function list (names: readonly string[]): string {
  if (names.length === 0) return 'an empty folder'
  return [...names].sort().slice(0, 5).join(', ') + (names.length > 5 ? ` and ${names.length - 5} more` : '')
}

function describeShape ({ height, width, channels }: ImageShape): string {
  return `${height} × ${width} × ${channels}`
}
