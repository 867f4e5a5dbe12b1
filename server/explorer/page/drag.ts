/**
 * Moves what a hand holds so that its place in the picture is where the hand wants it: Newton steps, each on the
 * picture that comes back, since how a thing looks depends on where it is.
 */
import { effect } from '@preact/signals'
import type { Point } from '../core/layers.js'
import { choosePlacing, learn, LEAST_OF_HANDLE, stepTowards, type Placing } from '../core/placing.js'
import { withUnits, type Scene } from '../core/scene.js'
import { cancelGesture, holdHistory, releaseHistory, undo } from './actions.js'
import type { Grip } from './grips.js'
import { keep, readKept } from './keep.js'
import { card, dragged, drawn, hasDragged, history, said, scene, units, update } from './store.js'

/** Near enough, in pixels of the model. */
const NEAR = 0.25
/** Steps after the hand has last moved. */
const STEPS = 8
/** Of the difference quotients, in standard deviations. */
const PROBE = 0.2

interface Drag {
  readonly grip: Grip
  /** Before, and as the drag has last set it. */
  readonly latent: readonly number[]
  set: readonly number[]
  placing?: Placing
  target: Point
  left: number
  released: boolean
  last?: { readonly latent: readonly number[], readonly centre: Point }
}

let drag: Drag | undefined
/** The scene that the last drag ended with, while it can be taken back. */
let ended: Scene | undefined

const note = (values: readonly number[]) => values.map(value => value.toFixed(2).replace('-', '−')).join(', ')

/** [D] */
const deviations = () => card.peek()!.latentStatistics.standardDeviation

const isSame = (one: Grip | undefined, other: Grip) =>
  one?.partition === other.partition && one.handle === other.handle

function place (grip: Grip): Point | undefined {
  const drawing = drawn.peek()
  return drawing && grip.locate(drawing)
}

/** Measures how a grip's place moves with each of its units, by central differences. */
async function measure (grip: Grip, latent: readonly number[]): Promise<Placing | undefined> {
  const steps = grip.units.map(at => PROBE * Math.max(deviations()[at]!, 1e-3))
  const moved = grip.units.flatMap((at, k) => [1, -1].map(sign =>
    latent.map((value, i) => i === at ? value + sign * steps[k]! : value)))
  const places = await grip.probe(moved)
  const slopes = steps.map((step, i) => {
    const [ahead, behind] = [places[i * 2], places[i * 2 + 1]]
    if (ahead === undefined || behind === undefined) return { x: 0, y: 0 }
    return { x: (ahead.x - behind.x) / (2 * step), y: (ahead.y - behind.y) / (2 * step) }
  })
  const least = grip.handle === undefined ? undefined : LEAST_OF_HANDLE
  return choosePlacing(grip.units, slopes, grip.units.map(at => deviations()[at]!), least)
}

/** Names the way of a grip that moves one way only, where nothing at it says so. */
function wayOf ({ axis }: Grip, placing: Placing | undefined): string | undefined {
  if (axis !== undefined || placing?.units.length !== 1) return undefined
  const [slope] = placing.slopes
  return Math.abs(slope!.x) > Math.abs(slope!.y) ? 'left and right' : 'up and down'
}

/** @returns whether it is in hand now */
export function take (grip: Grip | undefined): boolean {
  const current = scene.peek()
  const from = grip && place(grip)
  if (grip === undefined || current === undefined || from === undefined) return false
  finish()
  holdHistory()
  drag = { grip, latent: current.latent, set: current.latent, target: from, left: 0, released: false }
  const { partition, handle, ghost } = grip
  dragged.value = { name: partition, handle, ghost, from, note: '' }
  const started = drag
  measure(grip, current.latent).then(placing => {
    if (drag !== started) return
    if (placing === undefined) {
      said.value = `${grip.name} stays where it is.`
      finish()
      return
    }
    started.placing = placing
    const way = wayOf(grip, placing)
    if (way !== undefined) said.value = `${grip.name}: ${way} only.`
    step()
  }, () => finish())
  return true
}

/** Says how far from where it was taken the thing should be, in pixels of the model. */
export function moveBy ({ x, y }: Point): void {
  const from = dragged.peek()?.from
  if (drag === undefined || from === undefined) return
  drag.target = along(drag.grip, from, { x, y })
  drag.left = STEPS
  step()
}

const along = ({ axis }: Grip, from: Point, { x, y }: Point): Point =>
  ({ x: from.x + (axis === 'y' ? 0 : x), y: from.y + (axis === 'x' ? 0 : y) })

/** Moves a thing a little, as a key does; presses that come faster than pictures add up. */
export function nudge (grip: Grip, by: Point): boolean {
  if (!isSame(drag?.grip, grip) && !take(grip)) return false
  drag!.target = along(grip, drag!.target, by)
  drag!.left = STEPS
  release()
  return true
}

/** The hand lets go: the thing arrives, and that was one step for undo. */
export function release (): void {
  if (drag === undefined) return
  drag.released = true
  step()
}

/** Puts the thing back: what is in hand, or what the hand has just let go of. */
export function putBack (): void {
  if (drag === undefined) {
    if (ended === undefined || ended !== history.peek()?.present) return
    undo()
  } else carryBack()
  ended = undefined
  said.value = 'Put back.'
}

/** Puts back what is in hand without a word. */
export function carryBack (): void {
  if (drag === undefined) return
  drag = undefined
  dragged.value = undefined
  cancelGesture()
}

/** Ends the drag; where something else has changed the latent meanwhile, without a word about it. */
function finish (): void {
  if (drag === undefined) return
  const { grip, latent, set, placing } = drag
  drag = undefined
  dragged.value = undefined
  releaseHistory()
  const now = scene.peek()?.latent
  if (now === latent || now !== set) return
  ended = scene.peek()
  hasDragged.value = true
  said.value = grip.done(wayOf(grip, placing))
}

function step (): void {
  const current = scene.peek()
  if (drag === undefined || current === undefined) return
  // Another view, undo or another model has the picture now.
  if (current.latent !== drag.set) return finish()
  const at = place(drag.grip)
  if (drawn.peek()?.latent !== current.latent || drag.placing === undefined) return
  if (at === undefined) return finish()
  const { last, grip } = drag
  if (last !== undefined && last.latent !== current.latent) {
    const steps = drag.placing.units.map(i => current.latent[i]! - last.latent[i]!)
    drag.placing = learn(drag.placing, steps, { x: at.x - last.centre.x, y: at.y - last.centre.y })
  }
  drag.last = { latent: current.latent, centre: at }
  const error = { x: drag.target.x - at.x, y: drag.target.y - at.y }
  const values = new Map<number, number>()
  if (drag.left > 0 && Math.hypot(error.x, error.y) > NEAR) {
    const placed = units.peek().get(grip.partition)!
    stepTowards(drag.placing, error, deviations()).forEach((change, i) => {
      const { at: unit, from, to } = placed.find(unit => unit.at === drag!.placing!.units[i])!
      const value = Math.min(Math.max(current.latent[unit]! + change, from), to)
      if (Math.abs(value - current.latent[unit]!) > 1e-4) values.set(unit, value)
    })
  }
  if (values.size === 0) {
    if (drag.released) finish()
    return
  }
  drag.left--
  const next = withUnits(current, values)
  drag.set = next.latent
  update(next)
  if (dragged.value) {
    dragged.value = { ...dragged.value, note: note(drag.placing.units.map(i => next.latent[i]!)) }
  }
}

const KEPT = 'pvae-dragged'

export function startDragging (): void {
  hasDragged.value = readKept(KEPT) !== null
  effect(() => { if (hasDragged.value) keep(KEPT, 'yes') })
  effect(() => {
    if (drawn.value !== undefined) step()
  })
}
