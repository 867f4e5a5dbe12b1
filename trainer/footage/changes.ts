/**
 * How what lies behind changes: the few images of which all its states are mixed, by principal components of the
 * background alone.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { pixelCount } from '@partition-vae/models'
import { frameAt, type Frames } from './frames.js'
import type { PixelState } from './motion/difference.js'
import type { Pause } from './pause.js'
import { behindOf, type Scene } from './scene.js'

export interface ChangeOptions {
  readonly scene: Scene
  /** Colours that pixels take on besides those of the still images. */
  readonly states: readonly PixelState[]
  /** Least difference of a channel that counts, in [0, 1]. */
  readonly threshold: number
}

/** Frames whose background tells how it changes, at most. */
const SAMPLED_FRAMES = 300
const MOST_CHANGES = 12
/** So much of the squared change is explained together, and so much at least, summed over a frame, by each. */
const [ENOUGH, LEAST_CHANGE] = [0.99, 0.01]

/** The colours that one pixel of the background takes on, 8-bit range; the first still image's is the first. */
interface ChangingPixel {
  readonly index: number
  readonly colours: ReadonlyArray<readonly number[]>
  /** Whether the frame's still image says which, where the pixel is hidden. */
  readonly isOfStill: boolean
}

/**
 * Finds the images of which the background's changes are sums: each is added to the first still image between −1 and 1
 * times. None where nothing changes.
 * @returns images [H, W, C] of differences in [−1, 1], those that change most first
 */
export async function findChanges (frames: Frames, options: ChangeOptions, pause: Pause): Promise<Float32Array[]> {
  const { scene: { shape } } = options
  const { channels } = shape
  const changing = changingPixels(options)
  if (changing.length === 0) return []
  const rows = await differences(frames, changing, options, pause) // [n][pixels · C]
  const products = new Matrix(rows.length, rows.length) // [n, n]
  for (let i = 0; i < rows.length; i++) {
    await pause()
    for (let j = 0; j <= i; j++) {
      const product = dot(rows[i]!, rows[j]!)
      products.set(i, j, product)
      products.set(j, i, product)
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(products, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const total = products.trace()
  const changes: Float32Array[] = []
  let explained = 0
  for (const k of order.slice(0, MOST_CHANGES)) {
    const energy = realEigenvalues[k]!
    if (explained >= ENOUGH * total || energy < LEAST_CHANGE * rows.length) break
    explained += energy
    const vector = eigenvectorMatrix.getColumn(k)
    // The direction is Σ v·row / √λ, and how far frames go along it at most max |v|·√λ.
    const reach = Math.max(...vector.map(Math.abs))
    const image = new Float32Array(pixelCount(shape))
    changing.forEach(({ index }, at) => {
      for (let c = 0; c < channels; c++) {
        const sum = rows.reduce((all, row, n) => all + vector[n]! * row[at * channels + c]!, 0)
        image[index * channels + c] = Math.min(1, Math.max(-1, sum * reach))
      }
    })
    changes.push(image)
  }
  return changes
}

function changingPixels ({ scene: { shape, stills }, states, threshold }: ChangeOptions): ChangingPixel[] {
  const { height, width, channels } = shape
  const found: ChangingPixel[] = []
  for (let index = 0; index < height * width; index++) {
    const colours: number[][] = []
    const add = (values: Uint8Array | Float32Array) => {
      const colour = Array.from(values.subarray(index * channels, (index + 1) * channels))
      if (colour.every(value => !Number.isNaN(value)) &&
        colours.every(other => farthest(colour, other) > 255 * threshold)) colours.push(colour)
    }
    stills.forEach(add)
    const ofStills = colours.length
    states.forEach(state => { add(state.colours) })
    if (colours.length > 1) found.push({ index, colours, isOfStill: colours.length === ofStills })
  }
  return found
}

/** How some frames' backgrounds differ from the first still image where that changes: [n][pixels · C], in [−1, 1]. */
async function differences (
  frames: Frames,
  changing: readonly ChangingPixel[],
  { scene, threshold }: ChangeOptions,
  pause: Pause
): Promise<Float32Array[]> {
  const { channels } = scene.shape
  const every = Math.max(1, Math.ceil(frames.count / SAMPLED_FRAMES))
  // What hides a pixel says nothing about it: it is as it was.
  const now = changing.map(({ colours }) => colours[0]!)
  const rows: Float32Array[] = []
  for (let n = 0; n < frames.count; n++) {
    await pause()
    const frame = frameAt(frames, n)
    const { still, light } = behindOf(frame, scene)
    const colourAt = (index: number, divisor: readonly number[], image: Uint8Array) =>
      divisor.map((value, c) => image[index * channels + c]! / value)
    const unlit = light.map(() => 1)
    changing.forEach(({ index, colours, isOfStill }, at) => {
      const seen = nearest(colours, colourAt(index, light, frame))
      if (seen.distance <= 255 * threshold) now[at] = seen.colour
      else if (isOfStill) now[at] = nearest(colours, colourAt(index, unlit, still)).colour
    })
    if (n % every !== 0) continue
    rows.push(Float32Array.from(
      changing.flatMap(({ colours }, at) => now[at]!.map((value, c) => (value - colours[0]![c]!) / 255))
    ))
  }
  return rows
}

function nearest (colours: ReadonlyArray<readonly number[]>, colour: readonly number[]) {
  let best = { colour: colours[0]!, distance: Infinity }
  for (const other of colours) {
    const distance = farthest(colour, other)
    if (distance < best.distance) best = { colour: other, distance }
  }
  return best
}

/** The largest difference of a channel. */
function farthest (a: readonly number[], b: readonly number[]): number {
  return a.reduce((most, value, c) => Math.max(most, Math.abs(value - b[c]!)), 0)
}

function dot (a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
