import { setTimeout as delay } from 'node:timers/promises'
import { findPassedOver, type ModelListing, type Repository } from '@partition-vae/models'
import { mapAtOnce } from '../foundation/at-once.js'
import { createAbsences } from './absences.js'
import { createLoader, type LoadedVersion } from './loader.js'
import type { Pool } from './pool.js'
import type { ServedModel } from './served-model.js'
import { SelectionError, selectModels, type SelectionEntry } from './selection.js'
import type { ProviderPreference } from '@partition-vae/collections/runtime'
import type { PoolLog } from './slot.js'

export interface ReloadOptions {
  /** Looks again at versions that were refused, though their files are the same. Default: true. */
  readonly retry?: boolean
}

export interface ModelRegistry {
  /** By name: the versions that are served, ascending. */
  list (): ReadonlyArray<{ readonly name: string, readonly versions: readonly ServedModel[] }>
  /**
   * By default the highest version that is served.
   * @throws PVAE_MODEL_NOT_FOUND, PVAE_VERSION_NOT_FOUND
   */
  get (name: string, version?: number): ServedModel
  /**
   * Finds more to say of an error that `get` threw: which versions the repository has and why they are not served, or
   * which name is near. Returns other errors as they are.
   */
  explain<E extends Error> (error: E): E | Promise<E>
  /** At least one version is served, and closing has not begun. */
  readonly ready: boolean
  /** Jobs that wait for a worker. */
  readonly queued: number
  /** The next job would be refused. */
  readonly overloaded: boolean
  /**
   * Serves what the repository holds now. New versions are loaded beside the old and proven; then all changes take
   * effect at once. What is refused changes nothing: a model of which nothing else is left keeps the versions it has.
   * Never fails: what goes wrong is logged.
   */
  reload (options?: ReloadOptions): Promise<void>
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
  /** The models to serve. Default: everything. */
  readonly selection?: readonly SelectionEntry[]
  /** Looks into the repository this often. Seconds; 0, the default: never. */
  readonly watch?: number
  /**
   * Time that a version which was removed stays loaded, for requests that have found it and still arrive. Milliseconds.
   */
  readonly retireAfter?: number
}

/** Longer than any request may take to arrive and be answered. */
const RETIRE_AFTER = 120_000

interface Complaint {
  readonly details: { readonly missing?: readonly string[], readonly repository?: string, readonly err?: unknown }
  readonly message: string
}

type Served = ReadonlyMap<string, ReadonlyMap<number, LoadedVersion>>

/**
 * Loads every version of every model, so that a request for any of them costs the same and a wrong graph is known at
 * start, not at its first request. (What is served can be bounded by a selection.) A version that is refused is logged
 * with its reason; the others serve.
 * @throws ModelError PVAE_REPOSITORY_UNREADABLE; SelectionError for a selection that names what is not there, unless a
 * watch may find it later. The pool is closed then.
 */
export async function createRegistry (options: RegistryOptions): Promise<ModelRegistry> {
  const { repository, pool, log, selection = [], watch = 0, retireAfter = RETIRE_AFTER } = options
  const loader = createLoader(options)
  const closing = new AbortController()
  let served: Served = new Map()
  let draining = false
  let said: string[] = []
  let passedOver: string[] = []
  const absences = createAbsences({ repository, selection, watch, refused: loader.refused })
  /** Reloads run one after the other. */
  let last: Promise<void> = Promise.resolve()

  /** Said when it begins, not each time it is seen. */
  function complain (complaints: readonly Complaint[]): void {
    const known = new Set(said)
    said = complaints.map(({ message, details: { missing } }) => `${message} ${missing?.join()}`)
    for (const [i, { details, message }] of complaints.entries()) if (!known.has(said[i]!)) log.error(details, message)
  }

  /**
   * Warns of folders that are passed over, once each: nobody who does not know why sees that a folder's name keeps it
   * from being served.
   */
  async function tellPassedOver (): Promise<void> {
    const found = await findPassedOver(repository.root)
    for (const { path, field, expected, found: received } of found) {
      if (!passedOver.includes(path)) {
        log.warn(
          { path, repository: repository.root },
          `${path} is passed over: expected ${expected} for ${field} but found ${received}`
        )
      }
    }
    passedOver = found.map(({ path }) => path)
  }

  async function update (
    listing: readonly ModelListing[],
    load: { rolling: boolean; retry: boolean }
  ): Promise<Complaint[]> {
    const { chosen, missing } = selectModels(listing, selection)
    const next = new Map<string, ReadonlyMap<number, LoadedVersion>>()
    const wanted = chosen.flatMap(({ name, versions }) => versions.map(version => ({ name, version })))
    // At the start each worker goes ahead with another version. Later, one at a time: others serve meanwhile.
    const models = await mapAtOnce(wanted, load.rolling ? 1 : pool.workers, async ({ name, version }) =>
      served.get(name)?.get(version) ?? await loader.load(name, version, load))
    for (const { name } of chosen) {
      const old = served.get(name)
      const found = new Map<number, LoadedVersion>()
      // In order, so that the highest version is the last entry of its map.
      for (const [i, { name: other, version }] of wanted.entries()) {
        const model = models[i]
        if (other === name && model !== undefined) found.set(version, model)
      }
      const kept = found.size > 0 ? found : old
      if (kept !== undefined) next.set(name, kept)
    }
    const before = [...served.values()].flatMap(versions => [...versions.values()])
    served = next
    const after = new Set([...served.values()].flatMap(versions => [...versions.values()]))
    for (const model of before) if (!after.has(model)) retire(model)
    return missing.length === 0
      ? []
      : [{ details: { missing }, message: 'models that are selected are not in the repository' }]
  }

  function retire ({ key, card: { name, version } }: LoadedVersion): void {
    log.info({ model: name, version }, 'model no longer served')
    // closing ends them all
    delay(retireAfter, undefined, { signal: closing.signal, ref: false }).then(() => pool.unload(key)).catch(() => {})
  }

  async function reloadNow ({ retry = true }: ReloadOptions): Promise<Complaint[]> {
    const details = { repository: repository.root }
    try {
      const listing = await repository.list()
      await tellPassedOver()
      // A volume that is not mounted looks like that: what is served is better than nothing.
      if (listing.length === 0 && served.size > 0) {
        return [{ details, message: 'the repository is empty: what was served stays' }]
      }
      return await update(listing, { rolling: true, retry })
    } catch (err) {
      return [{ details: { ...details, err }, message: 'the repository can not be read: what was served stays' }]
    }
  }

  function reload (how: ReloadOptions = {}): Promise<void> {
    last = last.then(async () => { if (!draining) complain(await reloadNow(how)) })
    return last
  }

  async function keepWatching (): Promise<void> {
    while (!closing.signal.aborted) {
      await delay(watch * 1000, undefined, { signal: closing.signal, ref: false })
      await reload({ retry: false })
    }
  }

  async function lookAtFirst (): Promise<readonly ModelListing[]> {
    const listing = await repository.list()
    await tellPassedOver()
    const { missing } = selectModels(listing, selection)
    if (missing.length > 0 && watch === 0) throw new SelectionError(listing, missing)
    return listing
  }

  const listing = await lookAtFirst().catch(async (error: unknown) => {
    await pool.close()
    throw error
  })
  complain(await update(listing, { rolling: false, retry: true }))
  if (served.size === 0) {
    log.error({ repository: repository.root }, 'no model is served: the service is up, but not ready')
  }
  if (watch > 0) keepWatching().catch(() => {}) // closing ends it

  return {
    list: () => [...served].map(([name, versions]) => ({ name, versions: [...versions.values()] })),
    get (name, version) {
      const versions = served.get(name)
      if (versions === undefined) throw absences.modelError([...served.keys()], name, version)
      const model = version === undefined ? [...versions.values()].at(-1) : versions.get(version)
      if (model === undefined) throw absences.versionError([...versions.keys()], name, version!)
      return model
    },
    explain: absences.explain,
    get ready () { return served.size > 0 && !draining },
    get queued () { return pool.queued },
    get overloaded () { return pool.full },
    reload,
    drain () { draining = true },
    async close () {
      draining = true
      closing.abort()
      await pool.close()
      await last
    },
  }
}
