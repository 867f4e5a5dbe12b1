/** Medians, and ratios as medians of the ratios round by round: what the machine did to both at once cancels out. */
import type { Sample } from './race.js'

export function median (values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}

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
  return { throughput: ratio('throughput'), p50: ratio('p50'), p99: ratio('p99'), cpu: medianOf(ours, 'cpu') === undefined ? undefined : ratio('cpu') }
}

const digits = (value: number | undefined, places: number) => value === undefined ? 'not available' : value.toFixed(places)

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
  return `  ours / peer: throughput ${digits(throughput, 2)}, p50 ${digits(p50, 2)}, p99 ${digits(p99, 2)}, CPU ${digits(cpu, 2)}`
}

/** What the project promises of a race, by case and connections. Ratios are ours / peer. */
const PROMISES: ReadonlyArray<{ readonly case: RegExp, readonly connections: number, readonly says: string, holds (ratios: Ratios): boolean | undefined }> = [
  { case: /^png/, connections: 64, says: 'CPU ≤ 0.40', holds: ({ cpu }) => cpu === undefined ? undefined : cpu <= 0.40 },
  { case: /^png/, connections: 8, says: 'CPU ≤ 0.55', holds: ({ cpu }) => cpu === undefined ? undefined : cpu <= 0.55 },
  { case: /^jpeg/, connections: 8, says: 'CPU ≤ 1.0', holds: ({ cpu }) => cpu === undefined ? undefined : cpu <= 1 },
  { case: /^jpeg/, connections: 64, says: 'CPU ≤ 1.0', holds: ({ cpu }) => cpu === undefined ? undefined : cpu <= 1 },
  { case: /^/, connections: 64, says: 'p99 ≤ 1', holds: ({ p99 }) => p99 <= 1 },
  { case: /^/, connections: 1, says: 'p50 ≤ 1', holds: ({ p50 }) => p50 <= 1 },
  { case: /^png/, connections: 64, says: 'throughput ≥ 3', holds: ({ throughput }) => throughput >= 3 },
]

export interface Verdict { readonly text: string, readonly kept: boolean | undefined }

export function judge (name: string, connections: number, ratios: Ratios): Verdict[] {
  return PROMISES
    .filter(promise => promise.case.test(name) && promise.connections === connections)
    .map(({ says, holds }) => ({ text: `${name} at ${connections}: ${says}`, kept: holds(ratios) }))
}
