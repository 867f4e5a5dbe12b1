/** The mass that a prediction gives to what is true. */
import { meanOf } from './representation.js'

/** Share of the mass that is spread evenly, so that one wild prediction costs a few nats and not infinity. */
const EVEN = 1e-3

/** Gives, of several candidates, the one whose mean log mass is largest. */
export function likeliest (scales: readonly number[], massOf: (scale: number) => Float64Array): Float64Array {
  const candidates = scales.map(massOf)
  const likelihoods = candidates.map(meanOf)
  return candidates[likelihoods.indexOf(Math.max(...likelihoods))]!
}

/**
 * Computes the log of the mass of one cell under a normal cut off at the range of all cells.
 * @param edges of the cells, ascending, [cells + 1]
 * @param truth the true cell of each image, [M]
 * @param guesses means, [M]
 * @param deviation kept above a thousandth of the smallest cell
 */
export function massOnLine (
  edges: readonly number[],
  truth: ArrayLike<number>,
  guesses: Float64Array,
  deviation: number
): Float64Array {
  const cells = edges.length - 1
  const smallest = Math.min(...edges.slice(1).map((edge, i) => edge - edges[i]!))
  const width = Math.max(deviation, 1e-3 * smallest)
  return guesses.map((guess, row) => {
    const cumulative = (edge: number) => normalCumulative((edge - guess) / width)
    const inside = cumulative(edges[truth[row]! + 1]!) - cumulative(edges[truth[row]!]!)
    const all = cumulative(edges[cells]!) - cumulative(edges[0]!)
    return logMixed(all > 1e-12 ? inside / all : 1 / cells, cells)
  })
}

/**
 * Computes the log of the mass of one bin of the circle under a von Mises distribution, its density taken at the bins'
 * middles.
 * @param truth the true bin of each image, [M]
 * @param vectors predicted cosine and sine of each image, [M, 2]: the longer, the surer
 * @param concentration for a vector of length 1
 */
export function massOnCircle (
  bins: number,
  truth: ArrayLike<number>,
  vectors: Float64Array,
  concentration: number
): Float64Array {
  const middles = Array.from({ length: bins }, (_, bin) => 2 * Math.PI * (bin + 0.5) / bins)
  return Float64Array.from({ length: vectors.length / 2 }, (_, row) => {
    const logDensities = middles.map(angle =>
      concentration * (vectors[2 * row]! * Math.cos(angle) + vectors[2 * row + 1]! * Math.sin(angle)))
    const largest = Math.max(...logDensities)
    const densities = logDensities.map(value => Math.exp(value - largest))
    return logMixed(densities[truth[row]!]! / densities.reduce((sum, value) => sum + value, 0), bins)
  })
}

/** Computes the log of the mass of one category, from predictions of all categories' indicators. */
export function massOverCategories (predicted: readonly number[], truth: number): number {
  const masses = predicted.map(value => Math.max(0, value))
  const all = masses.reduce((sum, value) => sum + value, 0)
  return logMixed(all > 0 ? masses[truth]! / all : 1 / masses.length, masses.length)
}

const logMixed = (mass: number, cells: number) => Math.log(EVEN / cells + (1 - EVEN) * mass)

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
