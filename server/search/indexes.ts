import {
  CollectionError, openIndex, type IndexedModel, type IndexHeader, type Neighbour, type SearchIndex,
  type SearchQuery, type ThreadOptions,
} from '@partition-vae/collections/search'
import type { Cancellation } from '../foundation/cancellation.js'
import { expected, IndexFailedError, IndexMismatchError, NoIndexError } from '../foundation/errors.js'
import { overloaded } from '../inference/pool.js'
import type { PoolLog } from '../inference/slot.js'
import { lookAt, type SeenIndex } from './look.js'

/** The indexes of a folder, by the models that made them. */
export interface Indexes {
  /** Sees what has changed in the folder, where it has not been looked at for a second. Never fails. */
  look (): Promise<void>
  /** The header of a model's index, as last seen; undefined: it has none. */
  find (model: IndexedModel): IndexHeader | undefined
  /** @throws PVAE_NO_INDEX; PVAE_INDEX_MISMATCH where the model has been replaced since it was indexed */
  require (model: IndexedModel): IndexHeader
  /**
   * Searches a model's index, in threads of its own. The first search of an index reads it into memory.
   * @throws PVAE_NO_INDEX, PVAE_INDEX_MISMATCH, PVAE_INDEX_FAILED, PVAE_OVERLOADED, the reason of the cancellation;
   * ModelError as SearchIndex.search
   */
  search (model: IndexedModel, query: SearchQuery, cancellation?: Cancellation): Promise<Neighbour[]>
  close (): Promise<void>
}

export interface IndexesOptions extends ThreadOptions {
  /** A folder with indexes as its folders, or an index itself. */
  readonly folder: string
  /** Threads of each index. */
  readonly threads: number
  /** Searches that may be under way at once; more are refused. */
  readonly maxWaiting: number
  readonly log: PoolLog
}

/** An index on the disk, and in memory once somebody has searched it. */
interface Entry extends SeenIndex {
  opened?: Promise<SearchIndex> | undefined
  /** Searches under way: it is not closed under them. */
  active: number
  retired: boolean
}

/** Milliseconds between looks at the folder. */
const LOOK_EVERY = 1000

export function createIndexes ({ folder, threads, maxWaiting, log, ...how }: IndexesOptions): Indexes {
  let entries: Entry[] = []
  let complaints = new Set<string>()
  let looked = -Infinity
  let looking: Promise<void> | undefined
  let waiting = 0

  async function lookNow (): Promise<void> {
    const { seen, faults } = await lookAt(folder, entries)
    for (const fault of faults) if (!complaints.has(fault)) log.warn({ folder }, `an index is passed over: ${fault}`)
    complaints = new Set(faults)
    const before = entries
    entries = seen.map(index => before.find(entry => entry === index) ?? { ...index, active: 0, retired: false })
    for (const entry of before) {
      if (entries.includes(entry)) continue
      entry.retired = true
      release(entry)
    }
    looked = performance.now()
  }

  function look (): Promise<void> {
    if (performance.now() - looked < LOOK_EVERY) return Promise.resolve()
    looking ??= lookNow()
      .catch((err: unknown) => log.error({ err, folder }, 'the folder of indexes can not be read'))
      .finally(() => { looking = undefined })
    return looking
  }

  const entryOf = ({ name, files: { encoder } }: IndexedModel) =>
    entries.find(({ header }) => header.model === name && header.encoderSha256 === encoder.sha256)

  function requireEntry (model: IndexedModel): Entry {
    const entry = entryOf(model)
    if (entry !== undefined) return entry
    const wanted = `an index of ${model.name}, version ${model.version}`
    const others = entries.flatMap(({ header }) => header.model === model.name ? [header.version] : [])
    if (others.length === 0) throw new NoIndexError(expected(wanted, 'the model', 'one that has none'))
    const found = `one of version ${others.join(', ')} with another encoder: encode and index its images again`
    throw new IndexMismatchError(expected(wanted, 'the model', found))
  }

  async function openEntry (entry: Entry): Promise<SearchIndex> {
    const { path, header: { model, version, count } } = entry
    const started = performance.now()
    const index = await openIndex(path, { threads, ...how })
    const ms = Math.round(performance.now() - started)
    log.info({ path, model, version, rows: count, ms }, 'an index was read')
    return index
  }

  function release (entry: Entry): void {
    if (!entry.retired || entry.active > 0) return
    entry.opened?.then(index => index.close(), () => {})
    entry.opened = undefined
  }

  async function scan (entry: Entry, query: SearchQuery): Promise<Neighbour[]> {
    entry.active++
    waiting++
    try {
      entry.opened ??= openEntry(entry)
      const index = await entry.opened.catch((error: unknown) => {
        entry.opened = undefined
        throw error
      })
      return await index.search(query)
    } catch (error) {
      if (!(error instanceof CollectionError)) throw error
      const { model, version } = entry.header
      const failure = new IndexFailedError(`The index of ${model}, version ${version}, can not be searched`)
      failure.cause = error
      throw failure
    } finally {
      waiting--
      entry.active--
      release(entry)
    }
  }

  return {
    look,
    find: model => entryOf(model)?.header,
    require: model => requireEntry(model).header,
    async search (model, query, cancellation) {
      const entry = requireEntry(model)
      if (waiting >= maxWaiting) throw overloaded()
      if (cancellation === undefined) return await scan(entry, query)
      return await new Promise((resolve, reject) => {
        if (cancellation.reason !== undefined) return reject(cancellation.reason)
        cancellation.add(reject)
        scan(entry, query).then(resolve, reject).finally(() => cancellation.remove(reject))
      })
    },
    async close () {
      await looking
      await Promise.all(entries.map(async ({ opened }) => (await opened?.catch(() => undefined))?.close()))
    },
  }
}
