/** The part of a map that is seen, and what is found in it. */
import type { Point } from './layers.js'

export interface Window {
  /** The place in the middle. */
  readonly centre: Point
  /** Pixels of the screen for a step of 1, rightwards and downwards. */
  readonly scale: Point
  readonly width: number
  readonly height: number
}

export const toScreen = ({ centre, scale, width, height }: Window, { x, y }: Point): Point =>
  ({ x: (x - centre.x) * scale.x + width / 2, y: (y - centre.y) * scale.y + height / 2 })

export const toPlace = ({ centre, scale, width, height }: Window, { x, y }: Point): Point =>
  ({ x: (x - width / 2) / scale.x + centre.x, y: (y - height / 2) / scale.y + centre.y })

/** Moves what is seen, in pixels of the screen. */
export function pan (window: Window, { x, y }: Point): Window {
  const { centre, scale } = window
  return { ...window, centre: { x: centre.x - x / scale.x, y: centre.y - y / scale.y } }
}

/** Zooms so that what lies at a point of the screen stays there. */
export function zoomAt (window: Window, at: Point, factor: number): Window {
  const place = toPlace(window, at)
  const scaled = { ...window, scale: { x: window.scale.x * factor, y: window.scale.y * factor } }
  const moved = toScreen(scaled, place)
  return pan(scaled, { x: at.x - moved.x, y: at.y - moved.y })
}

/** Pixels around what is fitted. */
const MARGIN = 44
/** Share of the points at each end of an axis that may lie outside. */
const OUTSIDE = 0.002

/**
 * Shows all points but a few strays.
 * @param places [N, 2]
 * @param isEven whether a step is to be as long on both axes
 */
export function fitWindow (places: Float32Array, width: number, height: number, isEven: boolean): Window {
  const count = places.length / 2
  const range = (axis: 0 | 1) => {
    const sorted = Float32Array.from({ length: count }, (_, n) => places[n * 2 + axis]!).sort()
    const skip = Math.floor(count * OUTSIDE)
    const [from, to] = [sorted[skip] ?? -1, sorted[count - 1 - skip] ?? 1]
    return { middle: (from + to) / 2, length: Math.max(to - from, 1e-6) }
  }
  const [across, down] = [range(0), range(1)]
  const room = (size: number) => Math.max(size - 2 * MARGIN, size / 2)
  const scale = { x: room(width) / across.length, y: room(height) / down.length }
  const smaller = Math.min(scale.x, scale.y)
  return {
    centre: { x: across.middle, y: down.middle }, scale: isEven ? { x: smaller, y: smaller } : scale, width, height,
  }
}

/** Finds the point nearest to one of the screen. @returns undefined where none lies within `reach` pixels */
export function nearestPoint (window: Window, places: Float32Array, at: Point, reach: number): number | undefined {
  let [best, least] = [-1, reach * reach]
  const { scale } = window
  const { x, y } = toPlace(window, at)
  for (let n = 0; n < places.length / 2; n++) {
    const square = ((places[n * 2]! - x) * scale.x) ** 2 + ((places[n * 2 + 1]! - y) * scale.y) ** 2
    if (square < least) [best, least] = [n, square]
  }
  return best < 0 ? undefined : best
}

/** Points in view that are asked whether they have room: more would not be looked at in a frame's time. */
const ASKED = 3000

/**
 * Chooses the points that have room for a thumbnail: one after the other in their order, each that covers none before.
 * @param size of a thumbnail with the gap around it, in pixels of the screen
 * @param beyond pixels outside the window where thumbnails are wanted too, to be seen when it moves
 */
export function placeThumbnails (
  window: Window, places: Float32Array, size: { readonly width: number, readonly height: number }, beyond: number
): number[] {
  const taken = new Map<number, Point[]>()
  const chosen: number[] = []
  const cellOf = (column: number, row: number) => row * 4096 + column
  for (let n = 0, asked = 0; n < places.length / 2 && asked < ASKED; n++) {
    const x = (places[n * 2]! - window.centre.x) * window.scale.x + window.width / 2
    const y = (places[n * 2 + 1]! - window.centre.y) * window.scale.y + window.height / 2
    if (x < -beyond || y < -beyond || x > window.width + beyond || y > window.height + beyond) continue
    asked++
    const [column, row] = [Math.floor((x + beyond) / size.width) + 1, Math.floor((y + beyond) / size.height) + 1]
    let isFree = true
    for (let i = 0; i < 9 && isFree; i++) {
      const others = taken.get(cellOf(column + i % 3 - 1, row + Math.floor(i / 3) - 1))
      isFree = others?.every(other =>
        Math.abs(other.x - x) >= size.width || Math.abs(other.y - y) >= size.height) ?? true
    }
    if (!isFree) continue
    const cell = cellOf(column, row)
    taken.set(cell, [...taken.get(cell) ?? [], { x, y }])
    chosen.push(n)
  }
  return chosen
}

/** Counts the points that are seen, up to `most`. */
export function countSeen ({ centre, scale, width, height }: Window, places: Float32Array, most: number): number {
  const [x, y] = [width / 2 / scale.x, height / 2 / scale.y]
  let count = 0
  for (let n = 0; n < places.length / 2 && count < most; n++) {
    if (Math.abs(places[n * 2]! - centre.x) < x && Math.abs(places[n * 2 + 1]! - centre.y) < y) count++
  }
  return count
}

/** Finds the points inside a polygon (even-odd rule). */
export function pointsWithin (places: Float32Array, corners: readonly Point[]): number[] {
  if (corners.length < 3) return []
  const found: number[] = []
  for (let n = 0; n < places.length / 2; n++) {
    const [x, y] = [places[n * 2]!, places[n * 2 + 1]!]
    let isInside = false
    for (let i = 0, j = corners.length - 1; i < corners.length; j = i++) {
      const [a, b] = [corners[i]!, corners[j]!]
      if ((a.y > y) !== (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x) isInside = !isInside
    }
    if (isInside) found.push(n)
  }
  return found
}
