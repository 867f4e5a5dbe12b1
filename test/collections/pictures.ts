/** A folder of pictures for the linear model, whose latents are known without running it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { planarFromBytes } from '@partition-vae/models'
import sharp from 'sharp'
import type { EncodeOptions } from '../../collections/encode/collection.js'
import { createLinearModel, createRandom, publishLinearModel } from '../helpers/linear-model.js'

interface Scope { teardown (work: () => unknown): void }

/** The thread as it is built: threads of TypeScript sources would compile them each time. */
export const THREAD = { entry: new URL('../../collections/dist/encode/thread.js', import.meta.url), execArgv: [] }

export const model = createLinearModel()
const { width, height } = model.image

export async function temporaryFolder (t: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pvae-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Pixels of the n-th picture, [H, W]. */
export function pixelsOf (n: number): Uint8Array {
  const random = createRandom(n + 1)
  return Uint8Array.from({ length: width * height }, () => Math.floor(256 * random()))
}

/** [D]: what the model makes of the n-th picture. */
export const latentOf = (n: number) => model.encode(planarFromBytes(pixelsOf(n), model.image), 1)

export const nameOf = (n: number) => `${n % 3}/${String(n).padStart(4, '0')}.png`

/** Writes `count` pictures as PNG into three folders. */
export async function writePictures (root: string, count: number, first = 0): Promise<void> {
  for (let n = first; n < first + count; n++) {
    const path = join(root, nameOf(n))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, await sharp(pixelsOf(n), { raw: { width, height, channels: 1 } }).png().toBuffer())
  }
}

/** A root with `photos`, and what encodes them. */
export async function preparePictures (
  t: Scope, count: number, changes: Partial<EncodeOptions> = {}
): Promise<EncodeOptions> {
  const root = await temporaryFolder(t)
  await writePictures(join(root, 'photos'), count)
  return {
    model: await publishLinearModel(join(root, 'models')),
    inputs: ['photos'],
    pictures: ['photos'],
    root,
    folder: join(root, 'out'),
    fit: 'fill',
    invert: false,
    columns: [],
    files: 'parquet',
    threads: 2,
    provider: 'cpu',
    maxPixels: 1e6,
    shardSize: 8,
    thread: THREAD,
    ...changes,
  }
}
