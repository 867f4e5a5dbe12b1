/** What the partitions of a model are for, as far as its config says so. */
import type { ModelConfig } from './schema.js'

type Kinded = Extract<ModelConfig['partitions'][number], { kind: string }>

/** By name of the partition. Partitions of a joint model have no kind. */
export type PartitionKinds = ReadonlyMap<string, Kinded['kind']>

export const NO_KINDS: PartitionKinds = new Map()

/** Tells which partition is a sprite, the background, the gain and so on. */
export function partitionKinds ({ partitions }: Pick<ModelConfig, 'partitions'>): PartitionKinds {
  return new Map(
    partitions.flatMap((partition): Array<[string, Kinded['kind']]> =>
      'kind' in partition ? [[partition.name, partition.kind]] : []
    )
  )
}

/** Tells whether the model is one of slots: which of them holds which thing says nothing. */
export function hasSlots (kinds: PartitionKinds): boolean {
  return namesOfKind(kinds, 'slot').length > 0
}

/** Tells whether any of several partitions can hold a thing: then measures by partition say nothing of things. */
export function areInterchangeable (kinds: PartitionKinds): boolean {
  return namesOfKind(kinds, 'slot').length > 1
}

/** Lists the partitions of one kind, in the order of the config. */
export function namesOfKind (kinds: PartitionKinds, kind: Kinded['kind']): string[] {
  return [...kinds].flatMap(([name, found]) => (found === kind ? [name] : []))
}
