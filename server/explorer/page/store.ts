/** All that the page knows, as plain data in signals. Nothing here asks the service or touches the page. */
import { computed, signal } from '@preact/signals'
import { poseUnitsOf } from '@partition-vae/models/portable'
import { change, createHistory, type History } from '../core/history.js'
import { compose, type Layers } from '../core/layers.js'
import { readMeasures } from '../core/measures.js'
import type { Sample } from '../core/sample.js'
import { isShown, titleOf, type Partition, type Scene } from '../core/scene.js'
import { histogram, nameUnit } from '../core/units.js'
import type { Card, ModelSummary } from './service.js'

export interface Drawing {
  /** The latent that this is the picture of. */
  readonly latent: readonly number[]
  /** [H, W, 4], of a model without layers. */
  readonly pixels?: Uint8ClampedArray<ArrayBuffer>
  readonly layers?: Layers
}

/** Something that does not work now, over the picture. */
export interface Problem {
  readonly words: string
  /** Whether a key would help. */
  readonly needsKey?: boolean
  /** Whether the page tries again by itself. */
  readonly waiting?: boolean
}

export interface Unit {
  /** Index in the latent. */
  readonly at: number
  readonly name: string
  readonly from: number
  readonly to: number
  readonly deviation: number
  /** [bins] in [0, 1]; empty without a sample. */
  readonly histogram: readonly number[]
}

/** An own image, as the model gets it and as it comes back. */
export interface Fitted { readonly input: Uint8Array, readonly reconstruction: Uint8Array }

/** How far the tracks reach, in standard deviations. */
const REACH = 3

export const models = signal<readonly ModelSummary[]>([])
export const card = signal<Card | undefined>()
export const sample = signal<Sample | undefined>()
export const sheet = signal<ImageBitmap | undefined>()
export const influence = signal<readonly Float32Array[] | undefined>()
export const history = signal<History<Scene> | undefined>()
export const drawn = signal<Drawing | undefined>()
/** Own images by the latent that the encoder gave, as long as undo holds it. No signal: latents never change theirs. */
export const fitted = new WeakMap<readonly number[], Fitted>()
/** The name of the view that is wanted: `registry.ts` has them. */
export const view = signal('play')
/** What the view itself adds to the link: a mode, another model. Views take what they do not know for nothing. */
export const detail = signal<string | undefined>()
export const open = signal<string | undefined>()
export const lit = signal<string | undefined>()
export const said = signal('')
export const toast = signal('')
export const problem = signal<Problem | undefined>()
export const imageProblem = signal('')
export const isSlow = signal(false)
/** Whether a file is held over the page. */
export const isOver = signal(false)
export const theme = signal<'light' | 'dark'>('light')
/** The partition whose influence lies over the picture. */
export const laid = signal<string | undefined>()
/** The pixel of the model that is pointed at, where pixels say which partition acts on them. */
export const pointed = signal<{ readonly x: number, readonly y: number } | undefined>()
/** Whether the layers are pulled apart. */
export const apart = signal(false)
/** The thing that is in hand: its outline and centre before. */
export const dragged = signal<{
  readonly name: string
  /** Of several on one partition. */
  readonly handle?: string | undefined
  readonly ghost: string
  readonly from: { readonly x: number, readonly y: number }
  readonly note: string
} | undefined>()
export const hasDragged = signal(false)

export const scene = computed(() => history.value?.present)

export const measures = computed(() => card.value && readMeasures(card.value.metrics))

export const isLayered = computed(() => card.value?.links.layers !== undefined)

export function update (next: Scene): void {
  if (history.value !== undefined) history.value = change(history.value, next)
}

export function restart (next: Scene): void {
  history.value = createHistory(next)
}

export function goTo (name: string, what?: string): void {
  view.value = name
  detail.value = what
}

export const partitionNamed = (name: string | undefined): Partition | undefined =>
  card.value?.partitions.find(partition => partition.name === name)

/** Gives the number by which a partition's colour and key go, from 1. */
export const numberOf = (name: string): number =>
  (card.value?.partitions.findIndex(partition => partition.name === name) ?? -1) + 1

export const colourOf = (name: string): string => `p${(numberOf(name) - 1) % 8 + 1}`

export const titleOfNamed = (name: string): string => {
  const partition = partitionNamed(name)
  return partition === undefined ? name : titleOf(partition)
}

/** Units by partition, with what their tracks show. */
export const units = computed(() => {
  const current = card.value
  const data = sample.value
  const pose = current === undefined ? [] : poseUnitsOf(current)
  const { mean, standardDeviation } = current?.latentStatistics ?? { mean: [], standardDeviation: [] }
  return new Map((current?.partitions ?? []).map(({ name, offset, size }) => [
    name,
    Array.from({ length: size }, (_, i): Unit => {
      const at = offset + i
      const deviation = Math.max(standardDeviation[at]!, 1e-3)
      const [from, to] = [mean[at]! - REACH * deviation, mean[at]! + REACH * deviation]
      return {
        at,
        from,
        to,
        deviation,
        name: pose.find(unit => unit.at === at)?.kind ?? (data === undefined ? `unit ${i + 1}` : nameUnit(data, at, i)),
        histogram: data === undefined ? [] : histogram(data, at, from, to),
      }
    }),
  ]))
})

/** Which layers are drawn. By themselves, so that a picture is not composed anew for a latent that is still to come. */
const hidden = computed(() => scene.value?.hidden)
const solo = computed(() => scene.value?.solo)

/** What lies behind all, and what multiplies all. By themselves, since pictures come and these stay the same. */
export const backdrop = computed(() => drawn.value?.layers?.order[0])
export const gain = computed(() => drawn.value?.layers?.gain)

/** [H, W, 4]: what the stage shows. */
export const picture = computed(() => {
  const { layers, pixels } = drawn.value ?? {}
  if (layers === undefined || hidden.value === undefined) return pixels
  const shown = { hidden: hidden.value, solo: solo.value }
  return compose(layers, name => isShown(shown, name))
})

/** [partitions], in card order: how much each acts on the pixel that is pointed at, beside the most of any. */
export const acting = computed((): readonly number[] | undefined => {
  const [maps, at, model] = [influence.value, pointed.value, card.value]
  if (maps === undefined || at === undefined || model === undefined) return undefined
  const most = Math.max(1e-6, ...maps.map(map => map.reduce((a, b) => Math.max(a, b), 0)))
  return maps.map(map => map[at.y * model.image.width + at.x]! / most)
})
