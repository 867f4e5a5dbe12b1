import type { ModelConfig } from '../../trainer/config/schema.js'

/** What a layered model does at a step, as much earlier as a run is shorter than the preset's: paths in the model, and steps. `share`: of its steps. */
export function earlierMilestones (model: ModelConfig, share: number): Array<[path: string, step: number]> {
  if (model.architecture !== 'layered' || share >= 1) return []
  const at = (path: string, step: number): [string, number] => [path, Math.round(step * share)]
  return [
    ...model.coarse === undefined ? [] : [at('coarse.steps', model.coarse.steps)],
    ...model.partitions.flatMap((partition, i) => 'activeFrom' in partition && partition.activeFrom > 0 ? [at(`partitions.${i}.activeFrom`, partition.activeFrom)] : []),
  ]
}
