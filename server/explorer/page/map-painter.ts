/** Keeps the two canvases of the map in step with what it knows: a frame at most for each that the screen shows. */
import { effect } from '@preact/signals'
import type { Window } from '../core/map-window.js'
import { colouring, current, lasso, places, selected, sketch } from './map.js'
import { pointed } from './map-near.js'
import { drawOverlay } from './map-overlay.js'
import { createPoints, type Points } from './map-points.js'
import { covers, shown, size, wholeMap } from './map-seen.js'
import { sample, sheet, theme } from './store.js'

/** Opacity of points, and of those that are not selected, of 255. */
const OPACITY = { all: 190, faded: 46 }

/** [N, 4] */
function shade (colours: Uint8Array, rows: readonly number[]): Uint8Array {
  const shaded = new Uint8Array(colours.length / 3 * 4)
  for (let n = 0; n < shaded.length / 4; n++) {
    for (let c = 0; c < 3; c++) shaded[n * 4 + c] = colours[n * 3 + c]!
    shaded[n * 4 + 3] = rows.length === 0 ? OPACITY.all : OPACITY.faded
  }
  for (const row of rows) shaded[row * 4 + 3] = 255
  return shaded
}

/** Chooses the size of points, in pixels: the more there are in the same room, the smaller; larger from near by. */
function pointSize ({ width, height }: Window, count: number, zoom: number): number {
  const size = 0.48 * Math.sqrt(width * height / count)
  return Math.min(Math.max(size, 2.5), 8) * Math.min(Math.max(Math.sqrt(zoom), 1), 3)
}

/**
 * @param under for the points
 * @param over for what lies over them
 * @returns what ends it
 */
export function startPainting (under: HTMLCanvasElement, over: HTMLCanvasElement): () => void {
  let points: Points | undefined
  let loaded: { readonly places: Float32Array, readonly colours: Uint8Array } | undefined
  let request = 0

  function paint (): void {
    request = 0
    const ratio = devicePixelRatio
    const { width, height } = size.peek()
    const [data, bitmap] = [sample.peek(), sheet.peek()]
    if (loaded === undefined || data === undefined || bitmap === undefined || width === 0) return
    // Of another model, and about to be replaced.
    if (loaded.places.length !== data.count * 2) return
    for (const canvas of [under, over]) {
      const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)]
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h })
    }
    const whole = wholeMap.peek()
    if (whole === undefined) return
    const window = shown.peek() ?? whole
    points!.draw(window, pointSize(window, data.count, window.scale.x / whole.scale.x), ratio)
    const isAny = selected.peek().length > 0
    const { places, colours } = loaded
    drawOverlay(over, {
      window,
      places,
      colours,
      sample: data,
      sheet: bitmap,
      current: current.peek(),
      pointed: pointed.peek(),
      lasso: sketch.peek().length > 0 ? sketch.peek() : lasso.peek(),
      covers: covers(),
      isSelected: row => !isAny || colours[row * 4 + 3] === 255,
    }, ratio)
  }

  const schedule = () => { request ||= requestAnimationFrame(paint) }
  const stopLoading = effect(() => {
    if (places.value === undefined || colouring.value === undefined) return
    loaded = { places: places.value, colours: shade(colouring.value.colours, selected.value) }
    points ??= createPoints(under)
    points.load(loaded.places, loaded.colours)
    schedule()
  })
  const stopDrawing = effect(() => {
    // Read here, they are heard of.
    const heard = [shown, size, current, pointed, lasso, sketch, theme, sheet].map(({ value }) => value)
    if (heard.length > 0) schedule()
  })
  return () => {
    stopLoading()
    stopDrawing()
    cancelAnimationFrame(request)
  }
}
