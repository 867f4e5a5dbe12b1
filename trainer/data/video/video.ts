import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { fitFrame } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'
import type { VideoConfig } from '../source-config/frames.js'
import type { DataSplits, OnDataProgress } from '../dataset.js'
import { decodedEntry } from '../folder/cache-format.js'
import type { ImageStream } from '../folder/cache-position.js'
import { createCachedSplits } from '../folder/cached-splits.js'
import { cacheName, openOrBuild, prepareCacheDirectory } from '../folder/decoded-files.js'
import { decoderVersion } from '../folder/decode.js'
import type { Clip } from './clip.js'
import { lookThrough } from './notes.js'
import { findClip, openClip } from './open-clip.js'
import { chooseRate, sampledFrames, samplingAt } from './sampling.js'
import { holdOutBlocks } from './split.js'

/** Fewer can't be shared between training and testing. */
const FEWEST_FRAMES = 4

/**
 * Opens a clip: its frames at a rate, in order, decoded once into a cache file as a folder's images are. Once they are,
 * neither FFmpeg nor more of the clip than its size and time is asked for. Blocks of frames are held out for testing.
 * Pairs are of frames of the clip.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_EMPTY, PVAE_DATA_CORRUPT, PVAE_DECODER_UNAVAILABLE,
 * PVAE_OUTPUT_UNWRITABLE, PVAE_RUN_LOCKED; the signal's reason
 */
export async function openVideo (
  config: VideoConfig,
  onProgress?: OnDataProgress,
  signal?: AbortSignal
): Promise<DataSplits> {
  const file = await findClip(config.file)
  const { path, bytes, modifiedMs } = file
  const cacheDirectory = await prepareCacheDirectory(config.cacheDirectory)
  const rate = config.rate ?? chooseRate(await openClip(file, signal))
  const { height, width, channels, fit } = config
  const decoding = JSON.stringify({ path, rate, height, width, channels, fit })
  const cache = await openOrBuild({
    path: join(cacheDirectory, cacheName(path, decoding)),
    key: createHash('sha256').update(`video 1\n${decoderVersion}\n${decoding}\n${bytes}\0${modifiedMs}\n`).digest('hex'),
    of: path,
    images: async () => streamFrames(path, await openClip(file, signal), rate, config),
    signal,
  }, onProgress)
  const name = basename(path)
  const count = cache.images.length
  const fault = cache.skipped[0]?.reason
  try {
    if (count < FEWEST_FRAMES) throw tooFew(path, count, rate)
    const seen = await lookThrough(name, cache, rate)
    const { test, blocks } = holdOutBlocks(count, config.testFraction, config.splitSeed)
    const splits = await createCachedSplits({
      name,
      cache,
      isTest: path => test.has(frameOf(path)),
      advice: 'in all: give a longer clip',
      // No pair has a cut between its frames.
      clipOf: path => String(seen.cuts.filter(cut => cut <= frameOf(path)).length),
    })
    const notes = [
      ...config.rate === undefined
        ? [`${Number(rate.toFixed(2))} frames a second of ${name} are taken, since data.rate does not say how many.`]
        : [],
      ...fault === undefined ? [] : [`${count} frames of ${name} could be decoded, and then not all is well: ${fault}.`],
      ...seen.notes,
      `${test.size} of ${count} frames are held out for testing, in ${blocks === 1 ? 'one block' : `${blocks} blocks`} ` +
        'of consecutive frames: single ones would be all but the same as their neighbours in training.',
    ]
    return { ...splits, skipped: [], notes }
  } catch (error) {
    await cache.handle.close()
    throw error
  }
}

/** The frames of a clip as a stream; where it ends with a fault, the last entry says so. */
function streamFrames (
  path: string, clip: Clip, rate: number, { height, width, channels, fit }: VideoConfig
): ImageStream {
  const shape = { height, width, channels }
  const sampling = samplingAt(rate, clip)
  return {
    shape,
    total: sampledFrames(sampling, clip),
    pathAt: nameOf,
    async * decode (from, signal) {
      let frame = from
      const frames = clip.decode({ sampling, skip: from, shape, fit, signal })
      try {
        let next = await frames.next()
        for (; next.done !== true; next = await frames.next()) {
          yield decodedEntry(nameOf(frame++), fitFrame(next.value, shape, fit))
        }
        // Not kept: another FFmpeg may know better.
        if (next.value !== undefined && frame < FEWEST_FRAMES) throw tooFew(path, frame, rate, next.value)
        if (next.value !== undefined) yield { entry: { path: 'end', reason: next.value } }
      } finally {
        await frames.return(undefined)
      }
    },
  }
}

const PREFIX = 'frame-'
const nameOf = (frame: number) => `${PREFIX}${String(frame).padStart(6, '0')}`
const frameOf = (path: string) => Number(path.slice(PREFIX.length))

function tooFew (path: string, count: number, rate: number, fault?: string): TrainerError {
  if (fault !== undefined) {
    return new TrainerError(
      'PVAE_DATA_CORRUPT',
      `expected a clip whose frames can be decoded in ${path} for data.file but found ${count}, and then: ${fault}`
    )
  }
  return new TrainerError(
    'PVAE_DATA_EMPTY',
    `expected at least ${FEWEST_FRAMES} frames in ${path} for data.file but found ${count} at ` +
      `${Number(rate.toPrecision(3))} a second: give a longer clip, or more frames a second (--fps)`
  )
}
