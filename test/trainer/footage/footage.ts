import { createMemoryDataset } from '../../../trainer/data/memory.js'
import type { ImageDataset } from '../../../trainer/data/dataset.js'
import { createRandom } from '../../../trainer/random/index.js'

export interface Square {
  readonly size: readonly [rows: number, columns: number]
  /** 8 bit RGB */
  readonly colour: readonly [number, number, number]
  /** Of the first row and column: fractions of a pixel make blended edges. */
  readonly rows: readonly [from: number, to: number]
  readonly columns: readonly [from: number, to: number]
}

export interface FootageOptions {
  readonly count?: number
  readonly height?: number
  readonly width?: number
  readonly squares?: readonly Square[]
  /** Brightness of a frame, the same for each channel or not. */
  readonly light?: (n: number, channel: number) => number
  /** What the camera has moved by. */
  readonly pan?: (n: number) => number
  /** Which of several backgrounds is behind. */
  readonly state?: (n: number) => number
  /** Standard deviation of each pixel, in 8 bit. */
  readonly noise?: number
}

export interface Footage {
  readonly dataset: ImageDataset
  /** Centre of each square in each frame: [n][square] → row, column. */
  readonly centres: ReadonlyArray<ReadonlyArray<readonly [number, number]>>
}

export const red: Square = { size: [6, 4], colour: [220, 40, 40], rows: [2, 20], columns: [2, 10] }
export const blue: Square = { size: [4, 8], colour: [40, 60, 230], rows: [4, 24], columns: [18, 22] }
export const ball: Square = { size: [1.5, 1.5], colour: [250, 250, 250], rows: [1, 29], columns: [1, 29] }

/**
 * Squares that move independently over a pattern that stands still, with exact coverage of pixels; later squares lie
 * over earlier ones.
 */
export function squares ({
  count = 300,
  height = 32,
  width = 32,
  squares = [red, blue, ball],
  light = () => 1,
  pan = () => 0,
  state = () => 0,
  noise = 0,
}: FootageOptions = {}): Footage {
  const random = createRandom(7, 'squares')
  const bytes = new Uint8Array(count * height * width * 3)
  const centres: Array<Array<readonly [number, number]>> = []
  const covered = (from: number, size: number, pixel: number) =>
    Math.max(0, Math.min(from + size, pixel + 1) - Math.max(from, pixel))
  for (let n = 0; n < count; n++) {
    const places = squares.map(
      ({ rows, columns }) =>
        [rows, columns].map(([from, to]) => from + (to - from) * random.uniform()) as [number, number]
    )
    centres.push(places.map(([row, column], s) => [row + squares[s]!.size[0] / 2, column + squares[s]!.size[1] / 2]))
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        const pixel = [
          60 + 60 * state(n) * Number(i < 8),
          110 + 20 * Number((j + pan(n)) % 6 < 3),
          70 + 25 * Number((i + pan(n)) % 8 < 4),
        ]
        places.forEach(([row, column], s) => {
          const { size, colour } = squares[s]!
          const alpha = covered(row, size[0], i) * covered(column, size[1], j)
          colour.forEach((value, c) => {
            pixel[c] = pixel[c]! + alpha * (value - pixel[c]!)
          })
        })
        pixel.forEach((value, c) => {
          bytes[((n * height + i) * width + j) * 3 + c] = Math.max(
            0,
            Math.min(255, Math.round(value * light(n, c) + (noise === 0 ? 0 : noise * random.normal())))
          )
        })
      }
    }
  }
  return {
    dataset: createMemoryDataset({ name: 'squares', shape: { height, width, channels: 3 }, images: bytes }),
    centres,
  }
}
