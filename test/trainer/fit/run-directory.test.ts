import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import type { EpochRecord } from '../../../trainer/fit/record.js'
import { createRun, readRun, resumeRun } from '../../../trainer/fit/run-directory.js'
import { WITHOUT_DISK, mountSmallDisk } from '../../helpers/small-disk.js'
import { tinyConfig, work } from './run-fixture.js'

const record = (epoch: number): EpochRecord => ({
  epoch,
  step: epoch * 10,
  train: { loss: 1, reconstruction: 1, kl: 0, klByPartition: {}, mse: 0 },
  beta: 1,
  learningRate: 0.1,
  imagesPerSecond: 1,
})

t.test('a run is made once, holds its resolved config, and can be looked at while it is worked on', async t => {
  const location = { runs: join(t.testdir(), 'runs'), name: 'tiny' }
  const config = tinyConfig()
  const run = await createRun(location, config)
  const origin = { command: 'npm run train', engine: 'compiled', packages: { node: 'v20' } }
  t.equal(await run.readOrigin(), undefined)
  await run.writeOrigin(origin)
  t.strictSame((await readRun(location)).config, config)
  t.strictSame(await (await readRun(location)).readOrigin(), origin)
  t.equal(await run.readLog(), '')
  await t.rejects(createRun(location, config), { code: 'PVAE_RUN_LOCKED' })
  await t.rejects(resumeRun(location), { code: 'PVAE_RUN_LOCKED' })
  await run.close()
  await t.rejects(createRun(location, config), {
    code: 'PVAE_RUN_EXISTS',
    message:
      /expected a new run but found .*tiny; continue it with --resume, or begin another model with --name NAME, another run of this one with --run NAME/,
  })
  const again = await resumeRun(location)
  await again.writeConfig({ ...config, description: 'changed' })
  await again.close()
  t.equal((await readRun(location)).config.description, 'changed')
  t.strictSame((await readdir(run.path)).sort(), ['config.json', 'versions.json'], 'no lock is left')
})

t.test('a folder without a config is no run yet: what a failed start left does not stand in the way', async t => {
  const runs = t.testdir({ tiny: {} })
  await (await createRun({ runs, name: 'tiny' }, tinyConfig())).close()
})

t.test('what a run must not be without is there before it is a run; what kills left goes', async t => {
  const location = { runs: t.testdir(), name: 'tiny' }
  const path = join(location.runs, 'tiny')
  await t.rejects(createRun(location, tinyConfig(), async () => { throw new Error('killed') }), { message: 'killed' })
  t.strictSame(await readdir(path), [], 'no run, and no lock')
  for (const left of ['config.json.0a.tmp', 'lock.99.tmp', 'report/page.0a.tmp', 'checkpoints/step.0a.tmp']) {
    await mkdir(dirname(join(path, left)), { recursive: true })
    await writeFile(join(path, left), 'half')
  }
  const run = await createRun(location, tinyConfig(), at => writeFile(join(at, 'restarts.json'), '{}'))
  t.strictSame((await readdir(path, { recursive: true })).sort(), [
    'checkpoints',
    'config.json',
    'lock',
    'report',
    'restarts.json',
  ])
  await run.close()
})

t.test('the log is cut back to a step, torn lines go, and nothing is written when nothing changes', async t => {
  const run = await createRun({ runs: t.testdir(), name: 'tiny' }, tinyConfig())
  await run.truncateLog(0)
  t.strictSame((await readdir(run.path)).sort(), ['config.json', 'lock'])
  for (const epoch of [1, 2, 3]) await run.appendLog(record(epoch))
  await writeFile(join(run.path, 'log.jsonl'), '{"epoch": 4, "ste', { flag: 'a' })
  await run.truncateLog(20)
  t.equal(await run.readLog(), `${JSON.stringify(record(1))}\n${JSON.stringify(record(2))}\n`)
  await run.truncateLog(20)
  await run.close()
})

t.test('names and places that are none', async t => {
  const root = t.testdir({
    file: 'a file',
    runs: {
      a: { 'config.json': JSON.stringify(tinyConfig()) },
      b: {},
      torn: { 'config.json': '{"name"' },
      wrong: { 'config.json': '{}' },
    },
  })
  const runs = join(root, 'runs')
  await t.rejects(readRun({ runs, name: 'x' }), {
    code: 'PVAE_RUN_NOT_FOUND',
    message: /the name of a run in .*runs but received x; there are a, torn, wrong/,
  })
  await t.rejects(readRun({ runs: join(root, 'none'), name: 'x' }), {
    code: 'PVAE_RUN_NOT_FOUND',
    message: /there is none/,
  })
  await t.rejects(readRun({ runs: join(root, 'file'), name: 'x' }), { code: 'PVAE_RUN_NOT_FOUND' })
  await t.rejects(readRun({ runs, name: '../a' }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /the name of a run but received "\.\.\/a"/,
  })
  await t.rejects(readRun({ runs, name: 'torn' }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /expected JSON for .*config\.json/,
  })
  await t.rejects(readRun({ runs, name: 'wrong' }), { code: 'PVAE_CONFIG_INVALID' })
  await mkdir(join(runs, 'folder', 'config.json'), { recursive: true })
  await t.rejects(readRun({ runs, name: 'folder' }), { code: 'EISDIR' })
  await t.rejects(createRun({ runs: join(root, 'file'), name: 'tiny' }, tinyConfig()), {
    code: 'PVAE_OUTPUT_UNWRITABLE',
    message: /a file where a folder should be/,
  })
})

const disk = mountSmallDisk(64)

t.test('a full disk stops the run with a clear error, and the last checkpoint on it is ' +
  'whole', { skip: disk === undefined && WITHOUT_DISK }, async t => {
  const at = disk!
  const config = tinyConfig(['fit.checkpointEverySteps', 1])
  let steps = 0
  // Something else fills the disk while the run goes on.
  const fill = () => writeFile(join(at, 'filler'), Buffer.alloc(65536)).catch(() => undefined)
  await t.rejects(work(at, config, { onStep: () => { if (++steps === 5) fill() } }), {
    code: 'PVAE_OUTPUT_UNWRITABLE', message: /no space left on the device \(ENOSPC\)/,
  })
  const { checkpoints, path } = await readRun({ runs: at, name: 'tiny' })
  const latest = await checkpoints.loadLatest(error => { throw error })
  t.ok(latest!.checkpoint.state.step >= 4)
  t.notOk((await readdir(checkpoints.directory)).some(name => name.endsWith('.tmp')))
  t.notOk((await readdir(path)).includes('lock'))
  await writeFile(join(at, 'filler'), '')
  t.match(await work(at, config, { resume: true }), { outcome: 'finished' })
})
