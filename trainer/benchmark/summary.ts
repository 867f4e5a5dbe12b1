/** Medians and ranges over seeds. Seeds are a sweep here: none is chosen. */
import { medianOf } from '../foundation/median.js'
import { numberAt } from '../tune/study/objective.js'
import { heldByConstruction } from './by-construction.js'
import { MEASURES, type Measure } from './measures.js'
import type { RunResult } from './results.js'
import { toldOfFactors } from './told.js'

export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
  /** In the order of the seeds; null where it was not measured. */
  readonly values: ReadonlyArray<number | null>
}

export interface ModelSummary {
  readonly name: string
  readonly title: string
  readonly byConstruction: string
  readonly told: string
  readonly seeds: readonly number[]
  /** Seeds with which it could not be trained, and why. */
  readonly failed: ReadonlyArray<{ readonly seed: number, readonly error: string }>
  /** By name of the measure; those that were taken of no seed are absent. */
  readonly measures: Readonly<Record<string, Spread>>
  /** Why measures are missing, by their paths in `metrics.json`: those of the first seed that says so. */
  readonly notMeasured: Readonly<Record<string, string>>
  readonly steps: Spread
  readonly seconds: { readonly training: Spread, readonly measuring?: Spread }
}

/** @param results at least one of each model, in the order in which they are to be shown */
export function summarise (results: readonly RunResult[]): ModelSummary[] {
  const names = [...new Set(results.map(({ contestant }) => contestant.name))]
  return names.map(name => {
    const own = results.filter(({ contestant }) => contestant.name === name).sort((a, b) => a.seed - b.seed)
    const trained = own.filter(({ metrics }) => metrics !== undefined)
    const spread = (value: (result: RunResult) => number | undefined) => spreadOf(trained.map(value))
    const measuring = spread(({ seconds }) => seconds.measuring)
    const { contestant, model, asked } = trained[0] ?? own[0]!
    return {
      name,
      title: contestant.title,
      byConstruction: heldByConstruction(model),
      told: toldOfFactors(asked),
      seeds: own.map(({ seed }) => seed),
      failed: own.flatMap(({ seed, error }) => error === undefined ? [] : [{ seed, error }]),
      measures: Object.fromEntries(MEASURES.flatMap((measure): Array<[string, Spread]> => {
        const found = spread(({ metrics }) => measuredAt(metrics, measure))
        return found === undefined ? [] : [[measure.name, found]]
      })),
      notMeasured: trained.find(({ metrics }) => metrics!.notMeasured !== undefined)?.metrics!.notMeasured ?? {},
      steps: spread(({ steps }) => steps) ?? NOTHING,
      seconds: {
        training: spread(({ seconds }) => seconds.training) ?? NOTHING,
        ...measuring !== undefined && { measuring },
      },
    }
  })
}

/** Of a model that could be trained with no seed. */
const NOTHING: Spread = { median: 0, least: 0, most: 0, values: [] }

/** Gives a run's measure; undefined where it was not taken. */
export function measuredAt (metrics: RunResult['metrics'], { path }: Measure): number | undefined {
  return path === undefined ? undefined : numberAt(metrics, path)
}

/** Summarises what was measured; undefined where nothing was. */
export function spreadOf (values: ReadonlyArray<number | undefined>): Spread | undefined {
  const known = values.filter(value => value !== undefined)
  if (known.length === 0) return undefined
  return {
    median: medianOf(known),
    least: Math.min(...known),
    most: Math.max(...known),
    values: values.map(value => value ?? null),
  }
}

/** Lists the measures that anything here has, measured or published. */
export function columnsOf (
  models: ReadonlyArray<Pick<ModelSummary, 'measures'>>,
  published: ReadonlyArray<{ readonly values: Readonly<Record<string, number>> }>
): Measure[] {
  return MEASURES.filter(({ name }) =>
    models.some(({ measures }) => name in measures) || published.some(({ values }) => name in values))
}

/** Writes a median, and the range where it shows one: `0.913 (0.905–0.921)`. */
export function describeSpread (spread: Spread | undefined, digits: number): string {
  if (spread === undefined) return '–'
  const shown = (value: number) => value.toFixed(digits).replace(/^-(0\.?0*)$/, '$1')
  const [median, least, most] = [shown(spread.median), shown(spread.least), shown(spread.most)]
  return least === most ? median : `${median} (${least}–${most})`
}
