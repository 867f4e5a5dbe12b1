import { readFile, stat, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { RunObserver } from '../../../trainer/run/observer.js'
import { RunInterrupted } from '../../../trainer/run/interrupted.js'
import { trainOrResume, type NamedRun } from '../../../trainer/run/train-or-resume.js'
import { squaresConfig, writeSquares } from '../cli/cli-fixture.js'

async function place (root: string) {
  const data = await writeSquares(join(root, 'data'))
  const options: NamedRun = {
    request: { file: { path: 'my.json', value: squaresConfig(data) }, overrides: [] },
    runs: join(root, 'runs'),
    name: 'mine',
    engine: { kind: 'compiled', threads: 1 },
    evaluateEvery: 1,
    tensorboard: false,
    command: 'pvae',
  }
  return { options, run: join(root, 'runs', 'mine') }
}

t.test('what was interrupted goes on, what came to its end is not trained again', async t => {
  const { options, run } = await place(t.testdir())
  const steps: number[] = []
  const abort = new AbortController()
  const stopping: RunObserver = {
    onStep: ({ step }) => {
      steps.push(step)
      if (step === 5) abort.abort()
    },
  }
  await t.rejects(trainOrResume(options, { observer: stopping, signal: abort.signal }), RunInterrupted)
  t.equal(steps.at(-1), 5)

  const { signal } = new AbortController()
  const resumed: number[] = []
  let assessed = 0
  const metrics = await trainOrResume(options, {
    observer: { onStep: ({ step }) => resumed.push(step), onAssessed: () => assessed++ },
    signal,
  })
  t.equal(resumed[0], 6, 'from the step after the checkpoint')
  t.equal(resumed.at(-1), 18, 'to the end')
  t.equal(assessed, 1, 'the observer is told of the measures too')
  t.strictSame(metrics, JSON.parse(await readFile(join(run, 'report', 'metrics.json'), 'utf8')))

  const { mtimeMs } = await stat(join(run, 'report', 'metrics.json'))
  const observer: RunObserver = { onTraining: () => t.fail('it is not trained again') }
  t.strictSame(await trainOrResume(options, { observer, signal }), metrics)
  t.equal((await stat(join(run, 'report', 'metrics.json'))).mtimeMs, mtimeMs)
})

t.test('a lock that a process of another machine left is no obstacle; one of this machine is', async t => {
  const { options, run } = await place(t.testdir())
  const abort = new AbortController()
  const observer: RunObserver = { onStep: () => abort.abort() }
  await t.rejects(trainOrResume(options, { observer, signal: abort.signal }), RunInterrupted)
  const { signal } = new AbortController()
  const lock = (host: string) =>
    writeFile(join(run, 'lock'), JSON.stringify({ pid: process.ppid, host, startedAt: null }))
  await lock(hostname())
  await t.rejects(trainOrResume(options, { observer: {}, signal }), { code: 'PVAE_RUN_LOCKED' })
  await lock('elsewhere')
  await t.resolves(trainOrResume(options, { observer: {}, signal }))
})
