/** Medians, and ratios as medians of the ratios round by round: what the machine did to both at once cancels out. */
import { median } from '../table.js'
import type { Sample } from './race.js'

type Measure = Exclude<keyof Sample, 'failed'>

export interface Ratios {
  readonly throughput: number
  readonly p50: number
  readonly p99: number
  readonly cpu: number | undefined
}

function medianOf (samples: readonly Sample[], measure: Measure): number | undefined {
  const values = samples.map(sample => sample[measure])
  return values.includes(undefined) ? undefined : median(values as number[])
}

export function ratiosOf (ours: readonly Sample[], peer: readonly Sample[]): Ratios {
  const ratio = (measure: Measure) => median(ours.map((sample, round) => sample[measure]! / peer[round]![measure]!))
  const cpu = medianOf(ours, 'cpu') === undefined ? undefined : ratio('cpu')
  return { throughput: ratio('throughput'), p50: ratio('p50'), p99: ratio('p99'), cpu }
}

function digits (value: number | undefined, places: number): string {
  return value === undefined ? 'not available' : value.toFixed(places)
}

export function describeSamples (name: string, samples: readonly Sample[]): string {
  const failed = samples.reduce((sum, sample) => sum + sample.failed, 0)
  const columns = [
    `${digits(medianOf(samples, 'throughput'), 0).padStart(7)} requests/s`,
    `p50 ${digits(medianOf(samples, 'p50'), 2).padStart(7)} ms`,
    `p99 ${digits(medianOf(samples, 'p99'), 2).padStart(7)} ms`,
    `CPU ${digits(medianOf(samples, 'cpu'), 0).padStart(6)} µs/request`,
  ]
  return `  ${name.padEnd(5)}${columns.join('  ')}${failed === 0 ? '' : `  ${failed} FAILED`}`
}

export function describeRatios ({ throughput, p50, p99, cpu }: Ratios): string {
  const latency = `p50 ${digits(p50, 2)}, p99 ${digits(p99, 2)}`
  return `  ours / peer: throughput ${digits(throughput, 2)}, ${latency}, CPU ${digits(cpu, 2)}`
}

type Compared = keyof Ratios

interface Promised {
  readonly case: RegExp
  readonly connections: readonly number[]
  readonly measure: Compared
  /** Of ours / peer. */
  readonly atMost?: number
  readonly atLeast?: number
}

/** What the project promises of a race, by case and connections. */
const PROMISES: readonly Promised[] = [
  { case: /^png/, connections: [64], measure: 'throughput', atLeast: 3 },
  { case: /^/, connections: [1], measure: 'p50', atMost: 1 },
  { case: /^/, connections: [64], measure: 'p99', atMost: 1 },
  { case: /^png/, connections: [64], measure: 'cpu', atMost: 0.40 },
  { case: /^png/, connections: [8], measure: 'cpu', atMost: 0.55 },
  { case: /^jpeg/, connections: [1, 8, 64], measure: 'cpu', atMost: 1 },
]

export interface Outcome { readonly name: string, readonly connections: number, readonly ratios: Ratios }

const COLUMNS: Readonly<Record<Compared, string>> = { throughput: 'throughput', p50: 'p50', p99: 'p99', cpu: 'CPU' }
const WIDTH = 18

function describeCell ({ name, connections, ratios }: Outcome, measure: Compared): string {
  const value = ratios[measure]
  if (value === undefined) return 'not available'
  const promise = PROMISES.find(promise =>
    promise.case.test(name) && promise.connections.includes(connections) && promise.measure === measure)
  if (promise === undefined) return value.toFixed(2)
  const { atMost = Infinity, atLeast = -Infinity } = promise
  const bound = promise.atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`
  return `${value.toFixed(2)} (${bound}${value <= atMost && value >= atLeast ? '' : ' BROKEN'})`
}

/** One line for each case and number of connections: ours / peer, and beside it what is promised. */
export function describeTable (outcomes: readonly Outcome[]): string[] {
  const measures = Object.keys(COLUMNS) as Compared[]
  const line = (first: string, cells: readonly string[]) =>
    `  ${first.padEnd(20)}${cells.map(cell => cell.padEnd(WIDTH)).join('')}`.trimEnd()
  return [
    line('', measures.map(measure => COLUMNS[measure])),
    ...outcomes.map(outcome =>
      line(`${outcome.name} @ ${outcome.connections}`, measures.map(measure => describeCell(outcome, measure)))),
  ]
}
