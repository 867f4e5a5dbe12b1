/** What hands do on the map: pan, zoom, point, take, and draw the lasso. */
import { signal } from '@preact/signals'
import type { Point } from '../core/layers.js'
import { nearestPoint, pan, toPlace, zoomAt } from '../core/map-window.js'
import { clearLasso, endLasso, places, sketch, takeRow } from './map.js'
import { pointed } from './map-near.js'
import { thumbnailAt } from './map-overlay.js'
import { covers, look, seen, shown, size } from './map-seen.js'
import { sample } from './store.js'

/** Pixels between pointer and point that still count. */
const REACH = { mouse: 10, touch: 22 }
/** Pixels that a pointer may move and still have clicked. */
const STILL = 5
const STEP = 1.3
/** Pixels that an arrow key moves. */
const STRIDE = 60

/** Whether the next drag draws a lasso. */
export const isLassoing = signal(false)

const pointers = new Map<number, Point>()
/** Where the pointer came down, while it may still be a click. */
let start: Point | undefined
let isSketching = false

function pointOf (event: MouseEvent): Point {
  const frame = event.currentTarget as HTMLElement
  const box = frame.getBoundingClientRect()
  return { x: event.clientX - box.left - frame.clientLeft, y: event.clientY - box.top - frame.clientTop }
}

function rowAt (at: Point, reach: number): number | undefined {
  const [window, data, points] = [seen(), sample.peek(), places.peek()]
  if (window === undefined || data === undefined || points === undefined) return undefined
  const thumbnail = thumbnailAt({ window, places: points, sample: data, covers: covers() }, at)
  return thumbnail ?? nearestPoint(window, points, at, reach)
}

function takeAt (at: Point, reach: number): void {
  const row = rowAt(at, reach)
  if (row !== undefined) takeRow(row)
}

export function press (event: PointerEvent): void {
  const window = seen()
  if (event.button !== 0 || window === undefined) return
  const frame = event.currentTarget as HTMLElement
  frame.setPointerCapture(event.pointerId)
  const at = pointOf(event)
  pointers.set(event.pointerId, at)
  start = at
  isSketching = (isLassoing.value || event.shiftKey) && pointers.size === 1
  if (isSketching) sketch.value = [toPlace(window, at)]
}

export function move (event: PointerEvent): void {
  const at = pointOf(event)
  const before = pointers.get(event.pointerId)
  if (before === undefined) {
    if (event.pointerType !== 'touch') pointed.value = rowAt(at, REACH.mouse)
    return
  }
  if (isSketching) {
    sketch.value = [...sketch.value, toPlace(seen()!, at)]
    return
  }
  if (start !== undefined && Math.hypot(at.x - start.x, at.y - start.y) < STILL) return
  start = undefined
  pointed.value = undefined
  pointers.set(event.pointerId, at)
  const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
  const by = { x: at.x - before.x, y: at.y - before.y }
  if (other === undefined) {
    look(window => pan(window, by))
    return
  }
  const apart = (point: Point) => Math.max(Math.hypot(point.x - other.x, point.y - other.y), 1)
  const between = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 }
  look(window => zoomAt(pan(window, { x: by.x / 2, y: by.y / 2 }), between, apart(at) / apart(before)))
}

export function lift (event: PointerEvent): void {
  if (!pointers.delete(event.pointerId)) return
  if (isSketching) {
    isSketching = false
    isLassoing.value = false
    endLasso()
  } else if (start !== undefined && event.type === 'pointerup') {
    takeAt(start, event.pointerType === 'touch' ? REACH.touch : REACH.mouse)
  }
  start = undefined
}

export function leave (): void {
  pointed.value = undefined
}

export function turnWheel (event: WheelEvent): void {
  event.preventDefault()
  const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1)
  // Two fingers that pinch a touchpad come as a wheel with Ctrl, in small steps.
  const factor = Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.0016))
  const at = pointOf(event)
  look(window => zoomAt(window, at, factor))
}

const middle = () => ({ x: size.peek().width / 2, y: size.peek().height / 2 })
const zoom = (factor: number) => look(window => zoomAt(window, middle(), factor))
const go = (x: number, y: number) => look(window => pan(window, { x: x * STRIDE, y: y * STRIDE }))

export const closer = (): void => zoom(STEP)
export const farther = (): void => zoom(1 / STEP)
export const showAll = (): void => { shown.value = undefined }

const KEYS: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => go(1, 0),
  ArrowRight: () => go(-1, 0),
  ArrowUp: () => go(0, 1),
  ArrowDown: () => go(0, -1),
  '+': closer,
  '=': closer,
  '-': farther,
  0: showAll,
  Escape: clearLasso,
  Enter: () => takeAt(middle(), Infinity),
}

export function pressKey (event: KeyboardEvent): void {
  const act = KEYS[event.key]
  const isElsewhere = event.target !== event.currentTarget
  if (act === undefined || isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  act()
}
