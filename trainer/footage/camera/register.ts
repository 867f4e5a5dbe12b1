/** Frames of a camera that moves a little, as if it stood still. */
import { pixelCount, type ImageShape } from '@partition-vae/models'
import { frameAt, type Frames } from '../frames.js'
import type { Pause } from '../pause.js'
import { lightOf } from '../scene.js'
import type { Shift } from './shift.js'

/** A picture of what stands still, wider than a frame by what the camera's movement shows besides. */
export interface Canvas {
  /** 8 bit [H + 2·rows, W + 2·columns, C] */
  readonly image: Uint8Array
  readonly shape: ImageShape
  /** Pixels beyond the frame's edges, on each side. */
  readonly margin: readonly [rows: number, columns: number]
}

/** Frames of which a canvas is the median, at most. */
const MEDIAN_FRAMES = 400
/** Fractions of a pixel below this are none: interpolation would only blur. */
const LEAST_FRACTION = 0.06

/**
 * Computes the median of frames that are shifted back, pixel by pixel, of those that show it. What no frame shows is as
 * the nearest pixel that one shows.
 */
export async function medianCanvas (
  frames: Frames,
  shifts: readonly Shift[],
  margin: Canvas['margin'],
  pause: Pause
): Promise<Canvas> {
  const { height, width, channels } = frames.shape
  const shape = { height: height + 2 * margin[0], width: width + 2 * margin[1], channels }
  const image = new Uint8Array(pixelCount(shape))
  const taken = Math.min(frames.count, MEDIAN_FRAMES)
  const indices = Array.from({ length: taken }, (_, i) => Math.floor((i + 0.5) * frames.count / taken))
  const samplers = indices.map(n => createSampler(frameAt(frames, n), frames.shape, shifts[n]!))
  const values = new Float64Array(taken)
  const unseen: number[] = []
  for (let i = 0; i < shape.height; i++) {
    await pause()
    for (let j = 0; j < shape.width; j++) {
      for (let c = 0; c < channels; c++) {
        let count = 0
        for (const sampler of samplers) {
          const value = sampler(i - margin[0], j - margin[1], c)
          if (value >= 0) values[count++] = value
        }
        const at = (i * shape.width + j) * channels + c
        if (count === 0) unseen.push(at)
        else image[at] = Math.round(values.subarray(0, count).sort()[count >> 1]!)
      }
    }
  }
  for (const at of unseen) {
    const [i, j, c] = [Math.floor(at / channels / shape.width), Math.floor(at / channels) % shape.width, at % channels]
    const row = Math.min(Math.max(i, margin[0]), margin[0] + height - 1)
    const column = Math.min(Math.max(j, margin[1]), margin[1] + width - 1)
    image[at] = image[(row * shape.width + column) * channels + c]!
  }
  return { image, shape, margin }
}

/**
 * Makes frames in which what stands still is where the canvas has it. What a frame does not show of it is taken from
 * the canvas, in the frame's light.
 */
export async function registerFrames (
  frames: Frames,
  shifts: readonly Shift[],
  canvas: Canvas,
  pause: Pause
): Promise<Frames> {
  const { shape } = frames
  const size = pixelCount(shape)
  const still = frameOf(canvas, shape)
  const bytes = new Uint8Array(frames.bytes.length)
  for (let n = 0; n < frames.count; n++) {
    await pause()
    const registered = bytes.subarray(n * size, (n + 1) * size)
    const sampler = createSampler(frameAt(frames, n), shape, shifts[n]!)
    const unseen: number[] = []
    for (let at = 0; at < size; at++) {
      const p = Math.floor(at / shape.channels)
      const value = sampler(Math.floor(p / shape.width), p % shape.width, at % shape.channels)
      if (value < 0) unseen.push(at)
      registered[at] = value < 0 ? still[at]! : Math.round(value)
    }
    const light = lightOf(registered, still, shape.channels)
    for (const at of unseen) registered[at] = Math.min(255, Math.round(still[at]! * light[at % shape.channels]!))
  }
  return { ...frames, bytes }
}

/** The part of a canvas that an unshifted frame shows: 8 bit [H, W, C]. */
function frameOf ({ image, shape: { width: wide }, margin }: Canvas, shape: ImageShape): Uint8Array {
  const { height, width, channels } = shape
  const frame = new Uint8Array(pixelCount(shape))
  for (let row = 0; row < height; row++) {
    const from = ((row + margin[0]) * wide + margin[1]) * channels
    frame.set(image.subarray(from, from + width * channels), row * width * channels)
  }
  return frame
}

/** Makes the function that gives a shifted-back frame's value at a pixel and channel; −1 where the frame ends. */
function createSampler (frame: Uint8Array, { height, width, channels }: ImageShape, shift: Shift) {
  const [whole, part] = [shift.map(Math.round) as [number, number], [0, 0] as [number, number]]
  for (const axis of [0, 1] as const) {
    if (Math.abs(shift[axis] - whole[axis]) < LEAST_FRACTION) continue
    whole[axis] = Math.floor(shift[axis])
    part[axis] = shift[axis] - whole[axis]
  }
  const [y, x] = part
  const [below, beside] = [y === 0 ? 0 : width * channels, x === 0 ? 0 : channels]
  const [rows, columns] = [height - Number(y > 0), width - Number(x > 0)]
  return (row: number, column: number, channel: number): number => {
    const [i, j] = [row + whole[0], column + whole[1]]
    if (i < 0 || j < 0 || i >= rows || j >= columns) return -1
    const at = (i * width + j) * channels + channel
    return (frame[at]! * (1 - x) + frame[at + beside]! * x) * (1 - y) +
      (frame[at + below]! * (1 - x) + frame[at + below + beside]! * x) * y
  }
}
