/** Which partition of a posed model plays which part. */
import { layOutPartitions, type Partition } from '@partition-vae/models'
import type { PosedModelConfig } from '../../config/posed-schema.js'
import { invalid } from '../../config/invalid.js'

const PARTS = ['pose', 'shape', 'style'] as const
export type Part = typeof PARTS[number]

/** The movements of a pose's units, in their order. */
const POSE_UNITS = ['slant', 'height', 'width'] as const

/**
 * The partition of each kind. @throws TrainerError PVAE_CONFIG_INVALID unless there is exactly one of each, and the
 * pose has 1 to 3 units
 */
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
    if (part === 'pose' && partitions[index]!.size > POSE_UNITS.length) {
      throw invalid(
        `model.partitions[${index}].size`,
        '1 (slant), 2 (slant, height) or 3 (slant, height, width) units of the partition of kind pose',
        String(partitions[index]!.size)
      )
    }
    return [part, placed[index]!] as const
  })
  return Object.fromEntries(entries) as Record<Part, Partition>
}
