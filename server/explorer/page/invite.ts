/** At the first visit the thing that one can drag drifts a little, once, until a hand does anything. */
import { effect, signal } from '@preact/signals'
import { readLink } from '../core/link.js'
import { firstHandleOf } from '../core/posing.js'
import { carryBack, moveBy, take } from './drag.js'
import { gripOf, gripOfHandle, hasPlace, type Grip } from './grips.js'
import { card, drawn, hasDragged, open } from './store.js'

/** In milliseconds. */
const PAUSE = 700
const TAKES = 2600
/** In pixels of the screen. */
const FAR = 11

/** The partition whose thing drifts now. */
export const invited = signal<string | undefined>()

function gripToShow (): Grip | undefined {
  const [model, layers, name] = [card.peek(), drawn.peek()?.layers, open.peek()]
  if (model === undefined) return undefined
  if (layers === undefined) {
    const first = firstHandleOf(model)
    return first && gripOfHandle(first)
  }
  return name !== undefined && hasPlace(layers, name) ? gripOf(name) : undefined
}

/** Moves it there and back on a sine, or stops where anything is pressed. */
function drift (): void {
  const grip = hasDragged.peek() ? undefined : gripToShow()
  const stage = document.getElementById('picture')
  if (stage === null || grip === undefined || !take(grip)) return
  invited.value = grip.partition
  const scale = stage.clientWidth / card.peek()!.image.width
  const started = performance.now()
  let isOver = false
  const end = () => {
    if (isOver) return
    isOver = true
    for (const name of ENDS) window.removeEventListener(name, end, true)
    invited.value = undefined
    carryBack()
  }
  for (const name of ENDS) window.addEventListener(name, end, true)
  const move = () => {
    const passed = (performance.now() - started) / TAKES
    if (passed >= 1) end()
    if (isOver) return
    moveBy({ x: Math.sin(passed * Math.PI) * FAR / scale, y: 0 })
    requestAnimationFrame(move)
  }
  move()
}

const ENDS = ['pointerdown', 'keydown', 'hashchange'] as const

/** Waits for the first picture. What a link shows is left as it is. */
export function startInviting (): void {
  if (readLink(location.hash) !== undefined) return
  if (hasDragged.peek() || matchMedia('(prefers-reduced-motion: reduce)').matches) return
  const stop = effect(() => {
    if (drawn.value === undefined) return
    const first = drawn.value.latent
    queueMicrotask(() => stop())
    let isTouched = false
    const touch = () => { isTouched = true }
    for (const name of ENDS) window.addEventListener(name, touch, { once: true, capture: true })
    setTimeout(() => { if (!isTouched && drawn.peek()?.latent === first) drift() }, PAUSE)
  })
}
