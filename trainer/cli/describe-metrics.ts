import type { RunConfig } from '../config/schema.js'
import type { Metrics } from '../evaluate/metrics-schema.js'

/** One line for people. */
export function describeMetrics ({ mse, reconstruction, kl, klByPartition, activeUnits, klByUnit, deadPartitions }: Metrics, { name }: Pick<RunConfig, 'name'>, split = 'test'): string {
  const parts = Object.entries(klByPartition).map(([partition, part]) => `${partition} ${part.toFixed(2)}`).join(', ')
  const dead = deadPartitions.length === 0 ? '' : `; dead partitions: ${deadPartitions.map(({ name }) => name).join(', ')}`
  return `${name} on the ${split} split: mse ${mse.toFixed(5)}, reconstruction ${reconstruction.toFixed(2)} nats, KL ${kl.toFixed(2)} nats (${parts}), ` +
    `${activeUnits} of ${klByUnit.length} units active${dead}`
}
