/** What a video file says of itself, as ffprobe reads it. */
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import type { Size } from '@partition-vae/models/image'
import { TrainerError } from '../../foundation/errors.js'
import { inputArguments, runProgram } from './programs.js'
import type { FrameCount } from './sampling.js'

export interface VideoFacts extends FrameCount {
  /** Upright, with square pixels. */
  readonly size: Size
  /** Whether pixels are stored as squares. */
  readonly square: boolean
  readonly transparent: boolean
}

/** Numbers are texts there, and often missing. */
const Text = Type.Optional(Type.String())
const StreamSchema = Type.Object({
  codec_name: Text,
  width: Type.Integer({ minimum: 1 }),
  height: Type.Integer({ minimum: 1 }),
  sample_aspect_ratio: Text,
  pix_fmt: Text,
  avg_frame_rate: Text,
  r_frame_rate: Text,
  nb_frames: Text,
  nb_read_packets: Text,
  duration: Text,
  tags: Type.Optional(Type.Object({ rotate: Text })),
  side_data_list: Type.Optional(Type.Array(Type.Object({ rotation: Type.Optional(Type.Number()) }))),
})
const ProbeSchema = Type.Object({
  streams: Type.Array(StreamSchema, { minItems: 1 }),
  format: Type.Optional(Type.Object({ format_name: Text, duration: Text })),
})
const validator = Compile(ProbeSchema)
type Stream = Static<typeof StreamSchema>

/** FFmpeg reads any text as a film of a terminal. */
const NO_VIDEO = ['tty']
/** Frames a second where a file does not say: as FFmpeg assumes. */
const USUAL_RATE = 25

/**
 * Reads the facts of the first video stream that is no picture of a cover.
 * @param path absolute
 * @throws TrainerError PVAE_DATA_CORRUPT, PVAE_DATA_EMPTY without such a stream, PVAE_DECODER_UNAVAILABLE; the signal's
 * reason
 */
export async function probeVideo (path: string, signal?: AbortSignal): Promise<VideoFacts> {
  const first = await probe(path, [], signal)
  const told = countFrames(first)
  // Neither frames nor seconds are stated: packets are counted, which reads the file but decodes nothing.
  const { frames, rate } = told ?? countFrames(await probe(path, ['-count_packets'], signal)) ?? notVideo(path)
  const stream = first.streams[0]!
  const [shape, square] = uprightSize(stream)
  // In the names of FFmpeg's pixel formats; of palettes, some entries may be transparent.
  const transparent = /^(yuva|rgba|argb|bgra|abgr|gbrap|ya\d|pal8)/.test(stream.pix_fmt ?? '')
  return { size: shape, square, transparent, frames, rate }
}

async function probe (
  path: string, options: readonly string[], signal: AbortSignal | undefined
): Promise<Static<typeof ProbeSchema>> {
  const argv = ['-v', 'error', '-select_streams', 'V:0', '-show_streams', '-show_format', ...options, '-of', 'json']
  const output = runProgram('ffprobe', [...argv, ...inputArguments(path)], { path, signal })
  const pieces: Buffer[] = []
  let next = await output.next()
  for (; next.done !== true; next = await output.next()) pieces.push(next.value)
  const { code, signal: endedBy, complaint } = next.value
  if (code !== 0) throw notVideo(path, complaint ?? `nothing (ffprobe ended with ${code ?? endedBy})`)
  const value: unknown = JSON.parse(Buffer.concat(pieces).toString())
  const { streams, format } = value as { streams?: unknown[], format?: { format_name?: string } }
  if (streams === undefined || streams.length === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', `expected a video stream in ${path} for data.file but found none`)
  }
  if (!validator.Check(value) || NO_VIDEO.includes(format?.format_name ?? '')) throw notVideo(path)
  return value
}

function notVideo (path: string, found = 'something else'): never {
  throw new TrainerError(
    'PVAE_DATA_CORRUPT',
    `expected a video that FFmpeg reads in ${path} for data.file but found ${found}`
  )
}

/** Frames and their rate as the stream states them, or by its duration; undefined where neither is known. */
function countFrames ({ streams, format }: Static<typeof ProbeSchema>): FrameCount | undefined {
  const stream = streams[0]!
  const seconds = [stream.duration, format?.duration].map(Number).find(seconds => seconds > 0)
  const stated = [stream.nb_frames, stream.nb_read_packets].map(Number).find(count => count > 0)
  const rate = [stream.avg_frame_rate, stream.r_frame_rate].map(fraction).find(rate => rate > 0) ??
    (stated !== undefined && seconds !== undefined ? stated / seconds : USUAL_RATE)
  const frames = stated ?? (seconds === undefined ? undefined : Math.max(1, Math.round(seconds * rate)))
  return frames === undefined ? undefined : { frames, rate }
}

/** `30000/1001` → 29.97; NaN for what is no fraction, and for 0/0. */
function fraction (text = ''): number {
  const [numerator, denominator] = text.split(/[/:]/).map(Number)
  return numerator! / denominator!
}

/** The size as players show it, rounded to pixels, and whether pixels are squares. */
function uprightSize ({ width, height, sample_aspect_ratio: ratio, tags, side_data_list: sides }: Stream): [
  Size, boolean
] {
  const stretch = fraction(ratio)
  const square = !(stretch > 0 && Number.isFinite(stretch)) || stretch === 1
  const shown = square ? width : Math.max(1, Math.round(width * stretch))
  const rotation = sides?.find(({ rotation }) => rotation !== undefined)?.rotation ?? Number(tags?.rotate ?? 0)
  const turned = Math.abs(Math.round(rotation / 90)) % 2 === 1
  return [turned ? { width: height, height: shown } : { width: shown, height }, square]
}
