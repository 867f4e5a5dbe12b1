import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { openRepository, planarFromBytes } from '@partition-vae/models'
import { buildIndex } from '@partition-vae/collections/search'
import { buildApp, type AppOptions } from '../../server/app.js'
import { createPool, type PoolOptions } from '../../server/inference/pool.js'
import { createRegistry, type ModelRegistry } from '../../server/inference/registry.js'
import type { ProviderPreference } from '../../collections/runtime/session.js'
import { createIndexes } from '../../server/search/indexes.js'
import type { Limits } from '../../server/settings/limits.js'
import type { Tracing } from '../../server/plugins/tracing.js'
import {
  publishLinearModel,
  type PublishedLinearModel,
  type PublishLinearModelOptions,
} from '../helpers/linear-model.js'

/** What tests need of a tap test. */
export interface Scope {
  teardown (fn: () => Promise<unknown> | unknown): void
}

/**
 * The worker as it is built: threads of TypeScript sources would compile them each time. It gets none of this process's
 * loaders.
 */
export const WORKER: Pick<PoolOptions, 'entry' | 'execArgv'> = {
  entry: new URL('../../server/dist/inference/worker.js', import.meta.url),
  execArgv: [],
}
/** A thread of the search, as it is built. */
export const SEARCH_WORKER = {
  entry: new URL('../../collections/dist/search/worker.js', import.meta.url), execArgv: [],
}
/** The same with weak spots. */
export const FRAGILE_WORKER: typeof WORKER = { entry: new URL('./fragile-worker.mjs', import.meta.url), execArgv: [] }

export async function temporaryFolder (t: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pvae-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** Lines of a log, as a log for the pool and the registry. */
export function createLog () {
  const lines: Array<{ level: string, details: Record<string, unknown>, message: string }> = []
  const at = (level: string) => (details: object, message: string) => {
    lines.push({ level, details: details as Record<string, unknown>, message })
  }
  return { lines, info: at('info'), warn: at('warn'), error: at('error') }
}

export interface TestService {
  readonly app: FastifyInstance
  readonly models: ModelRegistry
  readonly model: PublishedLinearModel
  readonly root: string
}

export interface TestServiceOptions {
  readonly model?: PublishLinearModelOptions
  readonly limits?: Partial<Limits>
  readonly provider?: ProviderPreference
  readonly workers?: number
  readonly worker?: typeof WORKER
  readonly pool?: Pick<PoolOptions, 'maxQueue'>
  readonly app?: Omit<AppOptions, 'limits' | 'version'>
  readonly tracing?: Tracing
  /** A folder of indexes. `linear`: one is made of the model's images, with its latents' log-variances. */
  readonly indexes?: string | 'linear'
  /** Called with the repository before it is served. */
  readonly prepare?: (root: string) => Promise<unknown>
}

/** The real service on a linear model: its workers, ONNX Runtime, sharp and all. */
export async function startService (t: Scope, options: TestServiceOptions = {}): Promise<TestService> {
  const root = await temporaryFolder(t)
  const model = await publishLinearModel(root, options.model)
  await options.prepare?.(root)
  let models: ModelRegistry | undefined
  const folder = options.indexes === 'linear' ? await indexLinearModel(t, model) : options.indexes
  const app = await buildApp({
    tracing: options.tracing,
    ...folder !== undefined && {
      async loadIndexes (log) {
        const indexes = createIndexes({ folder, threads: 1, maxWaiting: 100, log, ...SEARCH_WORKER })
        await indexes.look()
        return indexes
      },
    },
    async loadModels (log, observer) {
      models = await createRegistry({
        repository: openRepository(root),
        pool: createPool({
          workers: options.workers ?? 1,
          log,
          observer,
          ...(options.worker ?? WORKER),
          ...options.pool,
        }),
        provider: options.provider ?? 'auto',
        log,
      })
      return models
    },
  }, { version: '1.2.3', ...options.app, ...options.limits && { limits: options.limits }, ...options.app })
  t.teardown(() => app.close())
  return { app, models: models!, model, root }
}

/** Makes an index of a linear model's images, called 0.png, 1.png and so on. Returns the folder that it lies in. */
async function indexLinearModel (t: Scope, { card, images, image, encode }: PublishedLinearModel): Promise<string> {
  const folder = await temporaryFolder(t)
  const pixels = images.flatMap(bytes => [...planarFromBytes(bytes, image)])
  const latents = encode(Float32Array.from(pixels), images.length)
  const files = images.map((_, i) => `${i}.png`)
  const metadata = files.map((file, i) => ({ file, values: { parity: i % 2 === 0 ? 'even' : 'odd', number: i } }))
  const batches = (async function * () { yield { files, ...latents } })()
  await buildIndex(join(folder, 'any-name'), card, batches, { metadata })
  return folder
}

export { imagesOf, multipartOf } from '../helpers/multipart.js'

/** Largest |a − b|. */
export function largestDifference (a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`expected ${b.length} values but received ${a.length}`)
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}
