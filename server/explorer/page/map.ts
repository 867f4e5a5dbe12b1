/** What the map knows and does: the partition that is open, its axes and colours, what is selected and near. */
import { computed, signal } from '@preact/signals'
import { centreOf, type Point } from '../core/layers.js'
import { chooseAxes, placeLatent, placeSample } from '../core/map-axes.js'
import { colourSample } from '../core/map-colours.js'
import { pointsWithin } from '../core/map-window.js'
import { choosePlacing, type Placing } from '../core/placing.js'
import { chooseRows } from '../core/sample.js'
import { closestFactor } from '../core/units.js'
import { chooseRow } from './actions.js'
import { drawLayer } from './source.js'
import { card, drawn, isLayered, open, partitionNamed, said, sample, scene, units } from './store.js'

/** Of the difference quotients, in standard deviations. */
const PROBE = 0.2

/** The partition whose map it is: the one that is open, else the first. */
export const mapped = computed(() => partitionNamed(open.value) ?? card.value?.partitions[0])

export const unitsNow = computed(() => units.value.get(mapped.value?.name ?? '') ?? [])

/** How each partition moves what it draws, by its name: measured once a model. */
const placings = signal<{ readonly of: unknown, readonly by: ReadonlyMap<string, Placing | undefined> }>({
  of: undefined, by: new Map(),
})

/** How the open partition moves what it draws, where that is known. */
export const placing = computed(() =>
  placings.value.of === card.value ? placings.value.by.get(mapped.value?.name ?? '') : undefined)

/** [D] of one image of the sample. */
export function latentOf (row: number): number[] {
  const { mean, count } = sample.value!
  const size = mean.length / count
  return Array.from(mean.subarray(row * size, (row + 1) * size))
}

/** Measures how the open partition's thing moves with its units, about the most usual image, unless that is known. */
export async function measurePlace (): Promise<void> {
  const [model, data, partition, here] = [card.value, sample.value, mapped.value, unitsNow.value]
  if (model === undefined || data === undefined || partition === undefined || !isLayered.value) return
  const known = placings.value.of === model ? placings.value.by : new Map<string, Placing | undefined>()
  if (known.has(partition.name)) return
  const latent = latentOf(chooseRows(data, 1)[0] ?? 0)
  const moved = here.flatMap(({ at, deviation }) => [1, -1].map(sign =>
    latent.map((value, i) => i === at ? value + sign * PROBE * deviation : value)))
  const layers = await drawLayer(model, partition.name, moved)
  const centres = layers.map(layer => centreOf(layer, model.image.width))
  const slopes = here.map(({ deviation }, i): Point => {
    const [ahead, behind] = [centres[i * 2], centres[i * 2 + 1]]
    const by = 2 * PROBE * deviation
    return ahead && behind ? { x: (ahead.x - behind.x) / by, y: (ahead.y - behind.y) / by } : { x: 0, y: 0 }
  })
  const isBehindAll = drawn.peek()?.layers?.order[0] === partition.name
  const found = isBehindAll
    ? undefined
    : choosePlacing(here.map(({ at }) => at), slopes, here.map(({ deviation }) => deviation))
  if (card.value !== model) return
  const before = placings.value.of === model ? placings.value.by : new Map<string, Placing | undefined>()
  placings.value = { of: model, by: new Map([...before, [partition.name, found]]) }
}

/** Undefined until it is known whether the partition has a place. */
export const axes = computed(() => {
  const [data, partition] = [sample.value, mapped.value]
  if (data === undefined || partition === undefined || unitsNow.value.length === 0) return undefined
  const isKnown = placings.value.of === card.value && placings.value.by.has(partition.name)
  return isLayered.value && !isKnown ? undefined : chooseAxes(data, unitsNow.value, placing.value)
})

/** [N, 2] */
export const places = computed(() => axes.value && sample.value ? placeSample(axes.value, sample.value) : undefined)

/** The image of the sample that is in hand. */
export const inHand = computed(() => scene.value?.origin.index)

/** Where the current latent lies. */
export const current = computed(() =>
  axes.value && scene.value && placeLatent(axes.value, scene.value.latent, inHand.value))

const chosenColour = signal<string | undefined>()
export const chooseColour = (by: string): void => { chosenColour.value = by }

/** The factor that the partition follows most. */
export const followed = computed(() =>
  sample.value && closestFactor(sample.value, unitsNow.value.map(({ at }) => at)))

/** What the points' colours say: what was chosen, else the factor that the partition follows most. */
export const colourBy = computed(() => {
  const data = sample.value
  if (data === undefined) return 'none'
  if (chosenColour.value !== undefined && (chosenColour.value !== 'class' || data.classes) &&
    (['class', 'error', 'none'].includes(chosenColour.value) || data.factors.includes(chosenColour.value))) {
    return chosenColour.value
  }
  return followed.value ?? (data.classes ? 'class' : 'error')
})

export const colouring = computed(() => sample.value && colourSample(sample.value, colourBy.value))

/** The lasso's corners while it is drawn, as places. */
export const sketch = signal<readonly Point[]>([])
/** Its corners once it is closed, and the images within. */
export const lasso = signal<readonly Point[]>([])
export const selected = computed(() => places.value ? pointsWithin(places.value, lasso.value) : [])

export function endLasso (): void {
  lasso.value = sketch.value
  sketch.value = []
  const count = selected.value.length
  if (count === 0) lasso.value = []
  said.value = count === 0 ? 'No image lies within.' : `${count} ${count === 1 ? 'image' : 'images'} selected.`
}

export function clearLasso (): void {
  lasso.value = []
  said.value = 'Nothing is selected.'
}

export function takeRow (row: number): void {
  chooseRow(row)
  said.value = `Image ${row + 1} is in hand.`
}
