import { layOutPartitions } from '@partition-vae/models'
import { createMemoryDataset } from '../../../../trainer/data/memory.js'
import type { PartitionKinds } from '../../../../trainer/config/partition-kinds.js'
import type { InferenceGraphs } from '../../../../trainer/engine/engine.js'
import type { KnownPlaces } from '../../../../trainer/measure/things/known-places.js'
import { createRandom } from '../../../../trainer/random/index.js'

const shape = { height: 16, width: 24, channels: 1 }
const [HEIGHT, WIDTH] = [shape.height, shape.width]
export const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 2 }, { name: 'wall', size: 1 }])
export const kinds: PartitionKinds = new Map([['a', 'sprite'], ['b', 'sprite'], ['wall', 'background']])

/** Levels of the wall, of the squares a and b, and of a square c that the model knows nothing of: 8 bit. */
const WALL = 51
const A = 204
const B = 153
const C = 128
const SIDE = 4
/** Pixels in a latent's unit. */
const UNIT = 4

/** A square's upper left corner in pixels. */
type Corner = readonly [row: number, column: number]

function paint (image: Float32Array | Uint8Array, [top, left]: Corner, value: number, side = SIDE): void {
  for (let row = top; row < top + side; row++) image.fill(value, row * WIDTH + left, row * WIDTH + left + side)
}

function cornerOf (image: Float32Array, value: number): Corner {
  const pixel = image.findIndex(element => Math.round(255 * element) === value)
  return [Math.floor(pixel / WIDTH), pixel % WIDTH]
}

export interface DrawnModelOptions {
  /** Partition a draws its square twice: also 12 columns further right. */
  readonly twice?: boolean
  /** Images have a square c of 3 × 3 pixels that nobody draws. */
  readonly forgotten?: boolean
  /** Partition a is drawn so many rows below its square. */
  readonly missedBy?: number
}

/**
 * Squares before a wall, and a model that finds and draws them by arithmetic: a moves in the left half above, b in the
 * last rows.
 */
export function drawnModel (
  count: number,
  { twice = false, forgotten = false, missedBy = 0 }: DrawnModelOptions = {}
) {
  const random = createRandom(4, 'drawn-model')
  const corners = Array.from({ length: count }, (): [Corner, Corner] => [
    [random.integer(5), random.integer(8)],
    [12, random.integer(21)],
  ])
  const images = new Uint8Array(count * HEIGHT * WIDTH).fill(WALL)
  corners.forEach(([a, b], n) => {
    const image = images.subarray(n * HEIGHT * WIDTH, (n + 1) * HEIGHT * WIDTH)
    paint(image, a, A)
    paint(image, b, B)
    if (forgotten) paint(image, [n % 9, 20], C, 3)
  })
  const dataset = createMemoryDataset({ name: 'squares', shape, images })
  const drawing = (latent: Float32Array, n: number): [Corner, Corner] => {
    const [a, b] = [0, 2].map(at => [0, 1].map(i => Math.round(latent[n * 5 + at + i]! * UNIT))) as [number[], number[]]
    return [[a[0]! + missedBy, a[1]!], [b[0]!, b[1]!]]
  }
  const inference: InferenceGraphs = {
    async encode (image) {
      const batch = image.length / (HEIGHT * WIDTH)
      const mean = new Float32Array(batch * 5)
      for (let n = 0; n < batch; n++) {
        const one = image.subarray(n * HEIGHT * WIDTH, (n + 1) * HEIGHT * WIDTH)
        mean.set([...cornerOf(one, A), ...cornerOf(one, B)].map(place => place / UNIT), n * 5)
      }
      return { mean, logVariance: mean.map(() => -4) }
    },
    async decode (latent) {
      const batch = latent.length / 5
      const image = new Float32Array(batch * HEIGHT * WIDTH).fill(WALL / 255)
      for (let n = 0; n < batch; n++) {
        const one = image.subarray(n * HEIGHT * WIDTH, (n + 1) * HEIGHT * WIDTH)
        const [a, b] = drawing(latent, n)
        paint(one, a, A / 255)
        if (twice) paint(one, [a[0], a[1] + 12], A / 255)
        paint(one, b, B / 255)
      }
      return image
    },
    async layers (latent) {
      const batch = latent.length / 5
      const size = HEIGHT * WIDTH
      const layers = new Float32Array(batch * 3 * 4 * size)
      for (let n = 0; n < batch; n++) {
        const plane = (partition: number, channel: number) => {
          const at = ((n * 3 + partition) * 4 + channel) * size
          return layers.subarray(at, at + size)
        }
        for (const c of [0, 1, 2]) {
          ;[A, B, WALL].forEach((value, partition) => plane(partition, c).fill(value / 255))
        }
        plane(2, 3).fill(1)
        drawing(latent, n).forEach((corner, partition) => {
          paint(plane(partition, 3), corner, 1)
          paint(plane(2, 3), corner, 0)
        })
        if (twice) {
          const [row, column] = drawing(latent, n)[0]
          paint(plane(0, 3), [row, column + 12], 1)
          paint(plane(2, 3), [row, column + 12], 0)
        }
      }
      return layers
    },
    async dispose () {},
  }
  const known: KnownPlaces = {
    partitions: ['a', 'b'],
    extents: [[SIDE, SIDE], [SIDE, SIDE]],
    split: 'training',
    source: dataset,
    indices: Uint32Array.from({ length: count }, (_, n) => n),
    places: Float32Array.from(corners.flat(2), corner => corner + SIDE / 2),
  }
  return { inference, dataset, known }
}
