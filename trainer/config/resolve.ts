import { Value } from '@partition-vae/models/typebox'
import { didYouMean } from '@partition-vae/models'
import { invalid } from './invalid.js'
import { configMismatch } from './mismatch.js'
import type { Architecture } from './model-schema.js'
import { checkObjective, withDependentDefaults } from './objective-checks.js'
import { runConfigSchemas, type RunConfig } from './schema.js'

export { invalid } from './invalid.js'

/**
 * Fills in defaults and checks everything that a schema can say, that partition names differ, and that the objective's
 * options go together. What depends on the image's size (does f divide it?) is checked by the model's plan.
 * @param value parsed JSON; it is not changed
 * @throws TrainerError PVAE_CONFIG_INVALID naming the field, what was expected and what was received
 */
export function parseRunConfig (value: unknown): RunConfig {
  const schema = runConfigSchemas[architectureOf(value)]
  const filled = Value.Default(schema, structuredClone(withDependentDefaults(value)))
  // `filled` names what the user wrote: defaults never fail their own schema.
  const mismatch = Value.Check(schema, filled) ? undefined : configMismatch(schema, filled)
  if (mismatch !== undefined) throw invalid(mismatch.field, mismatch.expected, mismatch.found)
  const config = filled as unknown as RunConfig
  const names = config.model.partitions.map(({ name }) => name)
  const duplicate = names.findIndex((name, i) => names.indexOf(name) < i)
  if (duplicate >= 0) {
    throw invalid(
      `model.partitions[${duplicate}].name`,
      'a name that no other partition has',
      JSON.stringify(names[duplicate])
    )
  }
  checkObjective(config)
  return config
}

/** Configs from before there was a choice name no architecture: theirs was the joint one. */
function architectureOf (value: unknown): Architecture {
  const { architecture = 'joint' } = ((value as { model?: unknown } | null)?.model ?? {}) as { architecture?: unknown }
  const known = Object.keys(runConfigSchemas)
  if (typeof architecture === 'string' && known.includes(architecture)) return architecture as Architecture
  throw invalid(
    'model.architecture',
    `one of ${known.join(', ')}`,
    `${JSON.stringify(architecture)}${didYouMean(String(architecture), known)}`
  )
}
