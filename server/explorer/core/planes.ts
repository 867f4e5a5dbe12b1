/** Layers pulled apart: tilted planes over each other, the hindmost at the bottom. Lengths in pixels of the screen. */
import { layerOf, type Layers, type Point } from './layers.js'

export interface Planes {
  /** The picture's top edge, from the left corner. */
  readonly across: Point
  /** The picture's left edge, from the left corner. */
  readonly down: Point
  /** The left corner of each plane, from the back to the front. */
  readonly corners: readonly Point[]
}

/** Shares of the width that are left, and how steep the edges are. */
const ACROSS = 0.62
const RISE = 0.3
const FALL = 0.64
const MARGIN = 12
/** What one points at must be covered by this share at least. */
const VISIBLE = 0.3

/** Lays planes out on a stage, with room for names on the left. */
export function layPlanes (count: number, width: number, height: number): Planes {
  const left = Math.min(Math.max(width * 0.25, 116), 200)
  const wide = Math.min(width - left - MARGIN, height * 1.4)
  const across = { x: wide * ACROSS, y: -wide * ACROSS * RISE }
  const down = { x: wide * (1 - ACROSS), y: wide * (1 - ACROSS) * FALL }
  const lowest = height - MARGIN - down.y
  const highest = MARGIN - across.y
  return {
    across,
    down,
    corners: Array.from({ length: count }, (_, i) =>
      ({ x: left, y: lowest + (highest - lowest) * (count < 2 ? 0 : i / (count - 1)) })),
  }
}

/** Writes the CSS transform that lays a canvas of the model's size on a plane. */
export function transformOf ({ across, down, corners }: Planes, plane: number, { width, height }: Layers): string {
  const { x, y } = corners[plane]!
  return `matrix(${across.x / width}, ${across.y / width}, ${down.x / height}, ${down.y / height}, ${x}, ${y})`
}

/** Draws a plane's edge as the path of an SVG. */
export function edgeOf ({ across, down, corners }: Planes, plane: number): string {
  const { x, y } = corners[plane]!
  return `M${x} ${y}l${across.x} ${across.y}l${down.x} ${down.y}l${-across.x} ${-across.y}z`
}

/** Finds the plane at a point: the frontmost that draws something there, else the frontmost. */
export function planeAt (planes: Planes, layers: Layers, { x, y }: Point): string | undefined {
  const { across, down, corners } = planes
  const area = across.x * down.y - across.y * down.x
  let bare: string | undefined
  for (let k = corners.length - 1; k >= 0; k--) {
    const [dx, dy] = [x - corners[k]!.x, y - corners[k]!.y]
    const u = (dx * down.y - dy * down.x) / area
    const v = (dy * across.x - dx * across.y) / area
    if (u < 0 || v < 0 || u >= 1 || v >= 1) continue
    const name = layers.order[k]!
    bare ??= name
    const pixel = Math.floor(v * layers.height) * layers.width + Math.floor(u * layers.width)
    if (layerOf(layers, name)![pixel * 4 + 3]! >= 255 * VISIBLE) return name
  }
  return bare
}
