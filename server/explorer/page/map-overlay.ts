/** Draws over the points: thumbnails wherever there is room, the lasso, and a ring around what is in hand. */
import type { Point } from '../core/layers.js'
import { countSeen, placeThumbnails, toScreen, type Window } from '../core/map-window.js'
import type { Sample } from '../core/sample.js'

/** Height of a thumbnail on the map. */
const HEIGHT = 36
/** Gaps around thumbnails: where few images are seen, and where so many that the points should be seen too. */
const GAP = { few: 8, many: 46 }
/** Images in view that are so many. */
const MANY = 600
/** Thumbnails are chosen this far outside the window too, and anew once it has moved so far. */
const BEYOND = 160
/** How much may be zoomed until they are chosen anew. */
const ZOOMED = 1.12

export interface Overlay {
  readonly window: Window
  readonly places: Float32Array
  readonly sample: Sample
  readonly sheet: ImageBitmap
  /** [N, 4] */
  readonly colours: Uint8Array
  readonly current: Point | undefined
  readonly pointed: number | undefined
  /** Places. */
  readonly lasso: readonly Point[]
  readonly isSelected: (row: number) => boolean
  /** What lies over the map: no thumbnail goes beneath it. */
  readonly covers: readonly Cover[]
}

/** A rectangle on the screen, from the map's top left. */
export interface Cover { readonly left: number, readonly top: number, readonly right: number, readonly bottom: number }

const sizeOf = ({ sheet: { width, height } }: Sample) => ({ width: HEIGHT * width / height, height: HEIGHT })

interface Chosen { readonly of: Float32Array, readonly window: Window, readonly rows: readonly number[] }
let chosen: Chosen | undefined

const isNear = ({ window: before }: Chosen, now: Window) => {
  const zoomed = now.scale.x / before.scale.x
  const moved = Math.max(
    Math.abs(now.centre.x - before.centre.x) * now.scale.x, Math.abs(now.centre.y - before.centre.y) * now.scale.y)
  return zoomed < ZOOMED && zoomed > 1 / ZOOMED && moved < BEYOND - HEIGHT && now.width === before.width &&
    now.height === before.height
}

/** Gives the images that are thumbnails now: the same ones until the window has moved some way. */
function thumbnailsIn ({ window, places, sample }: Pick<Overlay, 'window' | 'places' | 'sample'>) {
  if (chosen === undefined || chosen.of !== places || !isNear(chosen, window)) {
    const { width, height } = sizeOf(sample)
    const crowd = countSeen(window, places, MANY) / MANY
    const gap = Math.max(crowd * GAP.many, GAP.few)
    const size = { width: width + gap, height: height + gap }
    chosen = { of: places, window, rows: placeThumbnails(window, places, size, BEYOND) }
  }
  return chosen.rows
}

/** Pixels that thumbnails keep off the edge, and off what lies over the map. */
const OFF = 3

/** Gives the thumbnails that are seen whole, with their places on the screen. */
function wholeThumbnails (overlay: Pick<Overlay, 'window' | 'places' | 'sample' | 'covers'>) {
  const { window, places, sample, covers } = overlay
  const size = sizeOf(sample)
  const [halfWidth, halfHeight] = [size.width / 2 + OFF, size.height / 2 + OFF]
  return thumbnailsIn(overlay).flatMap(row => {
    const at = toScreen(window, { x: places[row * 2]!, y: places[row * 2 + 1]! })
    const isWhole = at.x >= halfWidth && at.y >= halfHeight && at.x <= window.width - halfWidth &&
      at.y <= window.height - halfHeight && covers.every(({ left, top, right, bottom }) =>
      at.x + halfWidth < left || at.x - halfWidth > right || at.y + halfHeight < top || at.y - halfHeight > bottom)
    return isWhole ? [{ row, at }] : []
  })
}

/** Finds the thumbnail at a point of the screen. */
export function thumbnailAt (
  overlay: Pick<Overlay, 'window' | 'places' | 'sample' | 'covers'>, { x, y }: Point
): number | undefined {
  const { width, height } = sizeOf(overlay.sample)
  return wholeThumbnails(overlay)
    .findLast(({ at }) => Math.abs(x - at.x) <= width / 2 && Math.abs(y - at.y) <= height / 2)?.row
}

function drawThumbnail (context: CanvasRenderingContext2D, row: number, at: Point, overlay: Overlay, grow = 1): void {
  const { sample, sheet, colours } = overlay
  const [width, height] = [sizeOf(sample).width * grow, HEIGHT * grow]
  const { columns, width: w, height: h } = sample.sheet
  const [left, top] = [at.x - width / 2, at.y - height / 2]
  const [red, green, blue] = colours.subarray(row * 4, row * 4 + 3)
  context.globalAlpha = overlay.isSelected(row) ? 1 : 0.35
  context.drawImage(sheet, row % columns * w, Math.floor(row / columns) * h, w, h, left, top, width, height)
  context.strokeStyle = `rgb(${red} ${green} ${blue})`
  context.lineWidth = 2
  context.beginPath()
  context.roundRect(left, top, width, height, 3)
  context.stroke()
  context.globalAlpha = 1
}

function ring (context: CanvasRenderingContext2D, { x, y }: Point, ink: string, ground: string): void {
  for (const [colour, width] of [[ground, 5], [ink, 2.5]] as const) {
    context.beginPath()
    context.arc(x, y, 9, 0, 2 * Math.PI)
    context.strokeStyle = colour
    context.lineWidth = width
    context.stroke()
  }
  context.beginPath()
  context.arc(x, y, 2.5, 0, 2 * Math.PI)
  context.fillStyle = ink
  context.fill()
}

export function drawOverlay (canvas: HTMLCanvasElement, overlay: Overlay, ratio: number): void {
  const context = canvas.getContext('2d')!
  const { window, places, lasso, current, pointed } = overlay
  const { width, height } = window
  const style = getComputedStyle(canvas)
  const [ink, ground] = [style.getPropertyValue('--ink'), style.getPropertyValue('--panel')]
  const at = (row: number) => toScreen(window, { x: places[row * 2]!, y: places[row * 2 + 1]! })
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.clearRect(0, 0, width, height)
  context.imageSmoothingEnabled = true
  for (const { row, at } of wholeThumbnails(overlay)) drawThumbnail(context, row, at, overlay)
  if (lasso.length > 1) {
    context.beginPath()
    for (const corner of lasso) {
      const { x, y } = toScreen(window, corner)
      context.lineTo(x, y)
    }
    context.closePath()
    context.fillStyle = ink
    context.globalAlpha = 0.07
    context.fill()
    context.globalAlpha = 1
    context.setLineDash([4, 3])
    context.strokeStyle = ink
    context.lineWidth = 1.5
    context.stroke()
    context.setLineDash([])
  }
  if (current !== undefined) ring(context, toScreen(window, current), ink, ground)
  if (pointed !== undefined && pointed < places.length / 2) drawThumbnail(context, pointed, at(pointed), overlay, 1.5)
}
