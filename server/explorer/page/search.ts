/** Finds encoded images that are like the picture in hand, and draws what the model makes of each one's latent. */
import { computed, signal } from '@preact/signals'
import { readSearch, splitConditions, writeSearch, type Asked } from '../core/search.js'
import { startAt } from '../core/scene.js'
import { toRgba } from './draw-loop.js'
import { patiently } from './patience.js'
import { ServiceError, type Card, type Neighbour } from './service.js'
import { decode, searchLike } from './source.js'
import { card, detail, said, scene, update, view } from './store.js'

type Picture = Uint8ClampedArray<ArrayBuffer>

/** Latents that are decoded at once: of large models the first pictures come before the last. */
const BATCH = 24

export const asked = computed(() => readSearch(detail.value, card.value?.partitions ?? []))

/** The answer that is shown, nearest first; of an older question while a newer one is under way. */
export const found = signal<readonly Neighbour[]>([])
/** Why there is no answer, in words. */
export const refusal = signal('')
/** [H, W, 4] of each neighbour, by `keyOf`. */
export const pictures = signal<ReadonlyMap<string, Picture>>(new Map())

export const keyOf = ({ row, file }: Neighbour): string => `${row}/${file}`

/** The search as it was when another view was shown, and the model that it was of. */
let last: { readonly model: Card, readonly detail: string | undefined } | undefined

export function ask (change: Partial<Asked>): void {
  detail.value = writeSearch({ ...asked.peek(), ...change })
}

export function setWeight (index: number, weight: number): void {
  ask({ weights: asked.peek().weights.map((one, i) => i === index ? weight : one) })
}

/** Compares one partition alone; all of them again where it is alone already. */
export function toggleAlone (index: number): void {
  const { weights } = asked.peek()
  const isAlone = weights.every((weight, i) => weight === (i === index ? 1 : 0))
  ask({ weights: weights.map((_, i) => isAlone || i === index ? 1 : 0) })
}

/** Counts how often the view was left: what it showed is gone then. */
let visit = 0

/** Begins where one has left, unless the link says otherwise. @returns what ends it */
export function startSearching (): () => void {
  const model = card.peek()
  if (detail.peek() === undefined && last !== undefined && last.model === model) detail.value = last.detail
  return () => {
    visit++
    found.value = []
    pictures.value = new Map()
    refusal.value = ''
  }
}

/** All that an answer depends on. Latents and cards are never changed in place. */
interface Question {
  readonly model: Card
  readonly latent: readonly number[]
  readonly detail: string | undefined
  readonly visit: number
}

const questionNow = (): Question | undefined => {
  const [model, latent] = [card.peek(), scene.peek()?.latent]
  const isShown = view.peek() === 'search' && model?.links.search !== undefined
  return isShown && latent !== undefined ? { model, latent, detail: detail.peek(), visit } : undefined
}

const isSame = (one: Question | undefined, other: Question | undefined) =>
  one?.model === other?.model && one?.latent === other?.latent && one?.detail === other?.detail &&
    one?.visit === other?.visit

let isBusy = false

/** Answers what is asked now: one search at a time, the newest next, and each answer is shown as it comes. */
export async function search (): Promise<void> {
  if (isBusy) return
  isBusy = true
  try {
    for (let done: Question | undefined; ;) {
      const question = questionNow()
      if (question === undefined || isSame(question, done)) return
      last = { model: question.model, detail: question.detail }
      await answer(question)
      done = question
    }
  } finally {
    isBusy = false
  }
}

async function answer (question: Question): Promise<void> {
  const { model, latent } = question
  const isWanted = () => questionNow()?.model === model
  const { weights, count, where } = readSearch(question.detail, model.partitions)
  if (weights.every(weight => weight === 0)) return refuse('Nothing weighs anything: move one of the sliders.')
  const names = model.partitions.map(({ name }) => name)
  const query = {
    k: count,
    weights: Object.fromEntries(names.map((name, i) => [name, weights[i]!])),
    where: splitConditions(where),
  }
  const neighbours = await patiently(() => searchLike(model, latent, query).catch(asWords), isWanted)
  if (neighbours === undefined) return
  if (typeof neighbours === 'string') return refuse(neighbours)
  refusal.value = neighbours.length === 0 ? 'No image fulfils the conditions.' : ''
  const known = pictures.peek()
  pictures.value = new Map(neighbours.flatMap(neighbour => {
    const picture = known.get(keyOf(neighbour))
    return picture === undefined ? [] : [[keyOf(neighbour), picture]]
  }))
  found.value = neighbours
  await drawAll(question, neighbours.filter(neighbour => !known.has(keyOf(neighbour))))
}

function refuse (words: string): void {
  found.value = []
  refusal.value = words
}

/** Gives the words of a refusal that asking again won't change. @throws any other error */
function asWords (error: unknown): string {
  if (error instanceof ServiceError && [400, 404, 409, 500].includes(error.status)) return `${error.message}.`
  throw error
}

async function drawAll (question: Question, neighbours: readonly Neighbour[]): Promise<void> {
  const { model } = question
  const isWanted = () => isSame(questionNow(), question)
  for (let start = 0; start < neighbours.length; start += BATCH) {
    const some = neighbours.slice(start, start + BATCH)
    const pixels = await patiently(() => decode(model, some.map(({ latent }) => latent)), isWanted)
    if (pixels === undefined) return
    const size = pixels.length / some.length
    pictures.value = new Map([...pictures.peek(), ...some.map((neighbour, i) =>
      [keyOf(neighbour), toRgba(pixels.subarray(i * size, (i + 1) * size), model.image.channels)] as const)])
  }
}

/** Puts a neighbour in hand: the search goes on from there, and undo comes back. */
export function takeNeighbour ({ file, latent }: Neighbour): void {
  update(startAt({ kind: 'image', name: file, mean: latent }))
  said.value = `${file} is in hand.`
}
