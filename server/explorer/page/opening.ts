/** Opens models: the first one, the one of a link, or the one that a person chooses. */
import { batch } from '@preact/signals'
import { fitLinked, readLink, type Linked } from '../core/link.js'
import { handledUnitsOf } from '../core/posing.js'
import { chooseRows } from '../core/sample.js'
import { startAt, type Origin } from '../core/scene.js'
import { patiently } from './patience.js'
import { describeProblem } from './problems.js'
import type { Card } from './service.js'
import { partly } from './shown.js'
import { listModels, readCard, readSample } from './source.js'
import {
  card, drawn, goTo, imageProblem, influence, laid, lit, models, open, pointed, problem, restart, said, sample, sheet,
} from './store.js'

const MOST_CARDS = 12

export function describeScene (model: Card): string {
  const todo = model.links.layers !== undefined
    ? 'Take hold of anything.'
    : handledUnitsOf(model).length > 0 ? 'Drag the points.' : 'Point at it: which group acts there? Or move a slider.'
  return `This picture is ${model.latentSize} numbers in ${model.partitions.length} groups. ${todo}`
}

/** Loads the list and the model that the link names, else the first that draws its partitions apart. */
export async function begin (): Promise<void> {
  const isCut = /[#&]m=/.test(location.hash) && readLink(location.hash) === undefined
  try {
    models.value = await listModels()
    if (readLink(location.hash) === undefined) await showFirst()
    else await openLink()
    if (isCut) said.value = 'This link is not whole, so another picture is shown.'
    if (problem.value?.waiting) problem.value = undefined
  } catch (error) {
    problem.value = describeProblem(error)
    if (problem.value.waiting) setTimeout(begin, 3000)
  }
}

/** Shows the first model that draws its partitions apart, else the first. */
async function showFirst (): Promise<void> {
  const cards = await Promise.all(models.value.slice(0, MOST_CARDS).map(({ name, version }) =>
    readCard(name, version)))
  const first = cards.find(({ links }) => links.layers !== undefined) ?? cards[0]
  if (first === undefined) problem.value = { words: 'This service has no model yet. Publish one, and reload.' }
  else await show(first)
}

/** Shows what the link in the address names, or something else and says why. */
export async function openLink (): Promise<void> {
  const linked = readLink(location.hash)
  if (linked === undefined) return
  const words = await follow(linked)
  if (words === undefined) return
  if (card.value === undefined) await showFirst()
  said.value = words
}

/** @returns why a link cannot be followed */
async function follow (linked: Linked): Promise<string | undefined> {
  const served = models.value.find(({ name }) => name === linked.model)
  if (!served?.versions.includes(linked.version)) {
    return `This link needs ${linked.model} v${linked.version}, which is not served.`
  }
  const next = await readCard(linked.model, linked.version)
  const { latent } = linked.scene
  if (latent.length !== next.latentSize) {
    return `This link has ${latent.length} numbers, but ${linked.model} wants ${next.latentSize}.`
  }
  goTo(linked.view ?? 'play', linked.detail)
  await show(next, linked)
  return undefined
}

/** @param version default: the highest */
export async function chooseModel (name: string, version?: number): Promise<void> {
  const served = models.value.find(model => model.name === name)
  if (served === undefined) return
  const turn = ++shown
  await patiently(async () => await show(await readCard(name, version ?? served.version)), () => turn === shown)
}

/** Models that were to be shown so far: a small one may overtake a large one, and the last one counts. */
let shown = 0

/** Chooses the card that is open at first: the smallest partition that could have a place and a look. */
function smallestThing ({ partitions }: Card): string | undefined {
  const things = partitions.filter(({ size }) => size > 2).toSorted((a, b) => a.size - b.size)
  return (things[0] ?? partitions[0])?.name
}

async function show (next: Card, link?: Linked) {
  const turn = shown
  const data = next.links.sample === undefined ? undefined : await readSample(next)
  const bitmap = data && await createImageBitmap(new Blob([data.sheetBytes], { type: data.sheet.type }))
  if (turn !== shown) return
  const mean = next.latentStatistics.mean
  const linked = link && fitLinked(link, next.partitions.map(({ name }) => name), data)
  batch(() => {
    card.value = next
    sample.value = data
    sheet.value = bitmap
    influence.value = undefined
    drawn.value = undefined
    lit.value = undefined
    laid.value = undefined
    pointed.value = undefined
    problem.value = undefined
    imageProblem.value = ''
    const row = data && chooseRows(data, 1)[0]
    restart(linked?.scene ?? startAt(row === undefined ? { kind: 'mean', mean } : originOfRow(next, row)))
    open.value = linked?.open ?? smallestThing(next)
    said.value = partly.value ?? describeScene(next)
  })
}

export function originOfRow ({ latentSize }: Card, index: number): Origin {
  const { mean, logVariance } = sample.value!
  return {
    kind: 'sample',
    index,
    mean: Array.from(mean.subarray(index * latentSize, (index + 1) * latentSize)),
    logVariance: Array.from(logVariance),
  }
}
