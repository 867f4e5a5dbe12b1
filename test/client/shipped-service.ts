import { fileURLToPath } from 'node:url'
import { openRepository } from '@partition-vae/models'
import { buildApp, type AppDependencies, type AppOptions } from '../../server/app.js'
import { createPool } from '../../server/inference/pool.js'
import { createRegistry } from '../../server/inference/registry.js'
import { WORKER, type Scope } from '../server/service.js'

/** Starts the real service on the shipped models, on a free port. @returns its address */
export async function startShippedService (
  t: Scope, options: AppOptions = {}, dependencies: Pick<AppDependencies, 'loadIndexes'> = {}
): Promise<string> {
  const repository = openRepository(fileURLToPath(new URL('../../models/repository', import.meta.url)))
  const app = await buildApp({
    ...dependencies,
    loadModels: log =>
      createRegistry({ repository, pool: createPool({ workers: 1, log, ...WORKER }), provider: 'cpu', log }),
  }, options)
  t.teardown(() => app.close())
  return await app.listen({ host: '127.0.0.1', port: 0 })
}
