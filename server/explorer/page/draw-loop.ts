/** Keeps the picture in step with the latent: one request in flight, the newest wins, an older never covers a newer. */
import { effect } from '@preact/signals'
import { away, describeProblem, isAway } from './problems.js'
import { ServiceError, type Card } from './service.js'
import { decode, drawLayers } from './source.js'
import { card, drawn, isSlow, problem, said, scene, type Drawing } from './store.js'

/** Progress shows after this many milliseconds. */
const SLOW = 300

let busy = false
let scheduled = false
let shown: { readonly card: Card, readonly latent: readonly number[] } | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/** Grey or colour → RGBA. */
export function toRgba (pixels: Uint8Array, channels: number): Uint8ClampedArray<ArrayBuffer> {
  const out = new Uint8ClampedArray(pixels.length / channels * 4).fill(255)
  for (let i = 0; i < pixels.length / channels; i++) {
    for (let c = 0; c < 3; c++) out[i * 4 + c] = pixels[i * channels + (channels === 1 ? 0 : c)]!
  }
  return out
}

/** Draws one latent's picture, with its layers where the model has some. */
export async function draw (model: Card, latent: readonly number[]): Promise<Drawing> {
  if (model.links.layers !== undefined) return { latent, layers: await drawLayers(model, latent) }
  return { latent, pixels: toRgba(await decode(model, [latent]), model.image.channels) }
}

function schedule (): void {
  if (busy || scheduled) return
  scheduled = true
  // Not at the next frame: hands come at the frames' pace anyway, and the answer would be a frame later.
  queueMicrotask(() => {
    scheduled = false
    run()
  })
}

async function run (): Promise<void> {
  const model = card.peek()
  const latent = scene.peek()?.latent
  if (model === undefined || latent === undefined || (shown?.latent === latent && shown.card === model)) return
  busy = true
  clearTimeout(timer)
  const slow = setTimeout(() => { isSlow.value = true }, SLOW)
  let pause = 0
  try {
    const drawing = await draw(model, latent)
    if (card.peek() === model) {
      shown = { card: model, latent }
      drawn.value = drawing
    }
    if (problem.peek() !== undefined) {
      if (problem.peek()?.waiting) said.value = 'And back.'
      problem.value = undefined
    }
  } catch (error) {
    pause = tell(error)
  }
  clearTimeout(slow)
  isSlow.value = false
  busy = false
  if (pause === 0) schedule()
  else if (pause < Infinity) timer = setTimeout(schedule, pause)
}

/** @returns milliseconds until the next try */
function tell (error: unknown): number {
  if (isAway(error)) {
    problem.value = away
    return 3000
  }
  if (error instanceof ServiceError && error.retryAfter !== undefined) {
    said.value = 'Busy. Sent again by itself.'
    return error.retryAfter
  }
  problem.value = describeProblem(error)
  return Infinity
}

/** Draws again what could not be drawn. */
export function tryAgain (): void {
  clearTimeout(timer)
  schedule()
}

export function startDrawing (): void {
  effect(() => {
    if (card.value !== undefined && scene.value !== undefined) schedule()
  })
}
