import { contingencyOf, countRows, type Contingency } from './contingency.js'

/**
 * Computes the adjusted Rand index of two labellings (Hubert & Arabie 1985, "Comparing partitions", equation 5): the
 * share of pairs of elements that both put together or both put apart, less what chance would give. 1: the same up to
 * names; 0: chance; may be below. Two labellings of which each has one label agree: 1 (as in scikit-learn's
 * `adjusted_rand_score`).
 * @param truth labels from 0 to 255, [n]
 * @param predicted [n]
 * @returns undefined where there is no element
 */
export function adjustedRandIndex (truth: Uint8Array, predicted: Uint8Array): number | undefined {
  return adjustedRandIn(contingencyOf(truth, predicted))
}

/** Computes the adjusted Rand index of labellings whose pairs are counted. */
export function adjustedRandIn ({ counts, rowSums, columnSums, total }: Contingency): number | undefined {
  if (total === 0) return undefined
  const together = pairsIn(counts.flat())
  const [inTruth, inPredicted] = [pairsIn(rowSums), pairsIn(columnSums)]
  const expected = total > 1 ? inTruth * inPredicted / pairsIn([total]) : 0
  const most = (inTruth + inPredicted) / 2
  return most === expected ? 1 : (together - expected) / (most - expected)
}

/**
 * Computes FG-ARI, the adjusted Rand index over the pixels of true things (Greff et al. 2019, "Multi-object
 * representation learning with iterative variational inference"; Locatello et al. 2020, "Object-centric learning with
 * Slot Attention"). What is said of the background's pixels does not count; a thing's pixels
 * that are given to the background do.
 * @param truth things by number, 0 for the background, [H · W]
 * @param predicted the background is a label like any other, [H · W]
 * @returns undefined for an image without things
 */
export function foregroundAdjustedRandIndex (truth: Uint8Array, predicted: Uint8Array): number | undefined {
  return foregroundAdjustedRandIn(contingencyOf(truth, predicted))
}

/** Computes FG-ARI of labellings whose pairs are counted, true things first. */
export function foregroundAdjustedRandIn (pairs: Contingency): number | undefined {
  return adjustedRandIn(countRows(pairs, label => label > 0))
}

const pairsIn = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count * (count - 1) / 2, 0)
