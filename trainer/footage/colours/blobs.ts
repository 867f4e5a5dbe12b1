/**
 * Blobs: connected pixels that differ from the still image and have one colour. A pixel at a thing's edge is a blend,
 * so it is not compared with the colours themselves: it has the colour c that explains it best as α·c + (1 − α)·still,
 * and counts by its α.
 */
import { blendOf } from './blend.js'
import { behindOf, type Scene } from '../scene.js'

/** What blobs are told by. */
export interface BlobOptions {
  readonly scene: Scene
  /** Least difference of a channel that counts, in [0, 1]. */
  readonly threshold: number
  /** Colours of moving things, [k][C] in [0, 1]. */
  readonly palette: ReadonlyArray<readonly number[]>
}

export interface Blob {
  /** Index in the palette. */
  readonly colour: number
  /** Centre, weighted by α, in pixels. */
  readonly row: number
  readonly column: number
  /** First row and column, and how many. */
  readonly top: number
  readonly left: number
  readonly height: number
  readonly width: number
  /** Σ α, in pixels. */
  readonly area: number
  /** Sum over pixels of the squared difference from the still image. */
  readonly energy: number
}

/** Blobs that cover less than so many pixels do not count. */
const LEAST_AREA = 0.15

/** Blobs of one frame, 8 bit [H, W, C], in the order of their first pixels. */
export function findBlobs (frame: Uint8Array, options: BlobOptions): Blob[] {
  const { height, width } = options.scene.shape
  const { colours, alphas, energies } = matte(frame, options)
  const blobs: Blob[] = []
  const stack: number[] = []
  for (let start = 0; start < height * width; start++) {
    const colour = colours[start]!
    if (colour < 0) continue
    let [area, energy, rows, columns, top, bottom, left, right] = [0, 0, 0, 0, height, 0, width, 0]
    stack.push(start)
    colours[start] = -1
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const [row, column] = [Math.floor(at / width), at % width]
      const alpha = alphas[at]!
      area += alpha
      energy += energies[at]!
      rows += alpha * (row + 0.5)
      columns += alpha * (column + 0.5)
      top = Math.min(top, row)
      bottom = Math.max(bottom, row)
      left = Math.min(left, column)
      right = Math.max(right, column)
      for (let i = Math.max(0, row - 1); i <= Math.min(height - 1, row + 1); i++) {
        for (let j = Math.max(0, column - 1); j <= Math.min(width - 1, column + 1); j++) {
          const next = i * width + j
          if (colours[next] !== colour) continue
          colours[next] = -1
          stack.push(next)
        }
      }
    }
    if (area < LEAST_AREA) continue
    blobs.push({
      colour,
      row: rows / area,
      column: columns / area,
      top,
      left,
      height: bottom - top + 1,
      width: right - left + 1,
      area,
      energy,
    })
  }
  return blobs
}

/**
 * For each pixel the index of its colour, or −1 where it is still; how much of it is of that colour; and its squared
 * difference.
 */
function matte (frame: Uint8Array, { scene, threshold, palette }: BlobOptions) {
  const { height, width, channels } = scene.shape
  const { still, light } = behindOf(frame, scene)
  const scale = light.map(factor => 1 / (255 * factor))
  const pixels = height * width
  const colours = new Int16Array(pixels).fill(-1)
  const alphas = new Float32Array(pixels)
  const energies = new Float32Array(pixels)
  const difference = new Float64Array(channels)
  for (let p = 0; p < pixels; p++) {
    let most = 0
    let square = 0
    for (let c = 0; c < channels; c++) {
      const d = frame[p * channels + c]! * scale[c]! - still[p * channels + c]! / 255
      difference[c] = d
      most = Math.max(most, Math.abs(d))
      square += d * d
    }
    if (most <= threshold) continue
    let least = Infinity
    for (let k = 0; k < palette.length; k++) {
      const { alpha, cost } = blendOf(difference, square, palette[k]!, still, p * channels, 1 / 255)
      if (cost < least) {
        least = cost
        colours[p] = k
        alphas[p] = alpha
      }
    }
    energies[p] = square
  }
  return { colours, alphas, energies }
}
