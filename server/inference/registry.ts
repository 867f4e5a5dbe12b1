import { ModelError, type Card, type Repository } from '@partition-vae/models'
import { expected, ModelNotFoundError, VersionNotFoundError } from '../errors.js'
import type { Pool } from './pool.js'
import type { ExecutionProvider, ProviderPreference } from './session.js'
import type { PoolLog } from './slot.js'
import type { Kind, LoadReport, Result, Task } from './tasks.js'

/** A version that is loaded in every worker. */
export interface ServedModel {
  readonly card: Card
  readonly executionProvider: ExecutionProvider
  run<K extends Kind> (kind: K, task: Task<K>): Promise<Result<K>>
}

export interface ModelRegistry {
  /** By name: the versions that are served, ascending. */
  list (): ReadonlyArray<{ readonly name: string, readonly versions: readonly ServedModel[] }>
  /**
   * By default the highest version that is served.
   * @throws PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND
   */
  get (name: string, version?: number): ServedModel
  /** At least one version is served, and closing has not begun. */
  readonly ready: boolean
  /** From now on not ready: what comes before closing the server, so that balancers look elsewhere. */
  drain (): void
  /** Finishes what runs and ends the workers. */
  close (): Promise<void>
}

export interface RegistryOptions {
  readonly repository: Repository
  readonly pool: Pool
  readonly provider: ProviderPreference
  readonly log: PoolLog
}

/**
 * Loads every version of every model, so that a request for any of them costs the same and a wrong graph is known at start, not at its first
 * request. (What is served can be bounded by what is on disk: versions are plain folders.) A version that is refused is logged with its
 * reason; the others serve.
 * @throws ModelError PVAE_REPOSITORY_UNREADABLE; the pool is closed then
 */
export async function createRegistry ({ repository, pool, provider, log }: RegistryOptions): Promise<ModelRegistry> {
  const models = new Map<string, Map<number, ServedModel>>()
  let wanted = provider
  let draining = false
  let logged = false

  /** The provider is the same for all: one line says which, and why it is not the one that was asked for. */
  function logProvider ({ executionProvider, fallbackReason }: LoadReport): void {
    if (logged) return
    logged = true
    if (fallbackReason === undefined) log.info({ executionProvider }, `execution provider: ${executionProvider}`)
    else log.warn({ executionProvider, reason: fallbackReason }, `execution provider: ${executionProvider}, because ${provider} can not be used`)
  }

  async function load (name: string, version: number): Promise<void> {
    const key = `${name}/${version}`
    try {
      const { card, encoder, decoder, golden } = await repository.open(name, version)
      const report = await pool.load({ key, card, encoder, decoder, golden, provider: wanted })
      logProvider(report)
      // Asked once: every further attempt would only repeat ONNX Runtime's complaint.
      if (report.fallbackReason !== undefined) wanted = report.executionProvider
      const { executionProvider } = report
      const versions = models.get(name) ?? new Map<number, ServedModel>()
      models.set(name, versions.set(version, { card, executionProvider, run: (kind, task) => pool.run(key, kind, task) }))
      log.info({ model: name, version }, 'model loaded')
    } catch (error) {
      const reason = error instanceof ModelError ? { field: error.field, expected: error.expected, found: error.found } : {}
      const { code, message } = error as Error & { code?: string }
      log.error({ model: name, version, code, reason, detail: ((error as Error).cause as Error | undefined)?.message }, `model refused: ${message}`)
    }
  }

  const listing = await repository.list().catch(async (error: unknown) => {
    await pool.close()
    throw error
  })
  for (const { name, versions } of listing) {
    // In order, so that the highest version is the last entry of its map.
    for (const version of versions) await load(name, version)
  }
  if (models.size === 0) log.error({ repository: repository.root }, 'no model is served: the service is up, but not ready')

  return {
    list: () => [...models].map(([name, versions]) => ({ name, versions: [...versions.values()] })),
    get (name, version) {
      const versions = models.get(name)
      if (versions === undefined) throw new ModelNotFoundError(expected(`one of ${[...models.keys()].join(', ') || 'no models'}`, 'model', JSON.stringify(name)))
      const model = version === undefined ? [...versions.values()].at(-1) : versions.get(version)
      if (model === undefined) throw new VersionNotFoundError(expected(`one of ${[...versions.keys()].join(', ')}`, `version of ${name}`, String(version)))
      return model
    },
    get ready () { return models.size > 0 && !draining },
    drain () { draining = true },
    close: () => pool.close(),
  }
}
