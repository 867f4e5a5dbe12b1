/** Matrices of codes × factors, and their sums over partitions and groups. */
import type { Block } from './representation.js'

export interface Information {
  /** Mutual information of each code with each factor in nats, [codes][K], ≥ 0. */
  readonly information: number[][]
  /** Entropy of each factor in nats, [K]. */
  readonly entropy: number[]
}

/** Shares of each factor's entropy, 0 … 1. */
export const relative = ({ information, entropy }: Information): number[][] =>
  information.map(row => row.map((value, k) => entropy[k]! > 0 ? value / entropy[k]! : 0))

/** [codes][K] → [codes][G], the mean over each group's factors. */
export function overGroups (
  matrix: ReadonlyArray<readonly number[]>,
  groups: Readonly<Record<string, readonly number[]>>
): number[][] {
  return matrix.map(row =>
    Object.values(groups).map(members => members.reduce((sum, k) => sum + row[k]!, 0) / members.length)
  )
}

/** [D][K] → [blocks][K], the sum over each block's units. */
export function overBlocks (matrix: ReadonlyArray<readonly number[]>, blocks: readonly Block[]): number[][] {
  return blocks.map(({ units }) => matrix[0]!.map((_, k) => units.reduce((sum, unit) => sum + matrix[unit]![k]!, 0)))
}
