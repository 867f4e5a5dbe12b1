/** Studies as a person makes them: real ones, of a model that trains in a moment. */
import { existsSync } from 'node:fs'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openJournal } from '../../../../trainer/tune/journal/file.js'
import { pvae } from '../../../helpers/pvae-process.js'
import { cli, workplace } from '../cli-fixture.js'

const SPACE = {
  'fit.learningRate': { type: 'float', low: 0.001, high: 0.05, log: true },
  'model.encoder.hidden': { type: 'choice', choices: [[], [16]] },
}

async function place (directory: string) {
  const { root, config } = await workplace(directory)
  const space = join(root, 'space.json')
  await writeFile(space, JSON.stringify(SPACE))
  const study = join(root, 'studies', 'squares')
  const tune = ['tune', '--config', config, '--space', space, '--output', join(root, 'studies'), '--threads', '1']
  const trials = async () => (await openJournal(join(study, 'journal.log'))).state.study('squares')!.trials
  return { root, config, space, study, tune, trials }
}

t.test('a study from start to best config, which train takes; the same command goes on', async t => {
  const { root, study, tune, trials } = await place(t.testdir())
  const first = await cli([...tune, '--objective', 'mse', '--trials', '4'], { directory: root })
  t.equal(first.code, 0, first.stderr)
  t.match(first.stderr, /^study: studies\/squares, new\n/)
  t.match(first.stdout, /trial +state +mse +time +parameters\n +0 +complete +\* 0\.\d+ +\d:\d\d +fit\.learningRate=\S+ model/)
  t.match(first.stdout, /best: trial \d, mse \S+; train it with: npm run train -- --config studies\/squares\/best\.json/)
  const ended = await trials()
  t.strictSame(ended.map(({ number }) => number), [0, 1, 2, 3])
  t.ok(ended.every(({ state }) => state === 'complete' || state === 'pruned'), 'each has come to an end')
  t.ok(ended.some(({ state }) => state === 'pruned'), 'ASHA has stopped one')
  for (const { number, state, intermediateValues } of ended) {
    t.equal(intermediateValues.size, state === 'complete' ? 3 : 1, 'each epoch is reported')
    const kept = existsSync(join(study, 'runs', `trial-000${number}`, 'checkpoints'))
    t.equal(kept, state === 'complete', 'a trial that was stopped keeps no checkpoints')
  }
  t.match(await readFile(join(study, 'index.html'), 'utf8'), /Parallel coordinates/)
  t.strictSame(await readdir(join(study, 'leases')), [], 'no lease is left')
  const trained = await cli(
    ['train', '--config', join(study, 'best.json'), '--no-export', '--runs', join(root, 'again'), '--threads', '1'],
    { directory: root }
  )
  t.equal(trained.code, 0, trained.stderr)
  const best = Math.min(...ended.flatMap(({ state, values }) => state === 'complete' ? values![0]! : []))
  const metrics = JSON.parse(await readFile(join(root, 'again', 'squares', 'report', 'metrics.json'), 'utf8'))
  t.equal(metrics.mse, best, 'it gives the value that was found')

  const more = await cli([...tune, '--objective', 'mse', '--trials', '5'], { directory: root })
  t.equal(more.code, 0, more.stderr)
  t.match(more.stderr, /4 of 5 trials have ended/)
  t.equal((await trials()).length, 5)
  for (const [flags, message] of [
    [['--objective', 'kl'], /what the study began with for the objectives \(--objective\) of study squares .*"kl"/],
    [['--objective', 'mse', '--epochs', '4'], /the config \(--preset, --config, --data, --set …\) of study squares/],
    [['--objective', 'mse', '--seeds', '2'], /the seeds of a trial \(--seeds\) of study squares/],
  ] as const) {
    const refused = await cli([...tune, ...flags], { directory: root })
    t.equal(refused.code, 1)
    t.match(refused.stderr, message)
    t.match(refused.stderr, /begin another study with --study NAME/)
  }
  t.equal((await trials()).length, 5, 'and nothing has changed')
})

t.test('several objectives, several seeds, drawn at random: a front of medians', async t => {
  const { root, study, tune, trials } = await place(t.testdir())
  const result = await cli(
    [...tune, '--objective', 'mse', '--objective', 'udr', '--seeds', '2', '--sampler', 'random', '--trials', '2'],
    { directory: root }
  )
  t.equal(result.code, 0, result.stderr)
  const ended = await trials()
  for (const { values, userAttributes } of ended) {
    const { mse } = userAttributes.get('pvae:valuesBySeed') as { mse: [number, number] }
    t.not(mse[0], mse[1], 'other seeds, other results')
    t.equal(values![0], (mse[0] + mse[1]) / 2)
  }
  const agreements = ended.map(({ values }) => values![1]!)
  t.ok(agreements.every(value => value >= 0 && value <= 1), `agreements of the seeds: ${agreements.join()}`)
  t.ok(agreements.some(value => value > 0), 'where the model says anything')
  t.ok((await readdir(study)).some(name => /^best-\d\.json$/.test(name)))
})

t.test('what can not work is refused before anything is made', async t => {
  const { root, config, tune, space } = await place(t.testdir())
  const asks = async (...flags: string[]) => (await cli([...tune, ...flags], { directory: root })).stderr
  t.match(await asks('--objective', 'mes'), /expected a dotted path in metrics\.json for --objective but received mes/)
  t.match(
    await asks('--objective', 'mse', '--objective', 'kl', '--pruner', 'asha'),
    /one objective that each epoch measures for --pruner asha but received several objectives/
  )
  t.match(await asks('--objective', 'udr'), /at least 2, which it compares, for --seeds with --objective udr/)
  await writeFile(space, '{"fit.learningRat": {"type": "float", "low": 0, "high": 1}}')
  t.match(await asks('--objective', 'mse'), /fit\.learningRat \(did you mean "fit\.learningRate"\?\)/)
  await writeFile(space, '{')
  t.match(await asks('--objective', 'mse'), /expected a JSON file at .*space\.json for --space/)
  const none = await cli(['tune', '--config', config, '--space', join(root, 'none.json'), '--objective', 'mse'])
  t.match(none.stderr, /no such file or folder: .*none\.json \(--space\)/)
  t.notOk((await readdir(root)).includes('studies'))
})

t.test('a trial whose process is killed goes on where it was, in one of two that share the study', async t => {
  const { root, study, tune, trials } = await place(t.testdir())
  await writeFile(join(root, 'space.json'), JSON.stringify({ 'fit.learningRate': SPACE['fit.learningRate'] }))
  const command = [
    ...tune, '--objective', 'mse', '--trials', '4', '--epochs', '12', '--pruner', 'none', '--sampler', 'random',
    '--set', 'fit.checkpointEverySteps=2',
  ]
  const killed = pvae(command)
  t.teardown(() => killed.child.kill('SIGKILL'))
  const journal = () => readFile(join(study, 'journal.log'), 'utf8').catch(() => '')
  while (!(await journal()).includes('"step":3')) {
    if (!killed.isAlive()) throw new Error(killed.stderr())
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  killed.child.kill('SIGKILL')
  await killed.ended
  const lost = (await trials()).filter(({ state }) => state === 'running').map(({ number }) => number)
  t.strictSame(lost.length, 1, 'it was in the middle of one')
  const shared = pvae([...command, '--jobs', '2'])
  t.teardown(() => shared.child.kill('SIGKILL'))
  t.strictSame(await shared.ended, { code: 0, signal: null }, shared.stderr())
  const all = await trials()
  t.strictSame(all.map(({ number, state }) => [number, state]), [0, 1, 2, 3].map(number => [number, 'complete']))
  const run = join(study, 'runs', `trial-000${lost[0]}`)
  const log = (await readFile(join(run, 'log.jsonl'), 'utf8')).trim().split('\n').map(line => JSON.parse(line).epoch)
  t.strictSame(log, Array.from({ length: 12 }, (_, i) => i + 1), 'each epoch once')
  const reports = (await journal()).split('\n').filter(line => line.startsWith('{"op_code":7') &&
    line.includes(`"trial_id":${lost[0]},`)).length
  // One more where it was killed after an epoch was reported and before that was saved: the last steps come again.
  t.ok(reports === 12 || reports === 13, `it went on from its last checkpoint: ${reports} reports of 12 epochs`)
  t.match(shared.stdout(), /best: trial \d/)
  t.not(all[lost[0]!]!.userAttributes.get('pvae:worker'), `${hostname()}:${killed.child.pid}`, 'another did it')
  t.strictSame(await readdir(join(study, 'leases')), [])
})

t.test('an interruption leaves all whole, and the same command goes on', async t => {
  const { root, tune, trials } = await place(t.testdir())
  const abort = new AbortController()
  const command = [...tune, '--objective', 'mse', '--trials', '2', '--epochs', '20', '--pruner', 'none']
  const stopped = await cli(command, {
    directory: root,
    signal: abort.signal,
    onStderr: () => setTimeout(() => abort.abort(), 300),
  })
  t.equal(stopped.code, 130)
  t.match(stopped.stderr, /interrupted; studies\/squares has all there is\ngo on with: the same command/)
  t.strictSame((await trials()).map(({ state }) => state).filter(state => state === 'fail'), [])
  const resumed = await cli(command, { directory: root })
  t.equal(resumed.code, 0, resumed.stderr)
  t.strictSame((await trials()).map(({ state }) => state), ['complete', 'complete'])
})
