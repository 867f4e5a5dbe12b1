/** Benchmarks as a person makes them: real ones, of models that train in a moment. */
import { existsSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { pvae } from '../../../helpers/pvae-process.js'
import { cli, workplace } from '../cli-fixture.js'

async function place (directory: string) {
  const { root, data, config } = await workplace(directory)
  const folder = join(root, 'benchmarks', 'fashion')
  const benchmark = (...flags: string[]) => [
    'benchmark', 'fashion', '--data', data, '--config', config, '--output', join(root, 'benchmarks'), '--threads', '1',
    ...flags,
  ]
  const read = async (file: string) => await readFile(join(folder, file), 'utf8')
  return { root, data, folder, benchmark, read }
}

t.test('a benchmark from start to table; the same command trains nothing again, more seeds only those', async t => {
  const { root, folder, benchmark, read } = await place(t.testdir())
  const flags = ['--models', 'beta-vae', '--steps', '4']
  const first = await cli(benchmark(...flags, '--seeds', '1'), { directory: root })
  t.equal(first.code, 0, first.stderr)
  t.match(first.stderr, /^benchmark: benchmarks\/fashion, 0 of 2 runs are done\n/m)
  t.match(first.stdout, /^beta-vae-seed-0 .* \d:\d\d \+ \d:\d\d/m)
  t.match(first.stdout, /^squares-seed-0 /m)
  t.match(first.stdout, /benchmarks\/fashion\/benchmark\.json\n.*benchmark\.md\n.*index\.html\n$/)
  const before = JSON.parse(await read('benchmark.json'))
  t.strictSame(before.models.map(({ name, seeds }: { name: string, seeds: number[] }) => [name, seeds]), [
    ['beta-vae', [0]], ['squares', [0]],
  ])
  t.equal(before.models[1].steps.median, 4, 'all as many steps as are asked for')
  t.ok(before.models[1].measures['squared error'].median > 0, 'measured')
  t.match(await read('benchmark.md'), /\| squares \| 1 \| nothing \|/)
  t.ok(existsSync(join(folder, 'runs', 'squares-seed-0', 'report', 'index.html')), 'each run has its report')

  const trained = await stat(join(folder, 'runs', 'squares-seed-0', 'report', 'metrics.json'))
  const more = await cli(benchmark(...flags, '--seeds', '2'), { directory: root })
  t.equal(more.code, 0, more.stderr)
  t.match(more.stderr, /2 of 4 runs are done/)
  const again = await stat(join(folder, 'runs', 'squares-seed-0', 'report', 'metrics.json'))
  t.equal(again.mtimeMs, trained.mtimeMs, 'what was trained is left alone')
  const after = JSON.parse(await read('benchmark.json'))
  t.strictSame(after.models[1].seeds, [0, 1])
  const { values } = after.models[1].measures['squared error']
  t.equal(values[0], before.models[1].measures['squared error'].median)
  t.not(values[1], values[0], 'other seeds, other results')
  t.strictSame(await readdir(join(folder, 'leases')), [], 'no lease is left')

  const refused = await cli(benchmark('--models', 'beta-vae', '--steps', '5'), { directory: root })
  t.equal(refused.code, 1)
  t.match(refused.stderr, /expected 4, as the benchmark began, for fit\.steps of the run beta-vae-seed-0 but received 5/)
})

t.test('a run that diverges is said so, and the others go on', async t => {
  const { root, benchmark, read } = await place(t.testdir())
  const flags = ['--models', 'beta-vae', '--steps', '6', '--seeds', '1', '--set', 'fit.learningRate=1']
  const result = await cli(benchmark(...flags, '--set', 'fit.adam.epsilon=1e-30', '--set', 'objective.beta=1e38'), {
    directory: root,
  })
  t.equal(result.code, 0, result.stderr)
  const { models } = JSON.parse(await read('benchmark.json'))
  t.match(models[0].failed, [{ seed: 0, error: /expected finite/ }])
  t.match(await read('benchmark.md'), /0 \(1 not trained\)/)
})

t.test('what can not work is refused before anything is made', async t => {
  const { root, benchmark } = await place(t.testdir())
  const asks = async (...flags: string[]) => (await cli(benchmark(...flags), { directory: root })).stderr
  t.match(await asks('--models', 'beta-vea'), /names of presets and baselines .* for --models but received "beta-vea"/)
  t.match(await asks('--seed', 'x'), /an integer of at least 0 for --seed but received "x"/)
  t.match(await asks('--benchmark', '../x'), /letters, digits and dashes for --benchmark/)
  t.match(await asks('--models', 'beta-vae', '--steps', 'many'), /fit\.steps but received "many"/)
  t.match(await asks('--set', 'model.subresolution.factor=3', '--models', 'fashion'), /takes images of 16 × 16 × 1/)
  t.match((await cli(['benchmark', 'fashoin'])).stderr, /for the preset but received "fashoin"/)
  t.notOk((await readdir(root)).includes('benchmarks'))
})

t.test('killed at any time, the same command goes on where it was, side by side too', async t => {
  const { folder, benchmark, read } = await place(t.testdir())
  const command = benchmark(
    '--models', 'beta-vae', '--steps', '60', '--seeds', '1', '--set', 'fit.checkpointEverySteps=2'
  )
  const killed = pvae(command)
  t.teardown(() => killed.child.kill('SIGKILL'))
  const checkpoints = join(folder, 'runs', 'beta-vae-seed-0', 'checkpoints')
  while ((await readdir(checkpoints).catch(() => [])).length === 0) {
    if (!killed.isAlive()) throw new Error(killed.stderr())
    await sleep(20)
  }
  killed.child.kill('SIGKILL')
  await killed.ended
  t.notOk(existsSync(join(folder, 'results', 'beta-vae-seed-0.json')), 'it was in the midst of it')
  const shared = pvae([...command, '--jobs', '2'])
  t.teardown(() => shared.child.kill('SIGKILL'))
  t.strictSame(await shared.ended, { code: 0, signal: null }, shared.stderr())
  const { models } = JSON.parse(await read('benchmark.json'))
  t.strictSame(models.map(({ steps }: { steps: { values: number[] } }) => steps.values), [[60], [60]])
  t.strictSame(await readdir(join(folder, 'leases')), [], 'no lease is left')
})

t.test('an interruption leaves all whole, and the same command goes on', async t => {
  const { root, benchmark, read } = await place(t.testdir())
  const abort = new AbortController()
  const command = benchmark('--models', 'beta-vae', '--steps', '12', '--seeds', '2')
  const stopped = await cli(command, {
    directory: root,
    signal: abort.signal,
    onStdout: text => { if (text.startsWith('beta-vae-seed-0')) abort.abort() },
  })
  t.equal(stopped.code, 130, stopped.stderr)
  t.match(stopped.stderr, /interrupted; benchmarks\/fashion has all there is\ngo on with: the same command/)
  t.match(JSON.parse(await read('benchmark.json')).models, [{ name: 'beta-vae' }], 'what is done is in the table')
  const resumed = await cli(command, { directory: root })
  t.equal(resumed.code, 0, resumed.stderr)
  const { models } = JSON.parse(await read('benchmark.json'))
  t.strictSame(models.map(({ seeds }: { seeds: number[] }) => seeds), [[0, 1], [0, 1]])
})
