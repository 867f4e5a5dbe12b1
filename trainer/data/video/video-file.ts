/** Files that FFmpeg decodes. */
import { shrunkFrameSize, type Size } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'
import type { Clip, DecodeFrames } from './clip.js'
import { probeVideo, type VideoFacts } from './probe.js'
import { inputArguments, runProgram } from './programs.js'
import { sampledFrames, type Sampling } from './sampling.js'

/**
 * Opens a video by ffprobe; its frames come from ffmpeg through a pipe.
 * @param path absolute
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY, PVAE_DECODER_UNAVAILABLE; the signal's reason
 */
export async function openVideoFile (path: string, signal?: AbortSignal): Promise<Clip> {
  const facts = await probeVideo(path, signal)
  const { size, frames, rate } = facts
  return { size, frames, rate, decode: options => decodeVideo(path, facts, options) }
}

async function * decodeVideo (path: string, facts: VideoFacts, options: DecodeFrames): ReturnType<Clip['decode']> {
  const { sampling, skip, shape, fit, signal } = options
  const size = shrunkFrameSize(facts.size, shape, fit)
  const output = runProgram('ffmpeg', [
    // The size of frames may change on the way: the filters go on, and scale what comes.
    '-v', 'error', '-nostdin', '-reinit_filter', '0', ...inputArguments(path), '-map', '0:V:0',
    '-vf', filters(facts, size, sampling, skip), '-r', String(NOMINAL_RATE), '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-',
  ], { path, signal })
  const bytes = size.width * size.height * 3
  let frame = Buffer.allocUnsafe(bytes)
  let filled = 0
  let count = skip
  let next = await output.next()
  try {
    for (; next.done !== true; next = await output.next()) {
      for (let from = 0; from < next.value.length;) {
        const copied = next.value.copy(frame, filled, from)
        from += copied
        filled += copied
        if (filled < bytes) continue
        yield { ...size, channels: 3, pixels: frame }
        count++
        frame = Buffer.allocUnsafe(bytes)
        filled = 0
      }
    }
  } finally {
    await output.return(undefined as never)
  }
  const { code, signal: endedBy, complaint } = next.value
  // 255: it was told to end, and did.
  if (endedBy !== null || code === 255) {
    throw new TrainerError(
      'PVAE_DECODER_UNAVAILABLE',
      `expected ffmpeg to read ${path} to its end but found that it was stopped (${endedBy ?? 'told to end'}) after ` +
        `${count} frames, which are kept: give the same command again`
    )
  }
  const expected = sampledFrames(sampling, facts)
  if (code !== 0 || complaint !== undefined) return complaint ?? `ffmpeg ended with ${code}`
  return count < MUCH_OF_THEM * expected - 1 ? `it ends after ${count} of ${expected} frames` : undefined
}

/** Frames are counted from 0 and given a rate that nothing depends on, so that none is repeated or left out. */
const NOMINAL_RATE = 25
/** Durations are not exact: what lacks less is whole. */
const MUCH_OF_THEM = 0.95

function filters (
  { size: full, square, transparent }: VideoFacts, size: Size, sampling: Sampling, skip: number
): string {
  const shrinks = size.width !== full.width
  return [
    ...'rate' in sampling
      ? [`fps=${sampling.rate.toFixed(6)}`]
      : sampling.every === 1 ? [] : [`select=not(mod(n\\,${sampling.every}))`],
    ...skip === 0 ? [] : [`select=gte(n\\,${skip})`],
    // Always to this size: that of a stream may change. Whole pixels are averaged; else there is little to scale.
    `scale=${size.width}:${size.height}:flags=${shrinks && square ? 'area' : 'bicubic'}+accurate_rnd+full_chroma_int` +
      '+bitexact',
    'setsar=1',
    // Over black, as pictures are.
    ...transparent ? ['format=gbrap', 'premultiply=inplace=1', 'format=gbrp'] : [],
    'format=rgb24',
    `settb=1/${NOMINAL_RATE}`,
    'setpts=N',
  ].join(',')
}
