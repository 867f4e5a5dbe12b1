import { createMemoryDataset } from '../../../trainer/data/memory.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import type { Frames } from '../../../trainer/footage/frames.js'
import { createRandom } from '../../../trainer/random/index.js'

/** A block of one colour, relative to the thing's corner. */
export interface Block {
  readonly at: readonly [row: number, column: number]
  readonly size: readonly [rows: number, columns: number]
  /** 8 bit RGB */
  readonly colour: readonly [number, number, number]
}

export interface MovingThing {
  readonly blocks: readonly Block[]
  /** Its corner in frame n, whole pixels; undefined where it isn't there. */
  readonly corner: (n: number) => readonly [row: number, column: number] | undefined
}

export interface MovingOptions {
  readonly count?: number
  readonly height?: number
  readonly width?: number
  /** Later things lie over earlier ones. */
  readonly things: readonly MovingThing[]
  /** Standard deviation of each pixel, in 8 bit. */
  readonly noise?: number
}

/** Frames in order, of things that move over a pattern that stands still. */
export function movingFrames (
  { count = 300, height = 40, width = 40, things, noise = 0 }: MovingOptions
): { readonly frames: Frames, readonly dataset: ImageDataset } {
  const random = createRandom(3, 'moving')
  const bytes = new Uint8Array(count * height * width * 3)
  for (let n = 0; n < count; n++) {
    const frame = bytes.subarray(n * height * width * 3, (n + 1) * height * width * 3)
    for (let p = 0; p < height * width; p++) {
      frame.set([60, 100 + 20 * Number(p % width % 6 < 3), 70 + 20 * Number(Math.floor(p / width) % 8 < 4)], p * 3)
    }
    for (const { blocks, corner } of things) {
      const place = corner(n)
      if (place === undefined) continue
      for (const { at, size, colour } of blocks) {
        for (let i = 0; i < size[0]; i++) {
          for (let j = 0; j < size[1]; j++) {
            const [row, column] = [place[0] + at[0] + i, place[1] + at[1] + j]
            if (row >= 0 && row < height && column >= 0 && column < width) frame.set(colour, (row * width + column) * 3)
          }
        }
      }
    }
    if (noise > 0) for (let i = 0; i < frame.length; i++) frame[i] = frame[i]! + Math.round(noise * random.normal())
  }
  const shape = { height, width, channels: 3 }
  return {
    frames: { shape, count, bytes, indices: Uint32Array.from({ length: count }, (_, i) => i) },
    dataset: createMemoryDataset({ name: 'moving', shape, images: bytes }),
  }
}

/** Goes to and fro between two numbers, a step a frame, from a place in the cycle. */
export function toAndFro (from: number, to: number, start = 0, step = 1): (n: number) => number {
  const way = to - from
  return n => {
    const at = (start + n * step) % (2 * way)
    return from + (at < way ? at : 2 * way - at)
  }
}

export const block = (
  rows: number,
  columns: number,
  colour: Block['colour'],
  at: Block['at'] = [0, 0]
): Block => ({ at, size: [rows, columns], colour })

/** A lamp of 4×4 pixels that is lit in some frames, at row 4 and column 18 unless told. */
export const lamp = (
  isOn: (n: number) => boolean,
  corner: Block['at'] = [4, 18]
): MovingThing => ({ blocks: [block(4, 4, [250, 230, 90])], corner: n => isOn(n) ? corner : undefined })
