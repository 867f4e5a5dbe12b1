/**
 * Mutual information gap (Chen et al. 2018, "Isolating sources of disentanglement in VAEs", equation 6): 1/K Σₖ
 * (I(z_j⁽ᵏ⁾; vₖ) − max_{j ≠ j⁽ᵏ⁾} I(z_j; vₖ)) / H(vₖ), j⁽ᵏ⁾ the code that knows most of vₖ. 1: every factor is in one
 * code alone. disentanglement_lib takes it from the means of 10,000 points, codes cut into 20 bins of equal width and
 * factors as they are; factors that are continuous are cut alike.
 * @param information [codes][K] in nats
 * @param entropy [K] in nats; a factor of entropy 0 scores 0
 */
export function mutualInformationGap (
  information: ReadonlyArray<readonly number[]>,
  entropy: readonly number[]
): { mean: number; byFactor: number[] } {
  const byFactor = entropy.map((limit, k) => {
    const [first = 0, second = 0] = information.map(row => row[k]!).sort((a, b) => b - a)
    return limit > 0 ? (first - second) / limit : 0
  })
  return { mean: byFactor.reduce((sum, gap) => sum + gap, 0) / byFactor.length, byFactor }
}
