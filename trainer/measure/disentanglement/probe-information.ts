import { UNPACED, type Pace } from '../pace.js'
import { binsOf, BINS, discretise, entropyOf } from './histogram.js'
import type { Information } from './information.js'
import { allRows, type ProbePredictions } from './probe.js'
import { columnOf, meanOf } from './representation.js'

/** The deviations tried for each probe's predictions, in units of their root mean squared error. */
const DEVIATIONS = [0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 1, 1.3]

/** The probes' predictions of each held-out image's bin. */
export interface PredictedBins {
  /** Held-out images M. */
  readonly rows: number
  /** The true bin of each image, K × [M]. */
  readonly actual: Uint8Array[]
  /** Log of the mass that the probe gives to the true bin, [P][K] × [M]. */
  readonly logMass: Float64Array[][]
}

/**
 * Turns predictions into distributions over bins of equal width: the mass of a normal around the prediction, its
 * deviation the likeliest of eight for each probe and factor.
 */
export async function predictBins (
  { rows, predicted, actual }: ProbePredictions,
  { bins = BINS, pace = UNPACED }: { bins?: number; pace?: Pace | undefined } = {}
): Promise<PredictedBins> {
  const { columns } = actual
  const probes = predicted.length / (rows * columns)
  const logMass = Array.from({ length: probes }, () => Array.from({ length: columns }, () => new Float64Array(rows)))
  const binned: Uint8Array[] = []
  for (let k = 0; k < columns; k++) {
    const values = columnOf(actual, k)
    const { low, width } = binsOf(values, bins)
    const actualBins = discretise(values, bins)
    binned.push(actualBins)
    // A factor that is constant over the images held out has one bin, and all say so.
    if (!(width > 0)) continue
    for (let p = 0; p < probes; p++) {
      await pace()
      const guesses = Float64Array.from({ length: rows }, (_, row) => predicted[(p * rows + row) * columns + k]!)
      const error = Math.sqrt(meanOf(guesses.map((guess, row) => (guess - values[row]!) ** 2)))
      const candidates = DEVIATIONS.map(scale => {
        const deviation = Math.max(scale * error, 1e-3 * width)
        return guesses.map((guess, row) => logMassOf(low, width, bins, actualBins[row]!, guess, deviation))
      })
      const likelihoods = candidates.map(meanOf)
      logMass[p]![k] = candidates[likelihoods.indexOf(Math.max(...likelihoods))]!
    }
  }
  return { rows, actual: binned, logMass }
}

/**
 * Mutual information of whole partitions with factors, for MIG at the level of partitions: the same quantity as for
 * units, I(z_p; v) with v cut into 20 bins of equal width, so that dividing by H(v) is as meaningful.
 *
 * It is estimated from below (Barber & Agakov 2003, "The IM algorithm"): I(z; v) ≥ H(v) + E log q(v | z), where q is
 * the probe's. Estimates by nearest neighbours (Kraskov et al. 2004; Ross 2014) were the alternative: in a partition of
 * five units, the units that do not carry the factor move the neighbours apart and most of the information is lost at a
 * few thousand points; a probe learns to ignore them. A histogram of five units has 3.2 million cells.
 * @param chosen rows of the held-out images to take it over; default all
 * @returns information [P][K]
 */
export function predictedInformation ({ rows, actual, logMass }: PredictedBins, chosen = allRows(rows)): Information {
  const entropy = actual.map(bins => entropyOf(Uint8Array.from(chosen, row => bins[row]!), 256))
  // Below zero the probe says less than the bins' frequencies do, a prediction open to it: the bound is 0 then.
  const information = logMass.map(byFactor => byFactor.map((values, k) =>
    Math.min(entropy[k]!, Math.max(0, entropy[k]! + meanOf(Float64Array.from(chosen, row => values[row]!))))))
  return { information, entropy }
}

/** Share of each bin's mass that is spread evenly, so that one wild prediction costs a few nats and not infinity. */
const EVEN = 1e-3

/** Log of the mass of one bin under a normal cut off at the range of all bins. */
function logMassOf (low: number, width: number, bins: number, bin: number, mean: number, deviation: number): number {
  const cumulative = (edge: number) => normalCumulative((edge - mean) / deviation)
  const inside = cumulative(low + (bin + 1) * width) - cumulative(low + bin * width)
  const all = cumulative(low + bins * width) - cumulative(low)
  return Math.log(EVEN / bins + (1 - EVEN) * (all > 1e-12 ? inside / all : 1 / bins))
}

/** Φ(x) by Abramowitz & Stegun 7.1.26: absolute error below 1.5e-7. */
export function normalCumulative (x: number): number {
  const scaled = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * scaled)
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-scaled * scaled)
  return x >= 0 ? 1 - tail / 2 : tail / 2
}
