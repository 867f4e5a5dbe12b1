import { didYouMean } from '@partition-vae/models'
import { invalid } from '../../config/invalid.js'
import { TestAveragesSchema } from '../../fit/record.js'
import { MetricsSchema } from '../../measure/metrics-schema.js'
import type { Direction } from '../journal/operations.js'
import { isNumeric, nodesAt, pathsOf, type SchemaNode } from '../space/schema-paths.js'

export interface Objective {
  /** Dotted path in `metrics.json`. */
  readonly metric: string
  readonly direction: Direction
}

/** What is measured between the seeds of a trial, and in no `metrics.json`. */
export const RANK = 'udr'

/**
 * Reads `METRIC`, `METRIC:minimize` or `METRIC:maximize`; `udr` is the agreement of the seeds, and to be large.
 * @throws TrainerError PVAE_CONFIG_INVALID for a path that no number of `metrics.json` has, naming the nearest
 */
export function parseObjective (text: string): Objective {
  const [, metric = text, given] = /^(.*?)(?::(.*))?$/.exec(text) ?? []
  const direction = given ?? (metric === RANK ? 'maximize' : 'minimize')
  if (direction !== 'minimize' && direction !== 'maximize') {
    throw invalid(`--objective ${metric}`, 'minimize or maximize after the colon', JSON.stringify(direction))
  }
  if (metric === RANK) return { metric, direction }
  const schema = MetricsSchema as SchemaNode
  const nodes = nodesAt(schema, metric)
  if (nodes.length === 0) {
    throw invalid('--objective', 'a dotted path in metrics.json', `${metric}${didYouMean(metric, pathsOf(schema))}`)
  }
  if (!nodes.some(isNumeric)) {
    const below = pathsOf(schema).filter(path => path.startsWith(`${metric}.`))
    const such = below.length === 0 ? '' : `, of which there are ${below.slice(0, 8).join(', ')}`
    throw invalid('--objective', `a path to a number${such}`, metric)
  }
  return { metric, direction }
}

/** Whether each epoch measures the objective, so that trials can be stopped early by it. */
export function isReported ({ metric }: Objective): boolean {
  return nodesAt(TestAveragesSchema as SchemaNode, metric).some(isNumeric)
}

/** Looks up a number by its dotted path; undefined where it was not measured. */
export function numberAt (measured: unknown, path: string): number | undefined {
  const found = path.split('.').reduce<unknown>(
    (at, key) => typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Fields)[key] : undefined,
    measured
  )
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined
}

type Fields = Readonly<Record<string, unknown>>

/** The value as samplers see it: small is good. */
export function asLoss (value: number, { direction }: Objective): number {
  return direction === 'minimize' ? value : -value
}
