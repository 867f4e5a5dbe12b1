import { spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { openDataset, type DataProgress } from '../../../../trainer/data/index.js'
import type { VideoConfig } from '../../../../trainer/data/source-config/frames.js'
import type { ImageDataset } from '../../../../trainer/data/dataset.js'
import { holdOutBlocks } from '../../../../trainer/data/video/split.js'

/** Clips for tests: by FFmpeg where it is installed, by sharp's encoders of GIF and WebP. */

export const HEIGHT = 16
export const WIDTH = 24
export const FRAME_BYTES = HEIGHT * WIDTH * 3

/** Where the real programs are; undefined where there are none. */
export const FFMPEG = spawnSync('sh', ['-c', 'command -v ffmpeg && command -v ffprobe'], { encoding: 'utf8' })
  .stdout.split('\n')[0] || undefined
/** For tests that need it: why they are skipped, or false. */
export const withoutFfmpeg = FFMPEG === undefined && 'FFmpeg is not installed'

/** A square that moves over a still background; each frame differs from all others. 8 bit [16, 24, 3] */
export function frameOf (index: number): Uint8Array {
  const frame = new Uint8Array(FRAME_BYTES).fill(60)
  const left = index % (WIDTH - 4)
  for (let y = 5; y < 9; y++) frame.fill(200, (y * WIDTH + left) * 3, (y * WIDTH + left + 4) * 3)
  // Its number in the first pixels, in levels that a palette of 256 colours keeps.
  for (let bit = 0; bit < 12; bit++) frame.fill((index >> bit & 1) * 255, bit * 3, bit * 3 + 3)
  return frame
}

export const frames = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => frameOf(i))

/** Runs FFmpeg with input on its standard input. */
export function ffmpeg (argv: readonly string[], input?: Uint8Array): void {
  const { status, stderr } = spawnSync(FFMPEG!, ['-v', 'error', '-y', ...argv], { input, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
}

/** Gives what ffprobe tells of a file's streams, as lines of `name=value`. */
export function probe (path: string): string {
  return spawnSync(join(FFMPEG!, '..', 'ffprobe'), ['-v', 'error', '-show_streams', path], { encoding: 'utf8' }).stdout
}

export const LOSSLESS: readonly string[] = ['-c:v', 'ffv1', '-pix_fmt', 'gbrp']

/** Encodes frames as a clip of 10 frames a second. */
export function writeVideo (path: string, pictures: readonly Uint8Array[], codec = LOSSLESS): string {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${WIDTH}x${HEIGHT}`, '-r', '10', '-i', '-']
  ffmpeg([...raw, ...codec, `file:${path}`], Buffer.concat(pictures))
  return path
}

/** Encodes frames as an animation, by the ending of its name. @param delays milliseconds of each */
export async function writeAnimation (
  path: string, pictures: readonly Uint8Array[], delays: readonly number[]
): Promise<string> {
  const image = sharp(Buffer.concat(pictures), {
    raw: { width: WIDTH, height: HEIGHT * pictures.length, channels: 3, pageHeight: HEIGHT },
  })
  const bytes = path.endsWith('.gif')
    ? await image.gif({ delay: [...delays], dither: 0, interFrameMaxError: 0 }).toBuffer()
    : await image.webp({ delay: [...delays], lossless: true }).toBuffer()
  await writeFile(path, bytes)
  return path
}

/** Of a clip at 10 frames a second. */
export function configOf (file: string, cacheDirectory: string, more: Partial<VideoConfig> = {}): VideoConfig {
  return {
    source: 'video',
    file,
    cacheDirectory,
    height: HEIGHT,
    width: WIDTH,
    channels: 3,
    fit: 'fill',
    testFraction: 0.1,
    splitSeed: 0,
    rate: 10,
    ...more,
  }
}

/** All images of two splits in the order of the clip, by where blocks are held out. */
async function readAll (train: ImageDataset, test: ImageDataset): Promise<Uint8Array[]> {
  const read = async ({ count, shape, read }: ImageDataset): Promise<Uint8Array[]> => {
    const size = shape.height * shape.width * shape.channels
    const out = new Uint8Array(count * size)
    await read(Uint32Array.from({ length: count }, (_, i) => i), out)
    return Array.from({ length: count }, (_, i) => out.subarray(i * size, (i + 1) * size))
  }
  const [ofTrain, ofTest] = [await read(train), await read(test)]
  const { test: held } = holdOutBlocks(train.count + test.count, 0.1, 0)
  return Array.from({ length: train.count + test.count }, (_, i) => (held.has(i) ? ofTest : ofTrain).shift()!)
}

/** A folder with a program of this name that is a shell script; with the real ffprobe beside it. */
export function scriptedProgram (directory: string, name: 'ffmpeg' | 'ffprobe', script: string): string {
  mkdirSync(directory)
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  const other = name === 'ffmpeg' ? 'ffprobe' : 'ffmpeg'
  symlinkSync(join(FFMPEG!, '..', other), join(directory, other))
  return directory
}

/** Runs an action with another PATH. */
export async function withPath<T> (path: string, action: () => Promise<T>): Promise<T> {
  const before = process.env.PATH
  process.env.PATH = path
  try {
    return await action()
  } finally {
    process.env.PATH = before
  }
}

/** All frames of a clip, in order, and what is said of it. */
export async function openAll (config: VideoConfig) {
  const progress: DataProgress[] = []
  const { train, test, notes, skipped } = await openDataset(config, report => progress.push(report))
  const pictures = await readAll(train, test)
  await Promise.all([train.close(), test.close()])
  return { train, test, pictures, notes: notes ?? [], skipped, progress }
}

export const same = (a: readonly Uint8Array[], b: readonly Uint8Array[]) =>
  a.length === b.length && a.every((picture, i) => Buffer.compare(picture, b[i]!) === 0)
