import { invalid } from '../config/invalid.js'
import type { ObjectiveConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { matchGroups } from './match-groups.js'

/** Tells which partition may differ in pairs of images that differ in known factors. */
export interface Unshared {
  /** Numbers of the partitions that are to hold each factor, [K]: one or more. */
  readonly partitionsOf: ReadonlyArray<readonly number[]>
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
  const partitionsOf = factors.names.map((_, column) => targets
    .filter(({ columns }) => columns.includes(column))
    .map(target => partitions.findIndex(({ name }) => name === target.partition)))
  const without = Object.entries(factors.groups)
    .find(([, [first]]) => partitionsOf[factors.names.indexOf(first!)]!.length === 0)
  if (without !== undefined) {
    throw invalid(
      groups === undefined ? 'model.partitions' : 'objective.pairs.groups',
      `a partition for each group of factors (${Object.keys(factors.groups).join(', ')})`,
      `none for ${without[0]}`
    )
  }
  return { partitionsOf, count: partitions.length }
}

/**
 * Lays out what a step is told of its pairs.
 * @param differing the factor of each pair, [N/2]
 * @returns [N/2, P]: 1 for the partitions that may differ, else 0
 */
export function unsharedOf (differing: Uint32Array, { partitionsOf, count }: Unshared): Float32Array {
  const unshared = new Float32Array(differing.length * count)
  differing.forEach((factor, i) => { for (const p of partitionsOf[factor]!) unshared[i * count + p] = 1 })
  return unshared
}
