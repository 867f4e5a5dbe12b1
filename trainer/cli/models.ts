import { openRepository, type Card, type ModelVersion } from '@partition-vae/models'
import { invalid, parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'

/** `mnist` (the highest version) or `mnist@2`. @throws TrainerError PVAE_CONFIG_INVALID; ModelError as the repository refuses */
export async function openModel (repository: string, reference: string): Promise<ModelVersion> {
  const [name, version, ...rest] = reference.split('@')
  if (rest.length > 0 || (version !== undefined && !/^[1-9]\d*$/.test(version))) throw invalid('--model', 'NAME or NAME@VERSION', JSON.stringify(reference))
  return await openRepository(repository).open(name!, ...version === undefined ? [] : [Number(version)] as const)
}

/** The config that a model was trained with. @throws TrainerError PVAE_CONFIG_INVALID for a model of another trainer */
export function configOf ({ name, version, training }: Card): RunConfig {
  if (training['config'] === undefined) throw invalid(`the model ${name}@${version}`, 'a card with the config it was trained with', 'one without')
  return parseRunConfig(training['config'])
}
