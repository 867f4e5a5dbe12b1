/** Regions of a frame that differ from what stands still behind, whatever their colours. */
import type { ImageShape } from '@partition-vae/models'
import type { Box } from '../thing.js'
import type { FrameDifference, Noise } from './difference.js'

/** Connected pixels of one frame. */
export interface Region extends Box {
  readonly label: number
  /** Centre of the box. */
  readonly row: number
  readonly column: number
  /** Pixels. */
  readonly area: number
  /** Sum of the squared differences, 8-bit range. */
  readonly energy: number
  /** How often its pixels have each of a few intensities, by channel: [C × BINS], sums to 1. */
  readonly looks: Float32Array
  /** Mean of its pixels by channel, at the still image's light, 8-bit range. */
  readonly colour: readonly number[]
}

export interface Regions {
  readonly regions: readonly Region[]
  /** By pixel the label of its region, from 1; 0 where nothing differs. [H, W] */
  readonly labels: Int32Array
}

const BINS = 6
/** Somewhere a region differs by so many times its pixel's threshold; twice that where it has a pixel or two. */
const LEAST_PEAK = 1.6
const FEW_PIXELS = 3

/** Finds the 8-connected regions of a frame. With smoothing, gaps of two pixels do not part a region. */
export function findRegions (
  { pixels, difference }: FrameDifference,
  { thresholds, smoothed }: Noise,
  { height, width, channels }: ImageShape
): Regions {
  const differs = new Uint8Array(height * width)
  for (let p = 0; p < differs.length; p++) if (difference[p]! > thresholds[p]!) differs[p] = 1
  const joined = smoothed ? dilate(differs, height, width) : differs
  const labels = new Int32Array(height * width)
  const regions: Region[] = []
  const stack: number[] = []
  let label = 0
  for (let start = 0; start < labels.length; start++) {
    if (joined[start] === 0 || labels[start] !== 0) continue
    label++
    labels[start] = label
    stack.push(start)
    const members: number[] = []
    let peak = 0
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (differs[at] === 1) {
        members.push(at)
        peak = Math.max(peak, difference[at]! / thresholds[at]!)
      }
      const row = Math.floor(at / width)
      const column = at - row * width
      const [left, right] = [column === 0 ? 0 : -1, column === width - 1 ? 0 : 1]
      for (let i = row === 0 ? 0 : row - 1; i <= row + 1 && i < height; i++) {
        for (let next = i * width + column + left; next <= i * width + column + right; next++) {
          if (joined[next] === 0 || labels[next] !== 0) continue
          labels[next] = label
          stack.push(next)
        }
      }
    }
    if (peak < LEAST_PEAK * (members.length < FEW_PIXELS ? 2 : 1)) continue
    regions.push(describeRegion(label, members, pixels, difference, width, channels))
  }
  if (smoothed) for (let p = 0; p < labels.length; p++) if (differs[p] === 0) labels[p] = 0
  return { regions, labels }
}

function describeRegion (
  label: number,
  members: readonly number[],
  pixels: Float32Array,
  difference: Float32Array,
  width: number,
  channels: number
): Region {
  let [top, bottom, left, right, energy] = [Infinity, 0, Infinity, 0, 0]
  const looks = new Float32Array(channels * BINS)
  const colour = new Array<number>(channels).fill(0)
  const share = 1 / (members.length * channels)
  for (const p of members) {
    const [row, column] = [Math.floor(p / width), p % width]
    top = Math.min(top, row)
    bottom = Math.max(bottom, row + 1)
    left = Math.min(left, column)
    right = Math.max(right, column + 1)
    energy += difference[p]! ** 2
    for (let c = 0; c < channels; c++) {
      const intensity = Math.min(255, Math.max(0, pixels[p * channels + c]!))
      const value = intensity * (BINS - 1) / 255
      colour[c] = colour[c]! + intensity / members.length
      const bin = Math.min(BINS - 2, Math.floor(value))
      looks[c * BINS + bin] = looks[c * BINS + bin]! + (bin + 1 - value) * share
      looks[c * BINS + bin + 1] = looks[c * BINS + bin + 1]! + (value - bin) * share
    }
  }
  return {
    label,
    top,
    bottom,
    left,
    right,
    row: (top + bottom) / 2,
    column: (left + right) / 2,
    area: members.length,
    energy,
    looks,
    colour,
  }
}

function dilate (mask: Uint8Array, height: number, width: number): Uint8Array {
  const grown = new Uint8Array(mask.length)
  for (let p = 0; p < mask.length; p++) {
    if (mask[p] === 0) continue
    const [row, column] = [Math.floor(p / width), p % width]
    for (let i = Math.max(0, row - 1); i <= Math.min(height - 1, row + 1); i++) {
      for (let j = Math.max(0, column - 1); j <= Math.min(width - 1, column + 1); j++) grown[i * width + j] = 1
    }
  }
  return grown
}
