import type { Card } from './card.js'
import { describe, ModelError } from './errors.js'
import { nameUnit, type Partition } from './partitions.js'

/**
 * `unit`: one unit at a time moves, the others stay (a row for each unit).
 * `scale`: all elements of a partition are multiplied by a factor (a row for each partition; the paper's figures).
 * `joint`: a partition moves along the first principal direction of its posterior means (a row for each partition).
 */
export const TRAVERSAL_MODES = ['unit', 'scale', 'joint'] as const
export type TraversalMode = typeof TRAVERSAL_MODES[number]

export const TRAVERSAL_DEFAULTS = { mode: 'unit', steps: 11, range: 2.5, from: -2, to: 2 } as const
/** Inclusive, except that a range is above 0. */
export const TRAVERSAL_LIMITS = { steps: [2, 32], range: [0, 10], factor: [-10, 10] } as const

export interface TraversalOptions {
  readonly mode?: TraversalMode | undefined
  /** Names, in the order of the rows. Default: all. */
  readonly partitions?: readonly string[] | undefined
  readonly steps?: number | undefined
  /** unit and joint: from −range to +range standard deviations around the base. */
  readonly range?: number | undefined
  /** scale: the first column's factor. */
  readonly from?: number | undefined
  /** scale: the last column's factor. */
  readonly to?: number | undefined
  /** [D]. Default: the card's mean. */
  readonly base?: Float32Array | undefined
}

export interface TraversalRow {
  readonly partition: string
  /** Index inside the partition; only in mode `unit`. */
  readonly unit?: number
  /** For people: `shape[2]`, or the partition's label. */
  readonly label: string
}

export interface Traversal {
  readonly rows: readonly TraversalRow[]
  readonly steps: number
  /** [steps]: standard deviations from the base (unit, joint), or factors (scale). */
  readonly values: readonly number[]
  /** [rows · steps, D], row by row. */
  readonly latents: Float32Array
}

type TraversalCard = Pick<Card, 'latentSize' | 'partitions' | 'latentStatistics'>

function invalid (field: string, expected: string, found: unknown): ModelError {
  return new ModelError('PVAE_INVALID_PARAMETER', 'traversal', { field, expected, found: describe(found) })
}

function factor (field: string, value: number): number {
  const [lowest, highest] = TRAVERSAL_LIMITS.factor
  if (!(value >= lowest && value <= highest)) throw invalid(field, `a number from ${lowest} to ${highest}`, value)
  return value
}

/** Checks what was given and fills in the rest. Parameters of the other modes are checked too, then not used. */
function resolve (card: TraversalCard, options: TraversalOptions) {
  const { mode = TRAVERSAL_DEFAULTS.mode, steps = TRAVERSAL_DEFAULTS.steps, range = TRAVERSAL_DEFAULTS.range } = options
  if (!TRAVERSAL_MODES.includes(mode)) throw invalid('mode', TRAVERSAL_MODES.join(', '), mode)
  const [fewest, most] = TRAVERSAL_LIMITS.steps
  if (!(Number.isInteger(steps) && steps >= fewest && steps <= most)) throw invalid('steps', `an integer from ${fewest} to ${most}`, steps)
  const widest = TRAVERSAL_LIMITS.range[1]
  if (!(range > 0 && range <= widest)) throw invalid('range', `a number above 0 and up to ${widest}`, range)
  const from = factor('from', options.from ?? TRAVERSAL_DEFAULTS.from)
  const to = factor('to', options.to ?? TRAVERSAL_DEFAULTS.to)
  const base = options.base ?? Float32Array.from(card.latentStatistics.mean)
  if (base.length !== card.latentSize) throw invalid('latent', `${card.latentSize} numbers`, base.length)
  const wrong = base.findIndex(value => !Number.isFinite(value))
  if (wrong >= 0) throw invalid(`latent[${wrong}]`, 'a finite number', base[wrong])
  const ends = mode === 'scale' ? [from, to] as const : [-range, range] as const
  return { mode, steps, ends, base, partitions: choosePartitions(card, options.partitions) }
}

function choosePartitions ({ partitions }: TraversalCard, names: readonly string[] | undefined): readonly Partition[] {
  if (names === undefined) return partitions
  const known = partitions.map(({ name }) => name).join(', ')
  if (names.length === 0) throw invalid('partition', `at least one of ${known}`, names)
  return names.map((name, i) => {
    const partition = partitions.find(partition => partition.name === name)
    if (partition === undefined) throw invalid('partition', `one of ${known}`, name)
    if (names.indexOf(name) < i) throw invalid('partition', 'each name once', name)
    return partition
  })
}

/**
 * The latents of a traversal grid, for the decoder.
 * @throws ModelError PVAE_INVALID_PARAMETER naming the parameter as the API does (`latent` for base, `partition` for partitions)
 */
export function planTraversal (card: TraversalCard, options: TraversalOptions = {}): Traversal {
  const { mode, steps, ends: [first, last], base, partitions } = resolve(card, options)
  const values = Array.from({ length: steps }, (_, i) => first + (last - first) * i / (steps - 1))
  const rows: TraversalRow[] = []
  /** One function a row: writes the row's latent at `value` over a copy of the base. */
  const moves: Array<(latent: Float32Array, value: number) => void> = []
  for (const partition of partitions) {
    const { name, size, offset, label = name } = partition
    if (mode === 'unit') {
      for (let unit = 0; unit < size; unit++) {
        const u = offset + unit
        const deviation = card.latentStatistics.standardDeviation[u]!
        rows.push({ partition: name, unit, label: nameUnit(card.partitions, u) })
        moves.push((latent, value) => { latent[u]! += value * deviation })
      }
      continue
    }
    rows.push({ partition: name, label })
    const direction = card.latentStatistics.principalDirections[card.partitions.findIndex(other => other.name === name)]!
    moves.push((latent, value) => {
      for (let unit = 0; unit < size; unit++) {
        if (mode === 'scale') latent[offset + unit]! *= value
        else latent[offset + unit]! += value * direction.standardDeviation * direction.vector[unit]!
      }
    })
  }
  const { latentSize } = card
  const latents = new Float32Array(rows.length * steps * latentSize)
  for (const [row, move] of moves.entries()) {
    for (const [step, value] of values.entries()) {
      const start = (row * steps + step) * latentSize
      const latent = latents.subarray(start, start + latentSize)
      latent.set(base)
      move(latent, value)
    }
  }
  return { rows, steps, values, latents }
}
