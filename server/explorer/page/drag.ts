/**
 * Moves a thing so that the centre of what its layer draws is where the hand wants it: Newton steps, each on the layers
 * that come back, since how a thing looks depends on where it is.
 */
import { effect } from '@preact/signals'
import { centreOf, layerOf, outline, visibleShare, type Point } from '../core/layers.js'
import { choosePlacing, learn, stepTowards, type Placing } from '../core/placing.js'
import { isShown, withUnits } from '../core/scene.js'
import { cancelGesture, holdHistory, releaseHistory } from './actions.js'
import { drawLayer } from './source.js'
import { card, dragged, drawn, hasDragged, partitionNamed, said, scene, titleOfNamed, units, update } from './store.js'

/** Near enough, in pixels of the model. */
const NEAR = 0.25
/** Steps after the hand has last moved. */
const STEPS = 8
/** Of the difference quotients, in standard deviations. */
const PROBE = 0.2

interface Drag {
  readonly name: string
  readonly latent: readonly number[]
  placing?: Placing
  target: Point
  left: number
  released: boolean
  last?: { readonly latent: readonly number[], readonly centre: Point }
}

let drag: Drag | undefined

const note = (values: readonly number[]) => values.map(value => value.toFixed(2).replace('-', '−')).join(', ')

function centre (name: string): Point | undefined {
  const layers = drawn.peek()?.layers
  const layer = layers && layerOf(layers, name)
  return layers && layer && centreOf(layer, layers.width)
}

/** Measures how the centre moves with each unit, by central differences. */
async function measure (name: string, latent: readonly number[]): Promise<Placing | undefined> {
  const model = card.peek()!
  const partition = units.peek().get(name)!
  const moved = partition.flatMap(({ at, deviation }) => [1, -1].map(sign =>
    latent.map((value, i) => i === at ? value + sign * PROBE * deviation : value)))
  const centres = (await drawLayer(model, name, moved)).map(layer => centreOf(layer, model.image.width))
  const slopes = partition.map(({ deviation }, i) => {
    const [ahead, behind] = [centres[i * 2], centres[i * 2 + 1]]
    if (ahead === undefined || behind === undefined) return { x: 0, y: 0 }
    const by = 2 * PROBE * deviation
    return { x: (ahead.x - behind.x) / by, y: (ahead.y - behind.y) / by }
  })
  return choosePlacing(partition.map(({ at }) => at), slopes, deviations())
}

/** [D] */
const deviations = () => card.peek()!.latentStatistics.standardDeviation

/** @returns whether there is something in hand now */
export function take (name: string): boolean {
  const layers = drawn.peek()?.layers
  const current = scene.peek()
  const from = centre(name)
  const isBehindAll = layers?.order[0] === name
  if (layers === undefined || current === undefined || from === undefined || isBehindAll || name === layers.gain) {
    return false
  }
  finish()
  holdHistory()
  drag = { name, latent: current.latent, target: from, left: 0, released: false }
  const ghost = outline(visibleShare(layers, name, one => isShown(current, one)), layers.width)
  dragged.value = { name, ghost, from, note: '' }
  const started = drag
  measure(name, current.latent).then(placing => {
    if (drag !== started) return
    if (placing === undefined) {
      said.value = `${titleOfNamed(name)} stays where it is.`
      finish()
      return
    }
    started.placing = placing
    const slope = placing.slopes[0]!
    if (placing.units.length === 1) {
      said.value = `${titleOfNamed(name)}: ${Math.abs(slope.x) > Math.abs(slope.y) ? 'left and right' : 'up and down'} ` +
        'only.'
    }
    step()
  }, () => finish())
  return true
}

/** Says how far from where it was taken the thing should be, in pixels of the model. */
export function moveBy ({ x, y }: Point): void {
  const from = dragged.peek()?.from
  if (drag === undefined || from === undefined) return
  drag.target = { x: from.x + x, y: from.y + y }
  drag.left = STEPS
  step()
}

/** Moves a thing a little, as a key does; presses that come faster than pictures add up. */
export function nudge (name: string, { x, y }: Point): boolean {
  if (drag?.name !== name && !take(name)) return false
  drag!.target = { x: drag!.target.x + x, y: drag!.target.y + y }
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

/** Puts the thing back. */
export function putBack (): void {
  if (drag === undefined) return
  drag = undefined
  dragged.value = undefined
  cancelGesture()
  said.value = 'Put back.'
}

function finish (): void {
  if (drag === undefined) return
  const { name, latent } = drag
  drag = undefined
  dragged.value = undefined
  releaseHistory()
  if (scene.peek()?.latent === latent) return
  hasDragged.value = true
  said.value = `${titleOfNamed(name)} moved. Nothing else changed.`
}

function step (): void {
  const current = scene.peek()
  const at = drag && centre(drag.name)
  if (drag === undefined || current === undefined || drawn.peek()?.latent !== current.latent) return
  if (drag.placing === undefined) return
  if (at === undefined) return finish()
  const { last } = drag
  if (last !== undefined && last.latent !== current.latent) {
    const steps = drag.placing.units.map(i => current.latent[i]! - last.latent[i]!)
    drag.placing = learn(drag.placing, steps, { x: at.x - last.centre.x, y: at.y - last.centre.y })
  }
  drag.last = { latent: current.latent, centre: at }
  const error = { x: drag.target.x - at.x, y: drag.target.y - at.y }
  const values = new Map<number, number>()
  if (drag.left > 0 && Math.hypot(error.x, error.y) > NEAR) {
    const placed = units.peek().get(drag.name)!
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
  update(withUnits(current, values))
  const partition = partitionNamed(drag.name)
  if (partition && dragged.value) {
    dragged.value = { ...dragged.value, note: note(drag.placing.units.map(i => scene.peek()!.latent[i]!)) }
  }
}

const KEPT = 'pvae-dragged'

export function startDragging (): void {
  hasDragged.value = localStorage.getItem(KEPT) !== null
  effect(() => { if (hasDragged.value) localStorage.setItem(KEPT, 'yes') })
  effect(() => {
    if (drawn.value !== undefined) step()
  })
}
