/** SmallNORB as it is published: three binary matrices for training, and three for testing. */
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TrainerError } from '../../foundation/errors.js'
import { corrupt, describeShape } from './array-file.js'
import type { ArrayContent, ArrayFactors } from './content.js'

const SPLITS = {
  training: 'smallnorb-5x46789x9x18x6x2x96x96-training',
  testing: 'smallnorb-5x01235x9x18x6x2x96x96-testing',
} as const
const KINDS = ['dat', 'cat', 'info'] as const
/** Numbers that say what a matrix is of. */
const [BYTES, INTEGERS] = [0x1e3d4c55, 0x1e3d4c54]
const CATEGORIES = ['animal', 'human', 'airplane', 'truck', 'car']

type Names = Readonly<Record<typeof KINDS[number], string>>

/** Tells whether a folder holds SmallNORB. */
export function isSmallNorb (names: readonly string[]): boolean {
  return names.some(name => Object.values(SPLITS).some(split => name.startsWith(split)))
}

/**
 * Opens SmallNORB (LeCun, Huang, Bottou 2004) as its six files `smallnorb-…-{dat,cat,info}.mat`, unpacked: 24,300
 * images to train and as many of other toys to test, of each pair of cameras the first. The category is label and
 * factor; elevation (9), azimuth (18 of 20 degrees, a whole turn) and lighting (6) are factors. Which toy of its
 * category it is, is not, as in disentanglement_lib.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT, PVAE_DATA_MIXED
 */
export async function openSmallNorb (directory: string, names: readonly string[]): Promise<ArrayContent> {
  const parts = [openPart(directory, names, SPLITS.training), openPart(directory, names, SPLITS.testing)]
  const [train, test] = await Promise.all(parts) as [Part, Part]
  if (train.height !== test.height || train.width !== test.width) {
    throw new TrainerError('PVAE_DATA_MIXED', `${directory}: expected images of ${train.height} × ${train.width}, as for ` +
      `training, for testing but found ${test.height} × ${test.width}`)
  }
  const count = train.count + test.count
  return {
    shape: { height: train.height, width: train.width, channels: 1 },
    count,
    labels: { labels: Uint8Array.from([...train.categories, ...test.categories]), labelNames: CATEGORIES },
    factors: factorsOf([train, test]),
    isTest: Uint8Array.from({ length: count }, (_, i) => i < train.count ? 0 : 1),
    files: [...train.files, ...test.files],
    notes: ['Training and test images are those of the published split, whose toys differ.'],
    async * images (from, signal) {
      yield * readImages(train, from, signal)
      yield * readImages(test, Math.max(0, from - train.count), signal)
    },
    async close () {},
  }
}

interface Part {
  readonly count: number
  readonly height: number
  readonly width: number
  /** Where the images begin. */
  readonly offset: number
  /** Images of each toy and view, one for each camera. */
  readonly cameras: number
  readonly categories: Int32Array
  /** [count, 4]: toy, elevation, azimuth, lighting. */
  readonly info: Int32Array
  readonly files: readonly string[]
}

async function openPart (directory: string, names: readonly string[], split: string): Promise<Part> {
  const paths = Object.fromEntries(KINDS.map(kind => {
    const name = `${split}-${kind}.mat`
    if (!names.includes(name)) {
      throw new TrainerError('PVAE_DATA_NOT_FOUND', `${directory}: expected the file ${name}, unpacked, for SmallNORB ` +
        `but found ${names.find(other => other.startsWith(name)) ?? 'none'}`)
    }
    return [kind, join(directory, name)]
  })) as Names
  const { shape, offset } = await readHead(paths.dat)
  if (shape.length !== 4) {
    throw corrupt(paths.dat, '(count, cameras, height, width) for its dimensions', describeShape(shape))
  }
  const [count, cameras, height, width] = shape as [number, number, number, number]
  const categories = await readIntegers(paths.cat, [count])
  const info = await readIntegers(paths.info, [count, 4])
  const wrong = categories.find(category => category < 0 || category >= CATEGORIES.length)
  if (wrong !== undefined) throw corrupt(paths.cat, `categories from 0 to ${CATEGORIES.length - 1}`, `${wrong}`)
  return { count, cameras, height, width, offset, categories, info, files: Object.values(paths) }
}

/** Reads the head of a matrix of bytes, and checks its length. */
async function readHead (path: string): Promise<{ shape: number[], offset: number }> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(64)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    const { shape, offset } = parseHead(head.subarray(0, bytesRead), path, BYTES, 'bytes')
    const expected = offset + shape.reduce((product, side) => product * side)
    const { size } = await handle.stat()
    if (size < expected) throw corrupt(path, `${expected} bytes, as its head says,`, `${size}: it is cut off`)
    return { shape, offset }
  } finally {
    await handle.close()
  }
}

/** A head has at least three dimensions, of which only so many count. */
function parseHead (bytes: Buffer, path: string, magic: number, what: string): { shape: number[], offset: number } {
  const rank = bytes.length < 20 ? 0 : bytes.readInt32LE(4)
  if (bytes.length < 20 || bytes.readUInt32LE(0) !== magic || rank < 1 || rank > 8) {
    throw corrupt(path, `a binary matrix of ${what}`, 'another format')
  }
  const shape = Array.from({ length: rank }, (_, i) => bytes.readInt32LE(8 + 4 * i))
  return { shape, offset: 8 + 4 * Math.max(3, rank) }
}

async function readIntegers (path: string, expected: readonly number[]): Promise<Int32Array> {
  const bytes = await readFile(path)
  const { shape, offset } = parseHead(bytes, path, INTEGERS, 'integers')
  if (shape.join() !== expected.join()) {
    throw new TrainerError('PVAE_DATA_MIXED', `${path}: expected ${describeShape(expected)}, a row for each image, for its ` +
      `dimensions but found ${describeShape(shape)}`)
  }
  const count = expected.reduce((product, side) => product * side)
  if (bytes.length < offset + 4 * count) throw corrupt(path, `${offset + 4 * count} bytes`, `${bytes.length}: it is cut off`)
  return Int32Array.from({ length: count }, (_, i) => bytes.readInt32LE(offset + 4 * i))
}

async function * readImages (
  { count, cameras, height, width, offset, files }: Part, from: number, signal: AbortSignal | undefined
): AsyncGenerator<Uint8Array> {
  const handle = await open(files[0]!, 'r')
  try {
    for (let i = from; i < count; i++) {
      signal?.throwIfAborted()
      const image = new Uint8Array(height * width)
      const { bytesRead } = await handle.read(image, 0, image.length, offset + i * cameras * image.length)
      if (bytesRead < image.length) throw corrupt(files[0]!, `image ${i}`, 'its end: it is cut off')
      yield image
    }
  } finally {
    await handle.close()
  }
}

function factorsOf (parts: readonly Part[]): ArrayFactors {
  const rows = parts.flatMap(({ count, categories, info }) =>
    Array.from({ length: count }, (_, i) => [categories[i]!, ...info.subarray(4 * i + 1, 4 * i + 4)]))
  return {
    columns: [
      { name: 'category', kind: { kind: 'categorical', names: CATEGORIES } },
      { name: 'elevation', kind: { kind: 'ordinal' } },
      // In steps of 2: 0, 2, … 34.
      { name: 'azimuth', kind: { kind: 'circular', period: 36 } },
      { name: 'lighting', kind: { kind: 'categorical' } },
    ],
    values: Float64Array.from(rows.flat()),
  }
}
