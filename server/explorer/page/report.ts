/** What the report shows: measures in words, and the figures that the service has of it. */
import { computed, signal } from '@preact/signals'
import { kindsOf } from '@partition-vae/models/portable'
import { describePartition } from '../core/report.js'
import { findWeaknesses } from '../core/weakness.js'
import { patiently } from './patience.js'
import { readFigure } from './source.js'
import { card, measures, sample } from './store.js'

const CURVES = 'loss-curves.png'

export const sentences = computed(() => {
  const [model, known] = [card.value, measures.value]
  if (model === undefined || known === undefined) return []
  const kinds = kindsOf(model)
  return model.partitions.map(partition =>
    ({ partition, ...describePartition(known, partition, model.partitions, kinds) }))
})

export const weaknesses = computed(() => {
  const [model, known] = [card.value, measures.value]
  return model === undefined || known === undefined
    ? []
    : findWeaknesses(known, model.partitions, kindsOf(model), sample.value)
})

/** The address of the training curves, in this page. */
export const curves = signal<string | undefined>()

/** Fetches the curves of the report. @returns what gives them back */
export function fetchCurves (): () => void {
  const model = card.peek()
  let isWanted = model?.links.report !== undefined
  patiently(() => readFigure(model!, CURVES), () => isWanted).then(address => {
    if (isWanted) curves.value = address
  })
  return () => {
    isWanted = false
    if (curves.peek()?.startsWith('blob:')) URL.revokeObjectURL(curves.peek()!)
    curves.value = undefined
  }
}
