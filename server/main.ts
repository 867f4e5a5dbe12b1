import closeWithGrace from 'close-with-grace'
import type { FastifyInstance } from 'fastify'
import { openRepository } from '@partition-vae/models'
import { buildApp } from './app.js'
import { ConfigError, readConfig, unknownSettings, type Config } from './config.js'
import { createPool } from './inference/pool.js'
import { createRegistry } from './inference/registry.js'
import { readVersion } from './version.js'

/** Longer than any request may take to arrive and be answered: then the process ends, drained or not. Milliseconds. */
const DRAIN_DEADLINE = 60_000

/** What no log is there for yet. */
function giveUp (exitCode: number, message: string): void {
  process.stderr.write(`${message}\n`)
  process.exitCode = exitCode
}

function start ({ LOG_LEVEL, PVAE_WORKERS, PVAE_EXECUTION_PROVIDER, PVAE_REPOSITORY }: Config): Promise<FastifyInstance> {
  const repository = openRepository(PVAE_REPOSITORY)
  return buildApp({
    loadModels: log => createRegistry({ repository, pool: createPool({ workers: PVAE_WORKERS, log }), provider: PVAE_EXECUTION_PROVIDER, log }),
  }, { logger: { level: LOG_LEVEL }, version: readVersion() })
}

async function listen (app: FastifyInstance, { HOST, PORT }: Config): Promise<void> {
  // Before it listens, so that no signal can come between. It ends the process when the function resolves. By then the workers have
  // ended: to exit while they run can abort in native code.
  const grace = closeWithGrace({ delay: DRAIN_DEADLINE, logger: app.log }, async ({ signal, err }) => {
    if (err === undefined) app.log.info({ signal }, 'closing')
    else app.log.fatal({ err }, 'closing after an unexpected error')
    await app.close()
    app.log.info('closed')
  })
  try {
    await app.listen({ port: PORT, host: HOST })
  } catch (error) {
    grace.uninstall() // it would end the process with 0
    await app.close()
    throw error
  }
}

try {
  const config = readConfig(process.env, process.cwd())
  const app = await start(config)
  for (const name of unknownSettings(process.env)) app.log.warn(`${name} is not a setting of this service, and is not used`)
  await listen(app, config)
} catch (error) {
  if (error instanceof ConfigError) giveUp(2, error.message)
  else giveUp(1, `The service can not start: ${(error as Error).message}`)
}
