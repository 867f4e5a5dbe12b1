/** Everything that is known of a benchmark, from which its file, table and page are made. */
import { findPreset } from '../config/presets.js'
import { PUBLISHED, type Published } from './published.js'
import type { Machine, RunResult } from './results.js'
import { columnsOf, summarise, type ModelSummary } from './summary.js'
import type { Measure } from './measures.js'

export interface Benchmark {
  readonly name: string
  /** The preset of the images. */
  readonly preset: string
  readonly data: RunResult['asked']['data']
  /** The command that goes on with it, or makes it again. */
  readonly command: string
  readonly measures: readonly Measure[]
  readonly models: readonly ModelSummary[]
  readonly published: readonly Published[]
  /** Those that the runs were trained on; more than one where they differ. */
  readonly machines: readonly Machine[]
  readonly results: readonly RunResult[]
}

/** @param results at least one */
export function benchmarkOf (
  { name, preset, command }: Pick<Benchmark, 'name' | 'preset' | 'command'>,
  results: readonly RunResult[]
): Benchmark {
  const models = summarise(results)
  const published = isPublishedData(results[0]!.asked.data.source, preset) ? PUBLISHED[preset] ?? [] : []
  const machines = new Map(results.map(({ machine }) => [JSON.stringify(machine), machine]))
  return {
    name,
    preset,
    data: results[0]!.asked.data,
    command,
    measures: columnsOf(models, published),
    models,
    published,
    machines: [...machines.values()],
    results,
  }
}

/** Tells whether images can be those of a preset's publication: drawn by its definition, or its file of arrays. */
function isPublishedData (source: string, preset: string): boolean {
  return source === 'arrays' || source === (findPreset(preset).config['data'] as { source?: string }).source
}
