/**
 * Modularity (Ridgeway & Mozer 2018, "Learning deep disentangled embeddings with the F-statistic loss", section 2): the
 * mean over codes of 1 − Σ_{k ≠ k*} I(zᵢ; vₖ)² / (I(zᵢ; v_{k*})² (K − 1)), k* the factor the code knows most of. 1:
 * every code knows of one factor alone. As in disentanglement_lib's `modularity_explicitness.py` (10,000 points, 20
 * bins), a code that knows nothing scores 0.
 * @param information [codes][K], K ≥ 1. One factor alone can't be confused: 1 for a code that knows of it.
 */
export function modularity (information: ReadonlyArray<readonly number[]>): number {
  const scores = information.map(row => {
    const squares = row.map(value => value ** 2)
    const largest = Math.max(...squares)
    if (!(largest > 0)) return 0
    const rest = squares.reduce((sum, value) => sum + value, 0) - largest
    return row.length === 1 ? 1 : 1 - rest / (largest * (row.length - 1))
  })
  return scores.reduce((sum, score) => sum + score, 0) / scores.length
}
