import { availableParallelism } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Type, type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { allMismatches, coerceText, statedDefaults } from './schemas/check.js'

/** Every setting of the service: one environment variable each. */
export const ConfigSchema = Type.Object({
  PORT: Type.Integer({ minimum: 0, maximum: 65535, default: 8080, description: 'TCP port; 0 takes any free one' }),
  HOST: Type.String({
    minLength: 1,
    default: 'localhost',
    description: 'Address to listen on. `localhost` is this machine only; `0.0.0.0` is every interface, as in a container',
  }),
  PVAE_REPOSITORY: Type.String({ minLength: 1, description: 'Folder of the model repository (default: the models that ship)' }),
  PVAE_EXECUTION_PROVIDER: Type.Enum(['auto', 'cpu', 'cuda'], {
    default: 'auto',
    description: '`cpu`; `cuda`: falls back to the CPU with a warning where CUDA is missing; `auto`: CUDA where it is installed, else the CPU',
  }),
  PVAE_WORKERS: Type.Integer({ minimum: 1, maximum: 256, description: 'Threads that decode and infer (default: cores − 1, at least 1)' }),
  LOG_LEVEL: Type.Enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], { default: 'info', description: 'Least severe line to log' }),
}, { additionalProperties: false })
export type Config = Readonly<Static<typeof ConfigSchema>>

export interface Environment { readonly [name: string]: string | undefined }

const check = Compile(ConfigSchema)

/** Every setting at fault, in one message: nobody should have to start a service five times to learn five things. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** The models that ship: beside the code of `@partition-vae/models`, be it TypeScript or built. */
export function shippedRepository (): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('@partition-vae/models')))
  return join(basename(folder) === 'dist' ? dirname(folder) : folder, 'repository')
}

function defaults (): Record<string, unknown> {
  return { ...statedDefaults(ConfigSchema), PVAE_REPOSITORY: shippedRepository(), PVAE_WORKERS: Math.max(1, availableParallelism() - 1) }
}

/**
 * Reads the settings out of an environment. An empty variable counts as unset; a relative repository path starts at `directory`.
 * @throws ConfigError listing every setting at fault: what was expected and what was received
 */
export function readConfig (environment: Environment, directory: string): Config {
  const given = Object.entries(environment).filter(([name, value]) => Object.hasOwn(ConfigSchema.properties, name) && value !== undefined && value !== '')
  const settings: unknown = { ...defaults(), ...coerceText(ConfigSchema, Object.fromEntries(given)) }
  if (!check.Check(settings)) {
    const faults = allMismatches(check.Errors(settings), settings, 'the environment')
    const lines = faults.map(({ field, expected, found }) => `  expected ${expected} for ${field} but received ${found}`)
    throw new ConfigError(['The configuration is not valid:', ...lines].join('\n'))
  }
  return { ...settings, PVAE_REPOSITORY: resolve(directory, settings.PVAE_REPOSITORY) }
}

/** Names that look like ours but are no setting: most likely a typing error that would otherwise go unseen. */
export function unknownSettings (environment: Environment): string[] {
  return Object.keys(environment).filter(name => name.startsWith('PVAE_') && !Object.hasOwn(ConfigSchema.properties, name))
}
