/** What a video file says of itself, as ffprobe reads it. */
import { StringDecoder } from 'node:string_decoder'
import { Compile, Type, type Static } from '@partition-vae/models/typebox'
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
  duration: Text,
  tags: Type.Optional(Type.Object({ rotate: Text })),
  side_data_list: Type.Optional(Type.Array(Type.Object({ rotation: Type.Optional(Type.Number()) }))),
})
const ProbeSchema = Type.Object({
  streams: Type.Array(StreamSchema, { minItems: 1 }),
  format: Type.Optional(Type.Object({ format_name: Text })),
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
  const stream = await readStream(path, signal)
  const { frames, rate } = statedFrames(stream) ?? await countFrames(path, stream, signal)
  const [shape, square] = uprightSize(stream)
  // In the names of FFmpeg's pixel formats; of palettes, some entries may be transparent.
  const transparent = /^(yuva|rgba|argb|bgra|abgr|gbrap|ya\d|pal8)/.test(stream.pix_fmt ?? '')
  return { size: shape, square, transparent, frames, rate }
}

async function readStream (path: string, signal: AbortSignal | undefined): Promise<Stream> {
  let text = ''
  for await (const piece of probe(path, ['-show_streams', '-show_format', '-of', 'json'], signal)) text += piece
  const value: unknown = JSON.parse(text)
  const { streams, format } = value as { streams?: unknown[], format?: { format_name?: string } }
  if (streams === undefined || streams.length === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', `expected a video stream in ${path} for data.file but found none`)
  }
  if (!validator.Check(value) || NO_VIDEO.includes(format?.format_name ?? '')) throw notVideo(path)
  return value.streams[0]!
}

/** Gives the text that ffprobe writes about the stream. */
async function * probe (
  path: string, options: readonly string[], signal: AbortSignal | undefined
): AsyncGenerator<string, void, void> {
  const argv = ['-v', 'error', '-select_streams', 'V:0', ...options, ...inputArguments(path)]
  const output = runProgram('ffprobe', argv, { path, signal })
  const decoder = new StringDecoder('utf8')
  try {
    let next = await output.next()
    for (; next.done !== true; next = await output.next()) yield decoder.write(next.value)
    const { code, signal: endedBy, complaint } = next.value
    if (code !== 0) throw notVideo(path, complaint ?? `nothing (ffprobe ended with ${code ?? endedBy})`)
  } finally {
    await output.return(undefined as never)
  }
}

function notVideo (path: string, found = 'something else'): never {
  throw new TrainerError(
    'PVAE_DATA_CORRUPT',
    `expected a video that FFmpeg reads in ${path} for data.file but found ${found}`
  )
}

/** The rate that a stream states. */
const statedRate = ({ avg_frame_rate: mean, r_frame_rate: least }: Stream): number | undefined =>
  [mean, least].map(fraction).find(rate => rate > 0)

/** Frames and their rate where the stream states how many there are, as MP4 does. */
function statedFrames (stream: Stream): FrameCount | undefined {
  const frames = Number(stream.nb_frames)
  if (!(frames > 0)) return undefined
  const seconds = Number(stream.duration)
  return { frames, rate: statedRate(stream) ?? (seconds > 0 ? frames / seconds : USUAL_RATE) }
}

/**
 * Counts packets, a frame each, and how fast they follow each other, which reads all of the file but decodes nothing.
 * What Matroska states is the least time between frames, and WebM from a browser states nothing.
 */
async function countFrames (path: string, stream: Stream, signal: AbortSignal | undefined): Promise<FrameCount> {
  let [frames, first, last] = [0, Infinity, -Infinity]
  let rest = ''
  for await (const text of probe(path, ['-show_entries', 'packet=pts_time', '-of', 'csv=p=0'], signal)) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      const time = Number.parseFloat(line)
      if (line.trim() !== '') frames++
      if (time < first) first = time
      if (time > last) last = time
    }
  }
  if (frames === 0) notVideo(path, 'no frame')
  return { frames, rate: last > first ? (frames - 1) / (last - first) : statedRate(stream) ?? USUAL_RATE }
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
