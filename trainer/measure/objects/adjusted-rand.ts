import { countRows, type Contingency } from './contingency.js'

/**
 * Computes the adjusted Rand index of two labellings (Hubert & Arabie 1985, "Comparing partitions", equation 5): the
 * share of pairs of elements that both put together or both put apart, less what chance would give. 1: the same up to
 * names; 0: chance; may be below. Two labellings of which each has one label agree: 1 (as in scikit-learn's
 * `adjusted_rand_score`).
 * @returns undefined where there is no element
 */
export function adjustedRandIndex ({ counts, rowSums, columnSums, total }: Contingency): number | undefined {
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
 * @param pairs of the pixels of an image: true things by number, 0 for the background, and what is predicted, where the
 * background is a label like any other
 * @returns undefined for an image without things
 */
export function foregroundAdjustedRandIndex (pairs: Contingency): number | undefined {
  return adjustedRandIndex(countRows(pairs, label => label > 0))
}

const pairsIn = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count * (count - 1) / 2, 0)
