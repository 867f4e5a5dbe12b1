import { hasSlots, type PartitionKinds } from '../../config/partition-kinds.js'
import type { Metrics } from '../../measure/metrics-schema.js'
import { THRESHOLDS } from './thresholds.js'

/**
 * Lists backgrounds that hold nothing and need not: the scene behind what moves is one still image. A background is
 * dead where much of what changes is drawn by nobody; but that of a model of slots is read off the image,
 * or is of one learned colour.
 */
export function stillBackgrounds ({ deadPartitions, things }: Metrics, kinds: PartitionKinds): string[] {
  if (!hasSlots(kinds) && (things?.unexplained?.outside ?? 0) >= THRESHOLDS.unexplained.worrying) return []
  return deadPartitions.flatMap(({ name }) => (kinds.get(name) === 'background' ? [name] : []))
}

/** Lists the partitions that hold nothing, and should: no closed slots, in which there was no thing. */
export function deadPartitionsOf (metrics: Metrics, kinds: PartitionKinds): Metrics['deadPartitions'] {
  const still = stillBackgrounds(metrics, kinds)
  return metrics.deadPartitions.filter(({ name }) => !still.includes(name) && kinds.get(name) !== 'slot')
}
