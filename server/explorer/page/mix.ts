/** Mixes two pictures. The mix is the picture in hand, so that undo, the link and the other views have it too. */
import { batch, computed, effect, signal } from '@preact/signals'
import { replace, type History } from '../core/history.js'
import { atPhase, mixLatents, readMix, writeMix } from '../core/mix.js'
import { chooseRows } from '../core/sample.js'
import type { Mix, Scene, Side } from '../core/scene.js'
import { releaseHistory } from './actions.js'
import { draw } from './draw-loop.js'
import { originOfRow } from './opening.js'
import { patiently } from './patience.js'
import { describeRefusal } from './problems.js'
import { encode } from './source.js'
import {
  card, detail, fitted, history, imageProblem, sample, scene, titleOfNamed, update, said, view, type Drawing,
} from './store.js'

export type Which = 'a' | 'b'

/** Milliseconds of an animation. */
export const TAKES = 2000

export const mix = computed(() => scene.value?.mix)
/** Pictures of both sides. */
export const sides = signal<Readonly<Partial<Record<Which, Drawing>>>>({})
export const isMoving = signal(false)

function sideOfRow (index: number): Side | undefined {
  const [model, data] = [card.peek(), sample.peek()]
  if (model === undefined || data === undefined || index >= data.count) return undefined
  const origin = originOfRow(model, index)
  return { latent: origin.mean, origin }
}

/** Chooses a second picture: one of the usual ones that is not in hand. */
function another (): Side {
  const [model, data, current] = [card.peek()!, sample.peek(), scene.peek()!]
  const row = data && chooseRows(data, 3).find((row, i) => i > 0 && row !== current.origin.index)
  const mean = model.latentStatistics.mean
  return (row === undefined ? undefined : sideOfRow(row)) ?? { latent: mean, origin: { kind: 'mean', mean } }
}

/** Begins with what is in hand as A, where the picture in hand is not a mix already. Nothing of that is a step. */
export function startMixing (): void {
  const [model, current] = [card.peek(), scene.peek()]
  if (model === undefined || current === undefined || history.peek() === undefined) return
  if (current.mix !== undefined && isCurrent(current.mix)) return
  const linked = detail.peek() === undefined
    ? undefined
    : readMix(detail.peek()!, model.latentSize, model.partitions, sideOfRow)
  const fresh = {
    a: { latent: current.latent, origin: current.origin }, b: another(), shares: model.partitions.map(() => 0),
  }
  const next = linked ?? fresh
  history.value = { ...history.peek()!, present: { ...current, mix: next, latent: latentOf(next) ?? current.latent } }
}

const latentOf = (next: Mix) => card.peek() && mixLatents(next, card.peek()!.partitions)

/** Whether the picture in hand is this mix, and has not been changed since. */
function isCurrent (one: Mix): boolean {
  const latent = latentOf(one)
  return scene.peek()?.latent.every((value, i) => Math.abs(value - latent![i]!) < 1e-6) === true
}

function change (next: Mix): void {
  const [current, latent] = [scene.peek(), latentOf(next)]
  if (current && latent) update({ ...current, mix: next, latent, origin: next.a.origin })
}

/** Takes a partition from A (0), from B (1) or from in between. @param index in card order */
export function setShare (index: number, share: number): void {
  stopMoving()
  const current = mix.peek()
  if (current) change({ ...current, shares: current.shares.map((one, i) => i === index ? share : one) })
}

export function takePartition (name: string, which: Which): void {
  const index = card.peek()?.partitions.findIndex(partition => partition.name === name) ?? -1
  if (index < 0) return
  setShare(index, which === 'a' ? 0 : 1)
  said.value = `${titleOfNamed(name)} from ${which.toUpperCase()}.`
}

export function takeAll (which: Which): void {
  stopMoving()
  const current = mix.peek()
  if (current) change({ ...current, shares: current.shares.map(() => which === 'a' ? 0 : 1) })
  said.value = `All from ${which.toUpperCase()}.`
}

function chooseSide (which: Which, side: Side): void {
  stopMoving()
  const current = mix.peek()
  if (current) change({ ...current, [which]: side })
}

export function chooseSideRow (which: Which, index: number): void {
  const side = sideOfRow(index)
  if (side) chooseSide(which, side)
}

/** Makes the mix as it is one of the sides. */
export function chooseSideInHand (which: Which): void {
  stopMoving()
  const current = scene.peek()
  if (current) chooseSide(which, { latent: current.latent, origin: current.origin })
}

export async function chooseSideImage (which: Which, image: Blob & { readonly name?: string }): Promise<void> {
  const model = card.peek()
  if (model === undefined) return
  imageProblem.value = ''
  try {
    const { mean, logVariance, input, reconstruction } = await encode(model, image)
    if (card.peek() !== model) return
    fitted.set(mean, { input, reconstruction })
    chooseSide(which, { latent: mean, origin: { kind: 'image', name: image.name ?? 'image', mean, logVariance } })
  } catch (error) {
    imageProblem.value = describeRefusal(error, image)
  }
}

let moving: { readonly start: Scene, readonly before: History<Scene>, shown: Scene } | undefined

/**
 * Ends an animation. Its pictures are no steps: wherever the last one has come to stand by what a hand did meanwhile,
 * the scene is put that it began at. Another model's steps have none of them and stay as they are.
 */
function stopMoving (): void {
  if (moving === undefined) return
  const { start, shown } = moving
  moving = undefined
  batch(() => {
    isMoving.value = false
    if (history.peek()) history.value = replace(history.peek()!, shown, start)
  })
}

/** Whether all is as the animation has left it: nothing undone or changed, and nothing held. */
function isUndisturbed (): boolean {
  const now = history.value
  if (moving === undefined || now === undefined) return false
  const { shown, before: { past, future } } = moving
  return now.present === shown && now.past === past && now.future === future && now.held === undefined
}

/** Goes from A to the mix and comes back to where it was: no step of undo. Again, or whatever else one does: stops. */
export function animate (): void {
  if (isMoving.peek()) return stopMoving()
  releaseHistory()
  const [before, start] = [history.peek(), scene.peek()]
  if (before === undefined || start?.mix === undefined) return
  const whole = start.mix
  moving = { start, before, shown: start }
  isMoving.value = true
  const mine = moving
  const began = performance.now()
  const move = () => {
    if (moving !== mine) return
    const phase = Math.min((performance.now() - began) / TAKES, 1)
    const next = atPhase(whole, phase)
    const latent = latentOf(next)
    if (phase === 1 || latent === undefined) return stopMoving()
    mine.shown = { ...start, mix: next, latent, origin: next.a.origin }
    history.value = { ...before, present: mine.shown }
    requestAnimationFrame(move)
  }
  move()
  const end = effect(() => {
    if (isUndisturbed() && view.value === 'mix') return
    if (moving === mine) stopMoving()
    queueMicrotask(() => end())
  })
}

/** Keeps the sides' pictures and the link in step. @returns what ends it */
export function followMix (): () => void {
  const ends = (['a', 'b'] as const).map(which => effect(() => {
    const [model, latent] = [card.value, mix.value?.[which].latent]
    if (model === undefined || latent === undefined || sides.peek()[which]?.latent === latent) return
    const isWanted = () => card.peek() === model && mix.peek()?.[which].latent === latent
    patiently(() => draw(model, latent), isWanted).then(drawing => {
      if (drawing !== undefined) sides.value = { ...sides.peek(), [which]: drawing }
    })
  }))
  const end = effect(() => {
    if (mix.value !== undefined && view.value === 'mix' && !isMoving.value) detail.value = writeMix(mix.value)
  })
  return () => [...ends, end].forEach(end => end())
}
