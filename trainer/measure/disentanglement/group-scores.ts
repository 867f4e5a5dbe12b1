import type { Static } from '@partition-vae/models/typebox'
import { assign } from './assignment.js'
import { dciScores } from './dci.js'
import type { GroupScoresSchema } from './schema.js'

export type GroupScores = Static<typeof GroupScoresSchema>

/** Clamped below and above: a probe that is worse than the mean has learnt nothing. */
const clampUnit = (value: number) => Math.min(1, Math.max(0, value))

/**
 * Scores what each partition knows of each group of factors, and how exclusively. A group's score from a partition is
 * the mean over its factors of R², clamped to [0, 1]; its *gap* is the best partition's score minus the second best's,
 * MIG's idea (Chen et al. 2018) for partitions and R². DCI is taken from the partition × group matrix.
 * @param explained R² [P][K] of each factor from each partition
 */
export function groupScores (
  explained: ReadonlyArray<readonly number[]>,
  partitions: readonly string[],
  groups: Readonly<Record<string, readonly number[]>>
): GroupScores {
  const names = Object.keys(groups)
  const matrix = explained.map(row => names.map(name => mean(groups[name]!.map(k => clampUnit(row[k]!)))))
  const ranked = names.map((_, g) => matrix.map(row => row[g]!).sort((a, b) => b - a))
  const best = ranked.map(column => column[0]!)
  const gap = ranked.map(column => column[0]! - (column[1] ?? 0))
  const pairs = assign(matrix)
  return {
    partitions: [...partitions],
    groups: names,
    matrix,
    best: record(names, best),
    gap: record(names, gap),
    meanBest: mean(best),
    meanGap: mean(gap),
    assignment: Object.fromEntries(
      pairs.map(({ row, column }) => [names[column]!, { partition: partitions[row]!, score: matrix[row]![column]! }])
    ),
    meanAssigned: mean(pairs.map(({ row, column }) => matrix[row]![column]!)),
    ...dciScores(matrix),
  }
}

export const record = (names: readonly string[], values: ArrayLike<number>): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]!]))

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
