/** Two models on the same image, and which of their partitions say the same of the same images. */
import { computed, signal } from '@preact/signals'
import { align, matchRows, pairMeans, type Alignment, type Paired } from '../core/alignment.js'
import { nameDifferences } from '../core/differences.js'
import { readMeasures } from '../core/measures.js'
import type { Sample } from '../core/sample.js'
import type { Origin } from '../core/scene.js'
import { comparableWith } from './comparable.js'
import { toRgba } from './draw-loop.js'
import { patiently } from './patience.js'
import { encodePixels, type Card } from './service.js'
import { decode, readCard, readSample } from './source.js'
import { card, detail, fitted, sample, scene, sheet } from './store.js'
import { readThumbnail } from './thumbnails.js'

type Picture = Uint8ClampedArray<ArrayBuffer>

export interface Side {
  readonly card: Card
  readonly sample: Sample | undefined
  readonly sheet: ImageBitmap | undefined
}

/** One image by both. */
export interface Beside {
  readonly input: { readonly pixels: Picture, readonly width: number, readonly height: number }
  /** Squared errors, where the image is known as the models get it. */
  readonly left: { readonly pixels: Picture, readonly error: number | undefined }
  readonly right: { readonly pixels: Picture, readonly error: number | undefined }
}

/** Images that are encoded where samples do not have the same ones. */
const MOST = 256

export const choices = computed(() => card.value === undefined ? [] : comparableWith(card.value))
const linkOf = ({ name, version }: { readonly name: string, readonly version: number }) => `${name}.${version}`
/** The other model, as the link has it: `name.version`. */
export const chosen = computed(() => {
  const all = choices.value.map(linkOf)
  return all.find(link => link === detail.value) ?? all[0]
})

export const other = signal<Side | undefined>()
/** Null where there are no images that both could have seen. */
export const aligned = signal<(Alignment & { readonly count: number }) | null | undefined>()
export const beside = signal<Beside | undefined>()

const here = (): Side => ({ card: card.peek()!, sample: sample.peek(), sheet: sheet.peek() })

/** Loads the other model and compares its partitions. @returns what stops it */
export function loadOther (): () => void {
  const choice = choices.peek().find(one => linkOf(one) === chosen.peek())
  const left = here()
  let isWanted = choice !== undefined
  const load = async () => {
    const right = await patiently(async (): Promise<Side> => {
      const card = await readCard(choice!.name, choice!.version)
      const sample = card.links.sample === undefined ? undefined : await readSample(card)
      const sheet = sample && await createImageBitmap(new Blob([sample.sheetBytes], { type: sample.sheet.type }))
      return { card, sample, sheet }
    }, () => isWanted)
    if (right === undefined) return
    other.value = right
    const pairs = await patiently(() => pair(left, right), () => isWanted)
    if (pairs === undefined) return
    aligned.value = pairs && { ...align(pairs, left.card.partitions, right.card.partitions), count: pairs.count }
  }
  load()
  return () => {
    isWanted = false
    other.value = aligned.value = beside.value = undefined
  }
}

/** Gets the means of the same images by both: of samples of one data set, else of thumbnails. */
async function pair (left: Side, right: Side): Promise<Paired | null> {
  if (left.sample !== undefined && left.sample.data === right.sample?.data) {
    const pairs = pairMeans(left.sample, right.sample)
    if (pairs.count > 1) return pairs
  }
  const [source, others] = left.sample === undefined ? [right, left] : [left, right]
  if (source.sample === undefined || source.sheet === undefined) return null
  const count = Math.min(source.sample.count, MOST)
  const { width, height } = source.sample.sheet
  const images = Array.from({ length: count }, (_, row) => readThumbnail(source.sample!, source.sheet!, row))
  const encoded = await encodePixels(others.card, [height, width, 4], images)
  const known = source.sample.mean.slice(0, count * source.card.latentSize)
  return source === left ? { count, left: known, right: encoded } : { count, left: encoded, right: known }
}

const errorOf = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + ((value - b[i]!) / 255) ** 2, 0) / a.length

/** Draws the image in hand by both models. @returns what stops it */
export function drawBeside (): () => void {
  const [right, origin] = [other.peek(), scene.peek()?.origin]
  let isWanted = right !== undefined && origin !== undefined
  const draw = async () => {
    const drawn = await patiently(() => compare(here(), right!, origin!), () => isWanted)
    if (drawn !== undefined) beside.value = drawn
  }
  draw()
  return () => { isWanted = false }
}

async function compare (left: Side, right: Side, origin: Origin): Promise<Beside> {
  const { image: { width, height, channels } } = left.card
  const ours = await decode(left.card, [origin.mean])
  const own = fitted.get(origin.mean)
  const row = origin.index
  const isSame = left.sample !== undefined && left.sample.data === right.sample?.data
  const twin = row === undefined || !isSame
    ? undefined
    : matchRows(left.sample!, right.sample!).find(([mine]) => mine === row)?.[1]
  const small = row === undefined || left.sample === undefined
    ? undefined
    : readThumbnail(left.sample, left.sheet!, row)
  // Without an image of its own the picture that the left one draws is the image.
  const shown = own?.input ?? small ?? ours
  const size: readonly [number, number, number] = own === undefined && small !== undefined
    ? [left.sample!.sheet.height, left.sample!.sheet.width, 4]
    : [height, width, channels]
  const mean = twin === undefined
    ? await encodePixels(right.card, size, [shown])
    : right.sample!.mean.subarray(twin * right.card.latentSize, (twin + 1) * right.card.latentSize)
  const theirs = await decode(right.card, [Array.from(mean)])
  const isExact = own !== undefined && theirs.length === own.input.length
  return {
    input: {
      pixels: size[2] === 4 ? new Uint8ClampedArray(shown) : toRgba(new Uint8Array(shown), channels),
      width: size[1],
      height: size[0],
    },
    left: {
      pixels: toRgba(ours, channels),
      error: own === undefined
        ? row === undefined ? undefined : left.sample?.squaredError[row]
        : errorOf(own.input, ours),
    },
    right: {
      pixels: toRgba(theirs, channels),
      error: isExact
        ? errorOf(own.input, theirs)
        : twin === undefined ? undefined : right.sample!.squaredError[twin],
    },
  }
}

export const differences = computed(() => {
  const [left, right, known] = [card.value, other.value?.card, aligned.value]
  if (left === undefined || right === undefined || !known) return []
  return nameDifferences(known, left.partitions, right.partitions, {
    left: readMeasures(left.metrics), right: readMeasures(right.metrics),
  })
})
