import t from 'tap'
import { openRepository } from '@partition-vae/models'
import type { LoadReport } from '../../../collections/runtime/graphs.js'
import { createLoader } from '../../../server/inference/loader.js'
import type { Pool } from '../../../server/inference/pool.js'
import type { ModelSource } from '../../../server/inference/tasks.js'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { createLog, temporaryFolder } from '../service.js'

const NOW = { rolling: false, retry: true }

/** A loader of two models into a pool that says of each that it runs as reported. */
async function start (t: Parameters<typeof temporaryFolder>[0], report: LoadReport) {
  const root = await temporaryFolder(t)
  for (const name of ['one', 'two']) await publishLinearModel(root, { name })
  const asked: Array<ModelSource['provider']> = []
  const load = async ({ provider }: ModelSource) => {
    asked.push(provider)
    return report
  }
  const log = createLog()
  return {
    asked,
    log,
    loader: createLoader({
      repository: openRepository(root),
      pool: { load } as Partial<Pool> as Pool,
      provider: 'cuda',
      log,
    }),
  }
}

t.test('a provider that did not work is not asked for again', async t => {
  const { asked, log, loader } = await start(t, { executionProvider: 'cpu', fallbackReason: 'no device' })
  for (const name of ['one', 'two']) await loader.load(name, 1, NOW)
  t.strictSame(asked, ['cuda', 'cpu'])
  t.match(
    log.lines.filter(({ level }) => level === 'warn'),
    [{ details: { executionProvider: 'cpu', reason: 'no device' } }]
  )
})

t.test('one that works is asked for each time', async t => {
  const { asked, loader } = await start(t, { executionProvider: 'cuda' })
  for (const name of ['one', 'two']) t.equal((await loader.load(name, 1, NOW))!.executionProvider, 'cuda')
  t.strictSame(asked, ['cuda', 'cuda'])
})
