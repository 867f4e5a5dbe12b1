import { invalid } from '../config/invalid.js'
import type { ObjectiveConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { matchGroups } from './match-groups.js'

/** Tells which partition may differ in pairs of images that differ in known factors. */
export interface Unshared {
  /** Number of the partition that is to hold each factor, [K]. */
  readonly partitionOf: readonly number[]
  /** Number of partitions. */
  readonly count: number
}

/**
 * @throws TrainerError PVAE_CONFIG_INVALID for a data set without factors, an unknown group, or a group that no
 * partition is to hold
 */
export function matchUnshared (
  { name, factors }: Pick<ImageDataset, 'name' | 'factors'>,
  partitions: ReadonlyArray<{ readonly name: string }>,
  { groups }: NonNullable<ObjectiveConfig['pairs']>
): Unshared {
  if (factors === undefined) {
    throw invalid('objective.pairs.differing', 'a data set with known factors', `${name}, which has none`)
  }
  const targets = matchGroups(factors, partitions, groups, 'objective.pairs.groups')
  const partitionOf = factors.names.map((_, column) => {
    const target = targets.find(({ columns }) => columns.includes(column))
    return partitions.findIndex(({ name }) => name === target?.partition)
  })
  const without = Object.entries(factors.groups)
    .find(([, [first]]) => partitionOf[factors.names.indexOf(first!)] === -1)
  if (without !== undefined) {
    throw invalid(
      'objective.pairs.groups',
      `a partition for each group of factors (${Object.keys(factors.groups).join(', ')})`,
      `none for ${without[0]}`
    )
  }
  return { partitionOf, count: partitions.length }
}

/**
 * Lays out what a step is told of its pairs.
 * @param differing the factor of each pair, [N/2]
 * @returns [N/2, P]: 1 for the partition that may differ, else 0
 */
export function unsharedOf (differing: Uint32Array, { partitionOf, count }: Unshared): Float32Array {
  const unshared = new Float32Array(differing.length * count)
  differing.forEach((factor, i) => { unshared[i * count + partitionOf[factor]!] = 1 })
  return unshared
}
