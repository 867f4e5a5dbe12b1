/** A named, contiguous block of latent units. */
export interface Partition {
  readonly name: string
  /** Number of units, ≥ 1. */
  readonly size: number
  /** Index of the first unit in the latent. */
  readonly offset: number
  /** The human name given after measuring, e.g. "ball". */
  readonly label?: string
}

/** Partition names are identifiers: they are JSON keys, query values and file name parts. */
export const PARTITION_NAME_PATTERN = '^[A-Za-z][A-Za-z0-9_-]{0,31}$'

/** Places partitions one after another: each offset is the sum of the sizes before it. */
export function layOutPartitions (specs: ReadonlyArray<{ name: string, size: number }>): Partition[] {
  let offset = 0
  return specs.map(({ name, size }) => {
    const partition = { name, size, offset }
    offset += size
    return partition
  })
}

/** D, the latent's length: the sum of the partition sizes. */
export function latentSizeOf (partitions: ReadonlyArray<{ size: number }>): number {
  return partitions.reduce((sum, { size }) => sum + size, 0)
}

/** One partition's units of one latent. `latent`: [D] → [size]. */
export function slicePartition (latent: Float32Array, { offset, size }: Partition): Float32Array {
  return latent.subarray(offset, offset + size)
}

/** The unit's address for people: partition and index inside it, e.g. `shape[2]`. */
export function nameUnit (partitions: readonly Partition[], unit: number): string {
  const partition = partitions.find(p => unit >= p.offset && unit < p.offset + p.size)
  if (partition === undefined) throw new RangeError(`expected a unit below ${latentSizeOf(partitions)} but received ${unit}`)
  return `${partition.label ?? partition.name}[${unit - partition.offset}]`
}
