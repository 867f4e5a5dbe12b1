import './foundation/telemetry.js'
import './foundation/heap.js'
import { setTimeout as delay } from 'node:timers/promises'
import closeWithGrace from 'close-with-grace'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { readCapacity } from '@partition-vae/collections/capacity'
import { openRepository } from '@partition-vae/models'
import { checkAddress, describeListenError } from './address.js'
import { buildApp } from './app.js'
import { appOptions } from './app-options.js'
import { ConfigError, readConfig, unknownSettings, type Config } from './settings/config.js'
import { createLocalRunner } from './inference/local.js'
import { createPool } from './inference/pool.js'
import { createRegistry, type ModelRegistry } from './inference/registry.js'
import { createIndexes } from './search/indexes.js'
import { measureIndexes } from './search/look.js'
import { parseSelection } from './inference/selection.js'
import { chooseWorkers, measureGraphs } from './inference/worker-count.js'
import type { Tracing } from './plugins/tracing.js'
import { readVersion } from './foundation/version.js'

/** Ends the process with a message on the standard error, while there is no log yet. */
function giveUp (exitCode: number, message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = exitCode
}

/** The longest that a request can take to arrive and be answered, and a second. Milliseconds. */
function answeredWithin ({ PVAE_ARRIVAL_TIMEOUT_MS, PVAE_REQUEST_TIMEOUT_MS }: Config): number {
  return PVAE_ARRIVAL_TIMEOUT_MS + PVAE_REQUEST_TIMEOUT_MS + 1000
}

/** For traces that are left when all is answered. Milliseconds. */
const FLUSH_WITHIN = 3000

/** Its libraries are loaded only where traces are wanted. */
async function startTracing ({ OTEL_EXPORTER_OTLP_ENDPOINT }: Config): Promise<Tracing | undefined> {
  if (OTEL_EXPORTER_OTLP_ENDPOINT === '') return undefined
  const { createTracing } = await import('./plugins/tracing.js')
  return createTracing({ version: readVersion(), flushWithin: FLUSH_WITHIN })
}

/** Chooses the number of workers, and says why it is not more. */
async function countWorkers (
  config: Config, log: FastifyBaseLogger
): Promise<{ readonly workers: number, readonly shortAtOnce: number }> {
  const { PVAE_REPOSITORY, PVAE_MODELS, PVAE_INDEX_DIR, PVAE_WORKERS } = config
  const capacity = readCapacity()
  const graphs = await measureGraphs(openRepository(PVAE_REPOSITORY), parseSelection(PVAE_MODELS))
  const indexes = PVAE_INDEX_DIR === '' ? 0 : await measureIndexes(PVAE_INDEX_DIR, countSearchers(config))
  const { workers, shortAtOnce, estimate, reason, tight } = chooseWorkers(PVAE_WORKERS, capacity, { graphs, indexes })
  const mebibytes = (bytes: number) => Math.round(bytes / 2 ** 20)
  const details = { workers, estimatedMiB: mebibytes(estimate), memoryMiB: mebibytes(capacity.memory), reason }
  const message = `workers: ${workers}, because of ${reason}; about ${details.estimatedMiB} MiB under load`
  if (tight) log.warn(details, `${message}, which may be more than the ${details.memoryMiB} MiB that there are`)
  else log.info(details, message)
  return { workers, shortAtOnce }
}

/** One less than there are cores, whatever the number of workers is by the memory: each thread takes little. */
function countSearchers ({ PVAE_WORKERS }: Config): number {
  return PVAE_WORKERS > 0 ? PVAE_WORKERS : Math.max(1, readCapacity().cores - 1)
}

interface Service {
  readonly app: FastifyInstance
  readonly models: ModelRegistry
}

async function start (config: Config): Promise<Service> {
  const { PVAE_MAX_QUEUE, PVAE_EXECUTION_PROVIDER, PVAE_REPOSITORY, PVAE_MODELS, PVAE_WATCH } = config
  const { PVAE_INDEX_DIR } = config
  let models: ModelRegistry | undefined
  const app = await buildApp({
    tracing: await startTracing(config),
    async loadModels (log, observer) {
      models = await createRegistry({
        repository: openRepository(PVAE_REPOSITORY),
        pool: createPool({
          ...await countWorkers(config, log),
          maxQueue: PVAE_MAX_QUEUE,
          log,
          observer,
          local: createLocalRunner(),
        }),
        provider: PVAE_EXECUTION_PROVIDER,
        selection: parseSelection(PVAE_MODELS),
        watch: PVAE_WATCH,
        retireAfter: answeredWithin(config),
        log,
      })
      return models
    },
    ...PVAE_INDEX_DIR !== '' && {
      async loadIndexes (log) {
        const indexes = createIndexes({
          folder: PVAE_INDEX_DIR, threads: countSearchers(config), maxWaiting: PVAE_MAX_QUEUE, log,
        })
        await indexes.look()
        return indexes
      },
    },
  }, appOptions(config))
  return { app, models: models! }
}

async function listen ({ app, models }: Service, config: Config): Promise<void> {
  process.on('SIGHUP', () => {
    app.log.info('reloading the models')
    models.reload().then(() => app.log.info('models reloaded'))
  })
  // Before it listens, so that no signal can come between. It ends the process when the function resolves. By then the
  // workers have ended: to exit while they run can abort in native code. After the delay it ends the process, drained
  // or not.
  const grace = closeWithGrace(
    { delay: config.PVAE_DRAIN_DELAY_MS + answeredWithin(config) + FLUSH_WITHIN, logger: app.log, skip: ['SIGHUP'] },
    async ({ signal, err }) => {
      if (err === undefined) app.log.info({ signal }, 'closing')
      else app.log.fatal({ err }, 'closing after an unexpected error')
      models.drain()
      if (err === undefined) await delay(config.PVAE_DRAIN_DELAY_MS)
      await app.close()
      app.log.info('closed')
    }
  )
  try {
    await app.listen({ port: config.PORT, host: config.HOST })
  } catch (error) {
    grace.uninstall() // it would end the process with 0
    await app.close()
    throw describeListenError(error as Error, { host: config.HOST, port: config.PORT })
  }
}

try {
  const config = readConfig(process.env, process.cwd())
  await checkAddress({ host: config.HOST, port: config.PORT })
  const service = await start(config)
  for (const name of unknownSettings(process.env)) {
    service.app.log.warn(`${name} is not a setting of this service, and is not used`)
  }
  await listen(service, config)
} catch (error) {
  if (error instanceof ConfigError) giveUp(2, error.message)
  else giveUp(1, `The service can not start: ${(error as Error).message}`)
}
