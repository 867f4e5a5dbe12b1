import { Compile } from 'typebox/compile'
import { Value } from 'typebox/value'
import { TrainerError } from '../errors.js'
import { configMismatch } from './mismatch.js'
import { RunConfigSchema, type RunConfig } from './schema.js'

const runConfig = Compile(RunConfigSchema)

/**
 * Fills in defaults and checks everything that a schema can say, and that partition names differ. What depends on the image's size
 * (does f divide it?) is checked by the model's plan.
 * @param value parsed JSON; it is not changed
 * @throws TrainerError PVAE_CONFIG_INVALID naming the field, what was expected and what was received
 */
export function parseRunConfig (value: unknown): RunConfig {
  const filled = Value.Default(RunConfigSchema, structuredClone(value))
  if (!runConfig.Check(filled)) {
    // `filled` names what the user wrote: defaults never fail their own schema.
    const { field, expected, found } = configMismatch(RunConfigSchema, filled)!
    throw invalid(field, expected, found)
  }
  const names = filled.model.partitions.map(({ name }) => name)
  const duplicate = names.findIndex((name, i) => names.indexOf(name) < i)
  if (duplicate >= 0) {
    throw invalid(`model.partitions[${duplicate}].name`, 'a name that no other partition has', JSON.stringify(names[duplicate]))
  }
  return filled
}

export function invalid (field: string, expected: string, received: string, options?: ErrorOptions): TrainerError {
  return new TrainerError('PVAE_CONFIG_INVALID', `expected ${expected} for ${field} but received ${received}`, options)
}
