/**
 * The one definition of how pictures of a model are laid out and labelled, for the service, the command line and the
 * report: what is computed alike looks alike.
 */
import type { GridOptions } from './grid.js'
import type { LatentSpace } from '../latents/latent-space.js'
import { labelOf } from '../latents/partitions.js'
import type { TraversalOutline } from '../latents/traversal.js'

/** The options of a grid that do not depend on how large it is drawn. */
export type GridLayout = Pick<GridOptions, 'columns' | 'gap' | 'rowLabels' | 'columnLabels'>

type PartitionsCard = Pick<LatentSpace, 'partitions'>

/** Beyond this many partitions the maps of their influence stand below each other. */
const MOST_MAPS_IN_A_ROW = 8
/** Between maps of influence, whose lightest colour is nearly that of the paper. */
const MAP_GAP = 8

/** Formats the heading of a traversal's column: standard deviations or factors, to hundredths. */
export function formatStep (value: number): string {
  return String(Number(value.toFixed(2)))
}

/**
 * Lays out a traversal: a row for each unit or partition, a column for each step, headed by its value.
 * @param options.withInput whether each row begins with the image that the traversal is around
 */
export function layOutTraversal (
  { rows, steps, values }: TraversalOutline,
  { labels, withInput = false }: { labels: boolean; withInput?: boolean }
): GridLayout {
  const columns = steps + (withInput ? 1 : 0)
  if (!labels) return { columns }
  return {
    columns,
    rowLabels: rows.map(({ label }) => label),
    columnLabels: [...(withInput ? ['input'] : []), ...values.map(formatStep)],
  }
}

/** Lays out a map of influence for each partition: side by side up to 8, below each other beyond. */
export function layOutInfluence ({ partitions }: PartitionsCard, { labels }: { labels: boolean }): GridLayout {
  const names = partitions.map(labelOf)
  if (partitions.length > MOST_MAPS_IN_A_ROW) return { columns: 1, gap: MAP_GAP, ...labels && { rowLabels: names } }
  return { columns: partitions.length, gap: MAP_GAP, ...labels && { columnLabels: names } }
}

/**
 * Lays out two images A and B, and for each of `takes` A with these partitions of B.
 * @param takes partition names of the card
 */
export function layOutMix (
  { partitions }: PartitionsCard,
  takes: ReadonlyArray<readonly string[]>,
  { labels }: { labels: boolean }
): GridLayout {
  const columns = 2 + takes.length
  if (!labels) return { columns }
  const called = (names: readonly string[]) =>
    names.map(wanted => labelOf(partitions.find(({ name }) => name === wanted)!)).join(', ')
  return { columns, columnLabels: ['A', 'B', ...takes.map(called)] }
}
