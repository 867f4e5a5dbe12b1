/** The table of a benchmark in words, whatever it is written in. */
import type { Benchmark } from './benchmark.js'
import type { Machine } from './results.js'
import { describeSpread, type ModelSummary } from './summary.js'

export interface Rows {
  readonly header: readonly string[]
  readonly measured: ReadonlyArray<readonly string[]>
  readonly published: ReadonlyArray<readonly string[]>
}

/** Columns before the first measure: model, seeds, what units hold by construction, what is told of factors. */
export const WORDS = 4

export function rowsOf ({ measures, models, published }: Pick<Benchmark, 'measures' | 'models' | 'published'>): Rows {
  const costs = ['steps', 'training, s', 'measuring, s']
  return {
    header: ['model', 'seeds', 'by construction', 'told', ...measures.map(({ name }) => name), ...costs],
    measured: models.map(model => [
      model.title,
      describeSeeds(model),
      model.byConstruction,
      model.told,
      ...measures.map(({ name, digits }) => describeSpread(model.measures[name], digits)),
      describeSpread(model.steps, 0),
      describeSpread(model.seconds.training, 0),
      describeSpread(model.seconds.measuring, 0),
    ]),
    published: published.map(({ model, source, values }) => [
      model,
      `published: ${source}`,
      '',
      '',
      ...measures.map(({ name, digits }) => values[name]?.toFixed(digits) ?? '–'),
      ...costs.map(() => '–'),
    ]),
  }
}

function describeSeeds ({ seeds, failed }: ModelSummary): string {
  const count = `${seeds.length - failed.length}`
  return failed.length === 0 ? count : `${count} (${failed.length} not trained)`
}

/** Says why measures are missing, a line a reason; each once. */
export function reasonsOf (models: readonly ModelSummary[]): string[] {
  return models.flatMap(({ title, notMeasured, failed }) => [
    ...Object.entries(notMeasured).map(([what, reason]) => `${title}: ${what}: ${reason}`),
    ...failed.map(({ seed, error }) => `${title}, seed ${seed}: ${error}`),
  ])
}

export function machineOf ({ processor, cores, threads, packages }: Machine): string {
  const used = threads === undefined ? '' : `, ${threads} for a run`
  const versions = Object.entries(packages).map(([name, version]) => `${name} ${version}`).join(', ')
  return `${processor}, ${cores} ${cores === 1 ? 'core' : 'cores'}${used}; ${versions}`
}

/** What must be known to read the table. */
export const READING = [
  'Medians over seeds, and the range in brackets: all seeds count, none is chosen. Measured on the test images, by ' +
    'the same code for all models. A dash stands for what was not measured.',
  'Published numbers are of their authors: trained longer, on the original images, measured by other code.',
] as const
