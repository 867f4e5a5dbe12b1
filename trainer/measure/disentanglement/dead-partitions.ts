import { DEAD_PARTITION_KL, DEAD_PARTITION_SWAP_EFFECT, type Metrics } from '../metrics-schema.js'

/**
 * Partitions that say nothing, by either definition: a KL below 0.1 nat (the encoder says nothing), or a swap effect
 * below 0.05% of the pixel variance (the decoder does not listen). A number that is not known kills nobody.
 * @param kl nats by partition
 * @param swapEffect share of the pixel variance by partition; those that are not known are absent
 */
export function findDeadPartitions (
  names: readonly string[],
  kl: Readonly<Record<string, number>>,
  swapEffect: Readonly<Record<string, number>>
): Metrics['deadPartitions'] {
  return names.flatMap(name => {
    const reasons: Metrics['deadPartitions'][number]['reasons'] = []
    if (kl[name]! < DEAD_PARTITION_KL) reasons.push('kl')
    if ((swapEffect[name] ?? Infinity) < DEAD_PARTITION_SWAP_EFFECT) reasons.push('swap-effect')
    return reasons.length > 0 ? [{ name, reasons }] : []
  })
}
