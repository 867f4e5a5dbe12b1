import type { ModelConfig } from '../../trainer/config/schema.js'

/**
 * Moves the milestones of a layered model (paths in the model, and steps) as much forward as a run is shorter than the
 * preset's.
 * @param share of the preset's steps
 */
export function earlierMilestones (model: ModelConfig, share: number): Array<[path: string, step: number]> {
  if (model.architecture !== 'layered' || share >= 1) return []
  const at = (path: string, step: number): [string, number] => [path, Math.round(step * share)]
  return [
    ...model.coarse === undefined ? [] : [at('coarse.steps', model.coarse.steps)],
    ...model.partitions.flatMap((partition, i) => 'activeFrom' in partition && partition.activeFrom > 0
      ? [at(`partitions.${i}.activeFrom`, partition.activeFrom)]
      : []),
  ]
}
