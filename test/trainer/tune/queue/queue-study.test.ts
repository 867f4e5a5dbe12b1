/** Studies whose trials real workers run, through a real Redis. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openJournal } from '../../../../trainer/tune/journal/file.js'
import { skipRedis, startRedis } from '../../../collections/redis.js'
import { pvae } from '../../../helpers/pvae-process.js'
import { cli, workplace, type CliResult } from '../../cli/cli-fixture.js'

/** So many that a trial is still in its middle when word of a stop has reached its worker. */
const EPOCHS = 40

async function place (t: Test) {
  const directory = t.testdir({ redis: {} })
  const { root, config } = await workplace(directory)
  const redis = await startRedis(t, join(directory, 'redis'))
  const { url } = redis
  const space = join(root, 'space.json')
  await writeFile(space, JSON.stringify({ 'fit.learningRate': { type: 'float', low: 0.001, high: 0.05, log: true } }))
  const tune = (studies: string, ...more: string[]) => [
    'tune', '--config', config, '--space', space, '--output', join(root, studies), '--objective', 'mse',
    '--epochs', String(EPOCHS), '--pruner', 'none', '--sampler', 'random', '--set', 'fit.checkpointEverySteps=2',
    ...more,
  ]
  const journal = (studies: string) => join(root, studies, 'squares', 'journal.log')
  const trials = async (studies = 'studies') =>
    (await openJournal(journal(studies))).state.study('squares')?.trials ?? []
  const worker = (...more: string[]) => {
    const started = pvae(['worker', '--queue', url, '--kind', 'tune', '--threads', '1', '--lease', '2', ...more])
    t.teardown(() => started.child.kill('SIGKILL'))
    return started
  }
  /** Waits until a trial has come so far. */
  const reached = async (trial: number, epoch: number, asked: Promise<CliResult>) => {
    let ended: CliResult | undefined
    asked.then(result => { ended = result })
    for (;;) {
      if (ended !== undefined) throw new Error(ended.stderr)
      const found = (await trials().catch(() => []))[trial]
      if (found !== undefined && (found.intermediateValues.has(epoch) || found.state !== 'running')) return found
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  }
  return { root, redis, url, tune, trials, worker, reached }
}

/** What a study came to, without times and machines. */
function essence (trials: Awaited<ReturnType<Awaited<ReturnType<typeof place>>['trials']>>) {
  return trials.map(({ number, state, parameters, values, intermediateValues }) =>
    ({ number, state, values, parameters: [...parameters], reports: [...intermediateValues] }))
}

const processOf = ({ userAttributes }: { readonly userAttributes: Map<string, unknown> }) =>
  Number(String(userAttributes.get('pvae:worker')).split(':').at(-1))

t.test('killed processes and workers leave a study as it is undisturbed', { skip: skipRedis }, async t => {
  const { root, url, tune, trials, worker, reached } = await place(t)
  const first = worker()
  const asked = cli(tune('studies', '--trials', '2', '--queue', url), { directory: root })
  const begun = await reached(0, 3, asked)
  t.equal(begun.state, 'running', 'the first trial is in its middle')
  process.kill(processOf(begun), 'SIGKILL')
  await first.saw('the process of trial 0')
  const again = await reached(0, 5, asked)
  t.equal(again.state, 'running', 'it runs again')
  t.not(processOf(again), processOf(begun), 'in another process')
  first.child.kill('SIGKILL')
  process.kill(processOf(again), 'SIGKILL')
  const second = worker('--jobs', '2', '--drain')
  const { code, stdout, stderr } = await asked
  t.equal(code, 0, stderr)
  t.match(stdout, /best: trial \d, mse/, 'the command tells what was found')
  t.strictSame(await second.ended, { code: 0, signal: null }, second.stderr())
  t.match(second.stderr(), /^2 trials at once, from 127\.0\.0\.1:\d+\n/)
  t.match(second.stderr(), /trial 0 of \S+ complete\n/, 'the other worker ended it')

  t.equal((await cli(tune('alone', '--trials', '2', '--threads', '1'), { directory: root })).code, 0)
  t.strictSame(essence(await trials()), essence(await trials('alone')), 'the same trials, to the bit')
  const run = join(root, 'studies', 'squares', 'runs', 'trial-0000')
  const log = (await readFile(join(run, 'log.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line).epoch)
  t.strictSame(log, Array.from({ length: EPOCHS }, (_, i) => i + 1), 'each epoch once')
  t.strictSame(await readdir(join(root, 'studies', 'squares', 'leases')), [], 'no lease is left')
})

t.test('who is told to stop saves its trial, and others go on with it', { skip: skipRedis }, async t => {
  const { root, url, tune, trials, worker, reached } = await place(t)
  const first = worker()
  const command = tune('studies', '--trials', '2', '--queue', url)
  const abort = new AbortController()
  const asked = cli(command, { directory: root, signal: abort.signal })
  await reached(0, 2, asked)
  abort.abort()
  const stopped = await asked
  t.equal(stopped.code, 130)
  t.match(stopped.stderr, /interrupted; studies\/squares has all there is\ngo on with: the same command/)
  while ((await readdir(join(root, 'studies', 'squares', 'leases'))).length > 0) {
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  t.strictSame((await trials()).map(({ state }) => state), ['running'], 'the worker has stopped too')

  const resumed = cli(command, { directory: root })
  const at = (await trials())[0]!.intermediateValues.size
  await reached(0, at + 2, resumed)
  first.child.kill('SIGTERM')
  t.strictSame(await first.ended, { code: 0, signal: null }, first.stderr())
  const second = worker('--drain')
  const { code, stderr } = await resumed
  t.equal(code, 0, stderr)
  t.strictSame((await trials()).map(({ state }) => state), ['complete', 'complete'])
  t.strictSame(await second.ended, { code: 0, signal: null }, second.stderr())
  const run = join(root, 'studies', 'squares', 'runs', 'trial-0000')
  const log = (await readFile(join(run, 'log.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line).epoch)
  t.strictSame(log, Array.from({ length: EPOCHS }, (_, i) => i + 1), 'each epoch once')
})

t.test('a Redis that was away, and has lost all, is given again what is left', { skip: skipRedis }, async t => {
  const { root, redis, url, tune, trials, worker, reached } = await place(t)
  const first = worker()
  const asked = cli(tune('studies', '--trials', '3', '--queue', url), { directory: root })
  await reached(0, 2, asked)
  await redis.kill()
  await rm(join(root, 'redis', 'appendonlydir'), { recursive: true })
  await first.saw('is away')
  t.ok((await reached(0, EPOCHS, asked)).intermediateValues.has(EPOCHS), 'its trial goes on without it')
  await redis.start()
  const { code, stderr } = await asked
  t.equal(code, 0, stderr)
  t.match(stderr, /^study: .*\nRedis at \S+ is away .*; waiting for it\nRedis at \S+ is back\n/)
  t.strictSame((await trials()).map(({ state }) => state), ['complete', 'complete', 'complete'])
})

t.test('no trial begins after the time of the command', { skip: skipRedis }, async t => {
  const { root, url, tune, trials } = await place(t)
  const { code, stderr } = await cli(tune('studies', '--hours', '0.0000001', '--queue', url), { directory: root })
  t.equal(code, 0, stderr)
  t.strictSame(await trials(), [], 'nobody was asked')
})

t.test('what no worker can run ends with its reason', { skip: skipRedis }, async t => {
  const { root, url, tune, worker } = await place(t)
  const lost = worker('--root', join(root, 'elsewhere'))
  const { code, stderr } = await cli(tune('studies', '--trials', '1', '--queue', url), { directory: root })
  t.equal(code, 1)
  t.match(stderr, /a trial was given up: expected the folder that paths of the data are relative to for --root/)
  t.match(stderr, /expected all trials to be run but 1 of 1 were given up .*the same command \(PVAE_WORKER_LOST\)/)
  t.match(lost.stderr(), /a trial of \S+ failed, and is tried again: .*\n.*\n.*given up: /)
})

t.test('how trials share a machine is for its worker to say', async t => {
  const { root, config } = await workplace(t.testdir())
  const { code, stderr } = await cli(
    ['tune', '--config', config, '--space', 'x', '--objective', 'mse', '--queue', 'redis://queue', '--jobs', '2'],
    { directory: root }
  )
  t.equal(code, 1)
  t.match(stderr, /'--queue <url>' cannot be used with option '--jobs <count>'/)
})
