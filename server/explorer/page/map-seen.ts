/** The part of the map that is seen. */
import { computed, signal } from '@preact/signals'
import { fitWindow, type Window } from '../core/map-window.js'
import { axes, places } from './map.js'
import type { Cover } from './map-overlay.js'

/** Of the map, in pixels of the page. */
export const size = signal({ width: 0, height: 0 })

/** Undefined: all of the map. */
export const shown = signal<Window | undefined>()

/** Gives the places of what lies over the map: its axes' names and its tools. */
export function covers (): Cover[] {
  const frame = document.getElementById('map')
  const from = frame?.getBoundingClientRect()
  if (!frame || from === undefined) return []
  return [...frame.querySelectorAll('.map-across, .map-down, .map-tools')].map(node => {
    const { left, top, right, bottom } = node.getBoundingClientRect()
    return { left: left - from.left, top: top - from.top, right: right - from.left, bottom: bottom - from.top }
  })
}

/** The window that shows all: undefined while there is nothing to show, or no room. */
export const wholeMap = computed((): Window | undefined => {
  const { width, height } = size.value
  const [points, { isPicture = false } = {}] = [places.value, axes.value]
  return points === undefined || width === 0 ? undefined : fitWindow(points, width, height, isPicture)
})

export const seen = (): Window | undefined => shown.peek() ?? wholeMap.peek()

export function look (next: (window: Window) => Window): void {
  const window = seen()
  if (window !== undefined) shown.value = next(window)
}

export function resize (width: number, height: number): void {
  size.value = { width, height }
  if (shown.peek() !== undefined) shown.value = { ...shown.peek()!, width, height }
}
