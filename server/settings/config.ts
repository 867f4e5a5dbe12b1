import { resolve } from 'node:path'
import type { Mismatch } from '@partition-vae/models'
import { Compile, Type, type Static } from '@partition-vae/models/typebox'
import { allMismatches, coerceText, statedDefaults } from '../foundation/schema-check.js'
import { settings, type SettingName, type Settings } from './table.js'

/** One environment variable for each setting. */
export const ConfigSchema = Type.Object(
  Object.fromEntries(settings.map(([name, { schema }]) => [name, schema])) as {
    [Name in SettingName]: Settings[Name]['schema']
  },
  { additionalProperties: false }
)
export type Config = Readonly<Static<typeof ConfigSchema>>

export interface Environment { readonly [name: string]: string | undefined }

const check = Compile(ConfigSchema)

/** Names every setting at fault in one message: nobody should have to start five times to learn five things. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

function defaults (): Record<string, unknown> {
  const computed = settings.flatMap(([name, { computed }]) => computed === undefined ? [] : [[name, computed.value()]])
  return { ...statedDefaults(ConfigSchema), ...Object.fromEntries(computed) }
}

/** Finds settings that are right one by one, but not together. */
function contradictions (config: Config): Mismatch[] {
  return settings.flatMap(([field, { atLeast }]) => {
    const other = atLeast as SettingName | undefined
    if (other === undefined || config[field] >= config[other]) return []
    return [{ field, expected: `at least ${other} (${config[other]})`, found: String(config[field]) }]
  })
}

/** Makes paths absolute. */
function resolvePaths (config: Config, directory: string): Config {
  const given = settings.filter(([name, { path }]) => path === true && config[name] !== '')
  const resolved = given.map(([name]) => [name, resolve(directory, String(config[name]))])
  return { ...config, ...Object.fromEntries(resolved) }
}

/**
 * Reads the settings out of an environment. An empty variable counts as unset; relative paths start at `directory`.
 * @throws ConfigError listing every setting at fault: what was expected and what was received
 */
export function readConfig (environment: Environment, directory: string): Config {
  const given = settings.map(([name]) => [name, environment[name]] as const)
    .filter(([, value]) => value !== undefined && value !== '')
  const config: unknown = { ...defaults(), ...coerceText(ConfigSchema, Object.fromEntries(given)) }
  const valid = check.Check(config)
  const faults = valid ? contradictions(config) : allMismatches(check.Errors(config), config, 'the environment')
  if (!valid || faults.length > 0) {
    const lines = faults.map(fault => `  expected ${fault.expected} for ${fault.field} but received ${fault.found}`)
    throw new ConfigError(['The configuration is not valid:', ...lines].join('\n'))
  }
  return resolvePaths(config, directory)
}

/** Finds names that look like ours but are no setting: most likely a typing error that would otherwise go unseen. */
export function unknownSettings (environment: Environment): string[] {
  return Object.keys(environment)
    .filter(name => name.startsWith('PVAE_') && !Object.hasOwn(ConfigSchema.properties, name))
}
