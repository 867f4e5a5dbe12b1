import {
  formatModelReference,
  openRepository,
  parseModelReference,
  type Card,
  type ModelReference,
  type ModelVersion,
} from '@partition-vae/models'
import { invalid, parseRunConfig } from '../../config/resolve.js'
import type { RunConfig } from '../../config/schema.js'
import type { ImageDataset } from '../../data/dataset.js'
import { TrainerError } from '../../foundation/errors.js'

/**
 * `mnist` (the highest version), `mnist@2` or `mnist:2`. @throws TrainerError PVAE_CONFIG_INVALID; ModelError as the
 * repository refuses
 */
export async function openModel (repository: string, text: string): Promise<ModelVersion> {
  const { name, version } = readReference('--model', text)
  return await openRepository(repository).open(name, version)
}

/** @param field what the text was given for. @throws TrainerError PVAE_CONFIG_INVALID */
export function readReference (field: string, text: string): ModelReference {
  const reference = parseModelReference(text)
  if (reference === undefined) throw invalid(field, 'NAME or NAME@VERSION', JSON.stringify(text))
  return reference
}

/** The config that a model was trained with. @throws TrainerError PVAE_CONFIG_INVALID for a model of another trainer */
export function configOf (card: Card): RunConfig {
  const { training } = card
  if (training['config'] === undefined) {
    throw invalid(
      `the model ${formatModelReference(card)}`,
      'a card with the config it was trained with',
      'one without'
    )
  }
  return parseRunConfig(training['config'])
}

/** Refuses images that are not those a card's measures are of: what is made of others beside them would lie. */
export function requireSameImages ({ name, fingerprint }: ImageDataset, { training }: Card): void {
  const { test } = (training['data'] ?? {}) as { readonly test?: Pick<ImageDataset, 'name' | 'fingerprint'> }
  if (test === undefined || test.fingerprint === fingerprint) return
  throw new TrainerError(
    'PVAE_DATA_MISMATCH',
    `expected the images that the model was measured on (${test.name}, fingerprint ${test.fingerprint}) ` +
      `for ${name} but found others (fingerprint ${fingerprint})`
  )
}
