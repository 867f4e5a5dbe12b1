/** What hands do: each changes the store, and the picture follows. */
import { batch } from '@preact/signals'
import { poseUnitsOf } from '../core/architecture.js'
import * as past from '../core/history.js'
import { chooseRows } from '../core/sample.js'
import {
  drawPrior, isMoved, partitionOf, startAt, titleOf, withPartition, withUnits,
  type Origin, type Partition,
} from '../core/scene.js'
import { describeProblem, describeRefusal } from './problems.js'
import type { Card } from './service.js'
import { partly } from './shown.js'
import { encode, listModels, readCard, readInfluence, readSample } from './source.js'
import {
  card, drawn, fitted, goTo, history, imageProblem, influence, laid, lit, models, open, pointed, problem, restart, said,
  sample, scene, sheet, update,
} from './store.js'
import { fitLinked, readLink, type Linked } from '../core/link.js'

const MOST_CARDS = 12
/** Progress shows after this many milliseconds. */
const SLOW = 300

function describeScene (model: Card): string {
  const todo = model.links.layers !== undefined
    ? 'Take hold of anything.'
    : poseUnitsOf(model).length > 0 ? 'Drag the points.' : 'Point at it: which group acts there? Or move a slider.'
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
  try {
    await show(await readCard(name, version ?? served.version))
  } catch (error) {
    problem.value = describeProblem(error)
  }
}

/** Chooses the card that is open at first: the smallest partition that could have a place and a look. */
function smallestThing ({ partitions }: Card): string | undefined {
  const things = partitions.filter(({ size }) => size > 2).toSorted((a, b) => a.size - b.size)
  return (things[0] ?? partitions[0])?.name
}

async function show (next: Card, link?: Linked) {
  const data = next.links.sample === undefined ? undefined : await readSample(next)
  const bitmap = data && await createImageBitmap(new Blob([data.sheetBytes], { type: data.sheet.type }))
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
  if (next.links.layers !== undefined) return
  const maps = await readInfluence(next).catch(() => undefined)
  if (card.value === next) influence.value = maps
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

export function chooseRow (index: number): void {
  const current = card.value
  if (current === undefined) return
  imageProblem.value = ''
  update(startAt(originOfRow(current, index)))
  said.value = describeScene(current)
}

/** Images that were asked for so far. */
let encodings = 0

export async function encodeImage (image: Blob & { readonly name?: string }): Promise<void> {
  const current = card.value
  if (current === undefined) return
  imageProblem.value = ''
  const turn = ++encodings
  const slow = setTimeout(() => { said.value = 'Encoding…' }, SLOW)
  try {
    const { mean, logVariance, input, reconstruction } = await encode(current, image)
    // A small image may overtake a large one: the last that was asked for is shown.
    if (card.value !== current || turn !== encodings) return
    fitted.value = new WeakMap([[mean, { input, reconstruction }]])
    update(startAt({ kind: 'image', name: image.name ?? 'image', mean, logVariance }))
    said.value = `Shown as the model gets it: ${current.image.width} × ${current.image.height}.`
  } catch (error) {
    said.value = ''
    imageProblem.value = describeRefusal(error, image)
  } finally {
    clearTimeout(slow)
  }
}

export const holdHistory = (): void => { if (history.value) history.value = past.hold(history.value) }
export const releaseHistory = (): void => { if (history.value) history.value = past.release(history.value) }
export const cancelGesture = (): void => { if (history.value) history.value = past.cancel(history.value) }

export function undo (): void {
  if (history.value === undefined || (history.value.past.length === 0 && history.value.held === undefined)) return
  history.value = past.undo(history.value)
  said.value = 'Undone.'
}

export function redo (): void {
  if (!history.value?.future.length) return
  history.value = past.redo(history.value)
  said.value = 'Redone.'
}

export function setUnit (at: number, value: number): void {
  if (scene.value) update(withUnits(scene.value, new Map([[at, value]])))
}

export const resetUnit = (at: number): void => setUnit(at, scene.value!.origin.mean[at]!)

/** @param values of the partition when the gesture began */
export function scalePartition (partition: Partition, values: readonly number[], factor: number): void {
  if (scene.value) update(withPartition(scene.value, partition, values.map(value => value * factor)))
}

export function resetPartition (partition: Partition): void {
  if (!scene.value || !isMoved(scene.value, partition)) return
  update(withPartition(scene.value, partition, partitionOf(scene.value.origin.mean, partition)))
  said.value = `${titleOf(partition)} is back where it was.`
}

export function resetAll (): void {
  if (scene.value) update(startAt(scene.value.origin))
  said.value = 'All is back where it was.'
}

export function samplePrior (partition: Partition): void {
  if (scene.value) update(withPartition(scene.value, partition, drawPrior(partition.size)))
  said.value = `${titleOf(partition)}: a draw from the prior.`
}

export function sampleData (partition: Partition): void {
  const data = sample.value
  const current = card.value
  if (!data || !current || !scene.value) return
  const row = Math.floor(Math.random() * data.count)
  const start = row * current.latentSize + partition.offset
  update(withPartition(scene.value, partition, data.mean.subarray(start, start + partition.size)))
  said.value = `${titleOf(partition)}: as in test image ${row + 1}.`
}

/** Draws a whole picture from the prior. */
export function sampleAll (): void {
  if (!card.value) return
  update(startAt({ kind: 'prior', mean: drawPrior(card.value.latentSize) }))
  said.value = 'A picture from the prior.'
}
