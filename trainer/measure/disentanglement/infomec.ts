import { fitSoftmax, logLossOf } from '../classification/softmax.js'
import { NotMeasurable } from '../not-measured.js'
import { begin, defineJob, workHere, type Work } from '../work/job.js'
import { entropyOf } from './histogram.js'
import { informationByNeighbours } from './information-by-neighbours.js'
import type { NumberedValues } from './numbered-values.js'
import { allRows } from './probe-predictions.js'
import { columnOf, meanOf, type Table } from './representation.js'
import { standardised } from './standardise.js'

export interface InfoMec {
  /** Modularity: 1 when each unit knows of one factor alone; undefined for a single factor. */
  readonly infoM: number | undefined
  /** Compactness: 1 when one unit alone knows of each factor; undefined for a single active unit. */
  readonly infoC: number | undefined
  /** Explicitness: 1 when a linear classifier tells each factor from all units. */
  readonly infoE: number
}

/** A unit whose range is below this share of the largest range is not active. */
const ACTIVE_SHARE = 1 / 20
const NEIGHBOURS = 10

/**
 * Computes InfoM, InfoC and InfoE (Hsu et al. 2023, "Disentanglement via latent quantization", section 4) of continuous
 * units and discrete factors, as its authors' `infomec.py`: mutual information by 10 nearest neighbours (Ross 2014) of
 * each unit with each factor, divided by the factor's entropy, of units whose range is above 1/20 of the largest; InfoM
 * = (mean over units of largest ÷ sum over factors − 1/K) / (1 − 1/K), InfoC the same over factors with the number of
 * units; InfoE = mean over factors of 1 − cross-entropy ÷ log(values), of an unpenalised logistic regression with
 * balanced classes from all units, standardised, judged on what it learned from, after 100 steps of L-BFGS. They take
 * 10,000 points.
 * Units that stand for continuous factors, which are left out, lower InfoM.
 * @throws NotMeasurable where no unit varies
 */
export async function infoMec (
  means: Table,
  factors: readonly NumberedValues[],
  work: Work = workHere()
): Promise<InfoMec> {
  const units = Array.from({ length: means.columns }, (_, unit) => columnOf(means, unit))
  const ranges = units.map(unit => unit.reduce((a, b) => Math.max(a, b)) - unit.reduce((a, b) => Math.min(a, b)))
  const largest = Math.max(...ranges)
  if (!(largest > 0)) throw new NotMeasurable('expected a unit that varies but found none')
  const active = units.filter((_, unit) => ranges[unit]! > largest * ACTIVE_SHARE)
  const x = standardised(means, allRows(means.rows), 0)
  const explicit = begin(Promise.all(factors.map(({ codes }) => work.run(explicitness, { x, codes }))))
  // [active units][K], shares of the factors' entropies
  const information = await Promise.all(active.map(values => work.run(informationOf, { values, factors })))
  return {
    infoM: purity(information),
    infoC: purity(factors.map((_, k) => information.map(row => row[k]!))),
    infoE: meanOf(await explicit),
  }
}

/** What a unit knows of each factor, as shares of the factors' entropies. */
const informationOf = defineJob(
  import.meta.url,
  'informationOf',
  ({ values, factors }: { values: Float64Array, factors: readonly NumberedValues[] }) => factors.map(
    ({ codes, count }) => informationByNeighbours(values, codes, NEIGHBOURS) / entropyOf(codes, count)
  )
)

/** The mean over rows of the largest share of the row's sum, from 1/columns (even) up to 1, scaled to 0 … 1. */
function purity (rows: ReadonlyArray<readonly number[]>): number | undefined {
  const columns = rows[0]!.length
  if (columns < 2) return undefined
  const shares = rows.flatMap(row => {
    const sum = row.reduce((a, b) => a + b, 0)
    // One that knows nothing has no share: theirs is not a number there.
    return sum > 0 ? [Math.max(...row) / sum] : []
  })
  return shares.length === 0 ? 0 : (meanOf(shares) - 1 / columns) / (1 - 1 / columns)
}

/** InfoE of one factor, from all units, standardised. */
const explicitness = defineJob(
  import.meta.url,
  'explicitness',
  async ({ x, codes }: { x: Table, codes: ArrayLike<number> }, pace) => {
    const present = [...new Set(Array.from(codes))].sort((a, b) => a - b)
    const numberOf = new Map(present.map((code, number) => [code, number]))
    const labels = Uint16Array.from(codes, code => numberOf.get(code)!)
    const weights = await fitSoftmax(x, labels, present.length, { penalty: 0, balanced: true, iterations: 100, pace })
    // With balanced classes and nothing to go by all classes are equally likely.
    return 1 - logLossOf(weights, x, labels, present.length) / Math.log(present.length)
  }
)
