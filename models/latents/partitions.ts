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

/** Copies one partition's units from the latent at `from` in `source` to the latent at `to` in `target`. */
export function copyPartition (
  { offset, size }: Partition,
  source: Float32Array,
  from: number,
  target: Float32Array,
  to: number
): void {
  target.set(source.subarray(from + offset, from + offset + size), to + offset)
}

/** Names a partition as pictures do: by its label, or by its name where nobody gave it one. */
export function labelOf ({ name, label = name }: Pick<Partition, 'name' | 'label'>): string {
  return label
}
