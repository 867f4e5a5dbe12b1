import { Compile, Type } from '@partition-vae/models/typebox'
import type { Card } from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'

/** Below this share of its factors' variance, a partition is not named after a group. */
const NAMEABLE_R2 = 0.5

/**
 * The part of a card's metrics that names need: group of factors → the partition that it was matched to, and its R².
 */
const MeasuredSchema = Type.Object({
  test: Type.Object({
    disentanglement: Type.Object({
      groups: Type.Object({
        assignment: Type.Record(Type.String(), Type.Object({ partition: Type.String(), score: Type.Number() })),
      }),
    }),
  }),
})
const measuredSchema = Compile(MeasuredSchema)

/**
 * Labels by partition name: the group of factors that each partition was matched to, where it holds at least half of
 * the group's variance (R² ≥ .5).
 * @throws TrainerError PVAE_INVALID_PARAMETER for a model that was measured without factors
 */
export function measuredLabels ({
  name,
  version,
  metrics,
}: Pick<Card, 'name' | 'version' | 'metrics'>): Map<string, string> {
  if (!measuredSchema.Check(metrics)) {
    throw new TrainerError(
      'PVAE_INVALID_PARAMETER',
      `expected a model that was measured on images with known factors for ${name}@${version} but its card has no ` +
        'matching of partitions to groups; name them yourself: p1=LABEL'
    )
  }
  const pairs = Object.entries(metrics.test.disentanglement.groups.assignment)
  return new Map(
    pairs.filter(([, { score }]) => score >= NAMEABLE_R2).map(([group, { partition }]) => [partition, group])
  )
}
