/** Where most of a map is. */
import type { Area } from './schema.js'

/**
 * After smoothing, which joins what is a pixel or two apart, what has this share of the brightest pixel belongs to an
 * area.
 */
const LEAST = 0.25

/**
 * Finds the connected area of a map that holds most of it; null for a map of zeros.
 * @param map [H, W], not negative
 * @returns its box, and its share of the whole
 */
export function heaviestArea (map: Float64Array, width: number): Area | null {
  const total = map.reduce((sum, value) => sum + value, 0)
  if (!(total > 0)) return null
  const smooth = smoothed(map, width)
  const least = LEAST * smooth.reduce((most, value) => Math.max(most, value), 0)
  const seen = smooth.map(value => value >= least ? 0 : 1)
  let best: Area | null = null
  for (let start = 0; start < seen.length; start++) {
    if (seen[start] === 1) continue
    const area = grow(start, seen, map, width, total)
    if (best === null || area.share > best.share) best = area
  }
  return best
}

/** Takes in what is connected to a pixel, by sides or corners, and marks it as seen. */
function grow (start: number, seen: Float64Array, map: Float64Array, width: number, total: number): Area {
  const height = map.length / width
  let [top, bottom, left, right, sum] = [height, 0, width, 0, 0]
  const open = [start]
  seen[start] = 1
  for (let pixel = open.pop(); pixel !== undefined; pixel = open.pop()) {
    const [row, column] = [Math.floor(pixel / width), pixel % width]
    // Smoothing reaches over what it smooths.
    if (map[pixel]! > 0) {
      sum += map[pixel]!
      top = Math.min(top, row)
      bottom = Math.max(bottom, row + 1)
      left = Math.min(left, column)
      right = Math.max(right, column + 1)
    }
    for (let i = Math.max(0, row - 1); i <= Math.min(height - 1, row + 1); i++) {
      for (let j = Math.max(0, column - 1); j <= Math.min(width - 1, column + 1); j++) {
        const next = i * width + j
        if (seen[next] === 1) continue
        seen[next] = 1
        open.push(next)
      }
    }
  }
  return { top, bottom, left, right, share: Math.min(1, sum / total) }
}

/** Sums over 3 × 3 pixels. */
function smoothed (map: Float64Array, width: number): Float64Array {
  const height = map.length / width
  return map.map((_, pixel) => {
    const [row, column] = [Math.floor(pixel / width), pixel % width]
    let sum = 0
    for (let i = Math.max(0, row - 1); i <= Math.min(height - 1, row + 1); i++) {
      for (let j = Math.max(0, column - 1); j <= Math.min(width - 1, column + 1); j++) sum += map[i * width + j]!
    }
    return sum
  })
}
