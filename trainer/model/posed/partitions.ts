/** Which partition of a posed model plays which part. */
import { layOutPartitions, type Partition } from '@partition-vae/models'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { invalid } from '../../config/invalid.js'

const PARTS = ['pose', 'shape', 'style'] as const
export type Part = typeof PARTS[number]

/** The partition of each kind. @throws TrainerError PVAE_CONFIG_INVALID unless there is exactly one of each */
export function partitionOfPart ({
  partitions,
}: Pick<PosedModelConfig, 'partitions'>): Readonly<Record<Part, Partition>> {
  const placed = layOutPartitions(partitions)
  const entries = PARTS.map(part => {
    const indices = partitions.flatMap(({ kind }, i) => (kind === part ? [i] : []))
    const [index] = indices
    if (index === undefined || indices.length > 1) {
      const named = indices.map(i => JSON.stringify(partitions[i]!.name)).join(', ')
      throw invalid(
        'model.partitions',
        `exactly one partition of kind ${part}`,
        index === undefined ? 'none' : `${indices.length} (${named})`
      )
    }
    return [part, placed[index]!] as const
  })
  return Object.fromEntries(entries) as Record<Part, Partition>
}
