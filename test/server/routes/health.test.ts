import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { buildApp } from '../../../server/app.js'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry } from '../../../server/inference/registry.js'
import { startService, temporaryFolder, WORKER } from '../service.js'

t.test('live and ready', async t => {
  const { app } = await startService(t)
  t.match((await app.inject('/v2/health/live')).json(), { live: true })
  const ready = await app.inject('/v2/health/ready')
  t.equal(ready.statusCode, 200)
  t.strictSame(ready.json(), { ready: true })
})

t.test('without a model: live, not ready', async t => {
  const root = join(await temporaryFolder(t), 'empty')
  await mkdir(root)
  const app = await buildApp({
    loadModels: log =>
      createRegistry({
        repository: openRepository(root),
        pool: createPool({ workers: 1, log, ...WORKER }),
        provider: 'cpu',
        log,
      }),
  })
  t.teardown(() => app.close())
  t.equal((await app.inject('/v2/health/live')).statusCode, 200)
  const ready = await app.inject('/v2/health/ready')
  t.equal(ready.statusCode, 503)
  t.strictSame(ready.json(), { ready: false })
  t.strictSame((await app.inject('/v1/models')).json(), { models: [] })
  t.match((await app.inject('/openapi.json')).json(), { info: { version: '0.0.0' } })
})
