/** What is near on the map: the image under the pointer, and those most like the one in hand. */
import { computed, signal } from '@preact/signals'
import { boundsOf } from '../core/layers.js'
import { findNearest } from '../core/neighbours.js'
import { toRgba } from './draw-loop.js'
import { inHand, latentOf, mapped, placing, unitsNow } from './map.js'
import { decode, drawLayer } from './source.js'
import { card, drawn, sample, scene } from './store.js'

/** Neighbours that are shown. */
const NEAREST = 8

/** The image under the pointer, and its picture once it is drawn. */
export const pointed = signal<number | undefined>()
export const peeked = signal<{ readonly row: number, readonly pixels: Uint8ClampedArray<ArrayBuffer> } | undefined>()
let isPeeking = false

/** Draws what is under the pointer: one at a time, the newest next. */
export async function peek (): Promise<void> {
  const [model, row] = [card.value, pointed.value]
  if (isPeeking || model === undefined || row === undefined || peeked.value?.row === row) return
  isPeeking = true
  try {
    const pixels = toRgba(await decode(model, [latentOf(row)]), model.image.channels)
    if (card.value === model) peeked.value = { row, pixels }
  } catch {
    // The picture in hand stays: the map works without.
    peeked.value = undefined
  }
  isPeeking = false
  if (pointed.value !== row) peek()
}

export type Likeness = 'all' | 'place' | 'look'
export const likeness = signal<Likeness>('all')

/** What can be compared: place and look are told apart where some units place the thing and others do not. */
export const likenesses = computed((): readonly Likeness[] => {
  const placed = placing.value?.units.length ?? 0
  return placed > 0 && placed < unitsNow.value.length ? ['all', 'place', 'look'] : ['all']
})

/** The images nearest to what is in hand, in the partition's units alone. */
export const nearest = computed(() => {
  const [data, latent] = [sample.value, scene.value?.latent]
  if (data === undefined || latent === undefined) return []
  const kind = likenesses.value.includes(likeness.value) ? likeness.value : 'all'
  const compared = unitsNow.value.map(({ at }) => at)
    .filter(at => kind === 'all' || placing.value!.units.includes(at) === (kind === 'place'))
  return findNearest(data, latent, compared, NEAREST, inHand.value === undefined ? [] : [inHand.value])
})

type Box = ReturnType<typeof boundsOf>

/** Where the thing is in each neighbour, in pixels of the model, by row; empty for what is everywhere. */
export const boxes = signal<ReadonlyMap<number, Box>>(new Map())

/** Looks for the thing in the image in hand and in each neighbour. */
export async function findBoxes (): Promise<void> {
  const [model, partition, found] = [card.value, mapped.value, nearest.value]
  const rows = [inHand.value ?? [], found.map(({ row }) => row)].flat()
  const layers = drawn.peek()?.layers
  const isEverywhere = layers === undefined || partition === undefined || layers.gain === partition.name ||
    layers.order[0] === partition.name
  if (model === undefined || isEverywhere || found.length === 0) {
    boxes.value = new Map()
    return
  }
  const drawings = await drawLayer(model, partition.name, rows.map(latentOf))
  if (card.value !== model || nearest.value !== found) return
  boxes.value = new Map(rows.map((row, i) => [row, boundsOf(layers, drawings[i]!)]))
}
