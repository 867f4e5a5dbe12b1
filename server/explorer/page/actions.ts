/** What hands do: each changes the store, and the picture follows. */
import * as past from '../core/history.js'
import {
  drawPrior, isMoved, partitionOf, startAt, titleOf, withPartition, withUnits,
  type Partition,
} from '../core/scene.js'
import { describeScene, originOfRow } from './opening.js'
import { describeRefusal } from './problems.js'
import { encode } from './source.js'
import { card, fitted, history, imageProblem, said, sample, scene, update } from './store.js'

/** Progress shows after this many milliseconds. */
const SLOW = 300

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
    fitted.set(mean, { input, reconstruction })
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
