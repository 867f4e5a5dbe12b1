import { invalid } from '../config/invalid.js'
import type { Factors } from '../data/dataset.js'

/** A partition and the factors that it is to hold. */
export interface GroupTarget {
  readonly partition: string
  /** Columns of the table of factors. */
  readonly columns: readonly number[]
}

/**
 * Says which partition is to hold which group of factors: by name where the config says, otherwise in order; groups or
 * partitions beyond the shorter list go without.
 * @param chosen groups by partition
 * @param field of the config that holds `chosen`, for errors
 * @throws TrainerError PVAE_CONFIG_INVALID for an unknown group
 */
export function matchGroups (
  { names, groups }: Factors,
  partitions: ReadonlyArray<{ readonly name: string }>,
  chosen: Readonly<Record<string, string>> | undefined,
  field: string
): GroupTarget[] {
  const known = Object.keys(groups)
  const matches = chosen === undefined
    ? partitions.slice(0, known.length).map(({ name }, i) => [name, known[i]!] as const)
    : partitions.flatMap(({ name }) => chosen[name] === undefined ? [] : [[name, chosen[name]] as const])
  return matches.map(([partition, group]) => {
    if (!known.includes(group)) {
      throw invalid(`${field}.${partition}`, `a group of factors (${known.join(', ')})`, JSON.stringify(group))
    }
    return { partition, columns: groups[group]!.map(factor => names.indexOf(factor)) }
  })
}
