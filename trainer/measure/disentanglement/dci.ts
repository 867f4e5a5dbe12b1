/** The scores of an importance matrix of codes × factors, whatever it was made from. */
export interface DciScores {
  /** 1 − H_K(P̃ᵢ), averaged over codes by their share of all importance: 1 when each code matters to one factor. */
  readonly disentanglement: number
  /**
   * 1 − H_D(P̃ⱼ), averaged over factors by their share of all importance: 1 when one code alone matters to each factor.
   */
  readonly completeness: number
}

/**
 * Disentanglement and completeness of Eastwood & Williams 2018 ("A framework for the quantitative evaluation of
 * disentangled representations", section 2: Dᵢ = 1 − H_K(Pᵢ.), Cⱼ = 1 − H_D(P̃.ⱼ)), both averaged with the weights ρ of
 * their importance as disentanglement_lib's `dci.py` does. A code or factor without importance weighs nothing; without
 * any importance both scores are 0.
 * @param importance [codes][factors], ≥ 0
 */
export function dciScores (importance: ReadonlyArray<readonly number[]>): DciScores {
  const transposed = importance[0]?.map((_, j) => importance.map(row => row[j]!)) ?? []
  return { disentanglement: weightedCertainty(importance), completeness: weightedCertainty(transposed) }
}

/**
 * Σ (share of the row in all) · (1 − entropy of the row, in units of the largest possible). A single column leaves
 * nothing to confuse: 1.
 */
function weightedCertainty (rows: ReadonlyArray<readonly number[]>): number {
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0)
  const total = sum(rows.map(sum))
  if (!(total > 0)) return 0
  return sum(rows.map(row => {
    const rowSum = sum(row)
    if (!(rowSum > 0)) return 0
    const entropy =
      row.length === 1
        ? 0
        : -sum(row.map(value => (value > 0 ? (value / rowSum) * Math.log(value / rowSum) : 0))) / Math.log(row.length)
    return rowSum / total * (1 - entropy)
  }))
}
