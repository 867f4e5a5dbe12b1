import type { NumberedValues } from './numbered-values.js'
import { columnOf, meanOf, type Table } from './representation.js'

/** disentanglement_lib's `diff_quantile`; the paper takes the largest. */
const QUANTILE = 0.99

/**
 * Computes the interventional robustness score (Suter et al. 2019, "Robustly disentangled causal mechanisms", section
 * 4): how little a unit changes, at worst, while the factor that it stands for is held fixed and all others vary. For
 * each unit and factor: 1 − the mean over the factor's values of the 99% quantile of |z − E(z | value)| ÷ the largest
 * |z − E(z)|; the best factor counts, and units are weighted by their largest deviation. As in disentanglement_lib's
 * `irs.py` (10,000 points, quantile .99), with discrete factors as they are where that cuts all factors into 20 bins.
 * @returns 0 … 1; 0 where no unit varies
 */
export function interventionalRobustness (means: Table, factors: readonly NumberedValues[]): number {
  let [sum, weights] = [0, 0]
  for (let unit = 0; unit < means.columns; unit++) {
    const values = columnOf(means, unit)
    const mean = meanOf(values)
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value - mean)), 0)
    if (!(largest > 0)) continue
    const best = Math.max(...factors.map(factor => 1 - meanDeviation(values, factor) / largest))
    sum += largest * best
    weights += largest
  }
  return weights > 0 ? sum / weights : 0
}

/** The mean over a factor's values of how far a unit gets from its mean while the factor has that value. */
function meanDeviation (values: Float64Array, { codes, count }: NumberedValues): number {
  const byValue = Array.from({ length: count }, (): number[] => [])
  values.forEach((value, row) => byValue[codes[row]!]!.push(value))
  return meanOf(byValue.filter(group => group.length > 0).map(group => {
    const mean = meanOf(group)
    return quantileOf(group.map(value => Math.abs(value - mean)), QUANTILE)
  }))
}

/** With linear interpolation, as NumPy's `percentile`. */
function quantileOf (values: number[], quantile: number): number {
  const sorted = Float64Array.from(values).sort()
  const at = quantile * (sorted.length - 1)
  const low = Math.floor(at)
  const high = Math.min(sorted.length - 1, low + 1)
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!)
}
