/** What of Adam is computed outside its graph. */
export interface AdamConfig {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** 1 / (1 − β₁ᵗ) and 1 / (1 − β₂ᵗ), for step t ≥ 1. Computed outside the graph, in double precision. */
export function biasCorrections ({ beta1, beta2 }: AdamConfig, step: number): { first: number, second: number } {
  return { first: 1 / (1 - beta1 ** step), second: 1 / (1 - beta2 ** step) }
}
