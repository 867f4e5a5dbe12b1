import { open, realpath, stat } from 'node:fs/promises'
import { sniffImage } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'
import { openAnimation } from './animation.js'
import type { Clip } from './clip.js'
import { openVideoFile } from './video-file.js'

/** Animations are read whole: larger ones are for FFmpeg. */
const MOST_ANIMATION_BYTES = 256 * 2 ** 20
/** The beginning of a file: what it is, and of a PNG whether it moves. */
const HEAD_BYTES = 2 ** 16

/** A file that is there. */
export interface ClipFile {
  /** Absolute, without links. */
  readonly path: string
  readonly bytes: number
  readonly modifiedMs: number
}

/** Finds a file. @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_EMPTY for one without a byte */
export async function findClip (given: string): Promise<ClipFile> {
  try {
    const path = await realpath(given)
    const found = await stat(path)
    if (found.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
    if (!found.isFile()) throw new Error('neither a file nor a folder')
    if (found.size === 0) {
      throw new TrainerError('PVAE_DATA_EMPTY', `expected a clip in ${path} for data.file but found an empty file`)
    }
    return { path, bytes: found.size, modifiedMs: found.mtimeMs }
  } catch (error) {
    throw error instanceof TrainerError ? error : notFound(given, 'data.file', error)
  }
}

/**
 * Opens a clip: GIF and WebP by what decodes pictures, anything else by FFmpeg.
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DECODER_UNAVAILABLE; the signal's reason
 */
export async function openClip ({ path, bytes }: ClipFile, signal?: AbortSignal): Promise<Clip> {
  const head = await readHead(path)
  const isAnimation = /^GIF8[79]a/.test(head.toString('latin1', 0, 6)) || sniffImage(head) === 'webp'
  // A PNG moves where this chunk is among its first: only then is it for FFmpeg.
  const isStill = sniffImage(head) === 'png' && !head.includes('acTL')
  if (isStill) throw oneFrame(path)
  const clip = isAnimation && bytes <= MOST_ANIMATION_BYTES
    ? await openAnimated(path)
    : await openVideoFile(path, signal)
  if (clip.frames === 1) throw oneFrame(path)
  return clip
}

async function openAnimated (path: string): Promise<Clip> {
  try {
    return await openAnimation(path)
  } catch (error) {
    const [reason] = (error as Error).message.trim().split('\n')
    throw new TrainerError(
      'PVAE_DATA_CORRUPT',
      `expected an animated GIF or WebP in ${path} for data.file but found ${reason}`,
      { cause: error }
    )
  }
}

/** The error for a clip that is none. */
function oneFrame (path: string): TrainerError {
  return new TrainerError(
    'PVAE_DATA_EMPTY',
    `expected a clip of some hundred frames in ${path} for data.file but found one picture: give a longer clip, or ` +
      'the folder of the pictures'
  )
}

async function readHead (path: string): Promise<Buffer> {
  const handle = await open(path, 'r').catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
