import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { bestOf, type Attempt } from '../../../../trainer/fit/attempts.js'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

t.test('restarts: interrupted, resumed, and the best published with all attempts on record', async t => {
  const root = t.testdir()
  const data = await writeSquares(join(root, 'data'))
  const config = join(root, 'config.json')
  const { objective, fit, ...rest } = squaresConfig(data)
  // A KL that weighs so much leaves dead partitions: no seed is good enough to stop at.
  await writeFile(
    config,
    JSON.stringify({ ...rest, objective: { ...objective, beta: 50 }, fit: { ...fit, epochs: 2 } })
  )
  const places = ['--runs', join(root, 'runs'), '--repository', join(root, 'repository'), '--threads', '1']
  const run = join(root, 'runs', 'squares')
  const abort = new AbortController()
  let finished = 0
  const stopped = await cli(['train', '--config', config, '--restarts', '2', ...places], {
    directory: root,
    signal: abort.signal,
    onStderr: text => {
      if (/epoch 1\/2 done/.test(text) && ++finished === 2) abort.abort()
    },
  })
  t.equal(stopped.code, 130, stopped.stderr)
  t.match(
    stopped.stderr,
    /attempt 1 of at most 2: seed 3\n[^]*attempt 1: seed 3, finished after 12 steps, total correlation \d\.\d{3} nats, \d dead partitions?, loss -?[\d.]+\nattempt 2 of at most 2: seed 4\n/
  )
  t.match(
    stopped.stderr,
    /interrupted after step 6 of 12, saved in runs\/squares\/attempts\/2\/checkpoints\/step-0000000006\.safetensors\ngo on with: npm run train -- --resume --run squares/
  )
  for (const [argv, message] of [
    [['--restarts', '3'], /expected 2, as the run began, for --restarts but received 3/],
    [['--restarts', '0'], /Expected an integer of at least 1/],
  ] as const) {
    const refused = await cli(['train', '--resume', '--run', 'squares', ...argv, ...places], { directory: root })
    t.equal(refused.code, 1)
    t.match(refused.stderr, message)
  }

  const resumed = await cli(['train', '--resume', '--run', 'squares', ...places], { directory: root })
  t.equal(resumed.code, 0, resumed.stderr)
  t.match(resumed.stderr, /attempt 2 of at most 2: seed 4, resuming at step 6\n/)
  const restarts = JSON.parse(await readFile(join(run, 'restarts.json'), 'utf8'))
  t.strictSame(
    restarts.attempts.map(({ seed, outcome, steps }: Attempt) => [seed, outcome, steps]),
    [
      [3, 'finished', 12],
      [4, 'finished', 12],
    ]
  )
  t.equal(restarts.kept, bestOf(restarts.attempts)!.attempt)
  t.equal(JSON.parse(await readFile(join(run, 'config.json'), 'utf8')).seed, 2 + restarts.kept)
  t.strictSame((await readdir(run)).sort(), [
    'attempts',
    'checkpoints',
    'config.json',
    'log.jsonl',
    'report',
    'restarts.json',
    'versions.json',
  ])
  const { card, directory } = await openRepository(join(root, 'repository')).open('squares')
  t.match(card.training, {
    seed: 2 + restarts.kept,
    restarts: { kept: restarts.kept, attempts: [{ seed: 3 }, { seed: 4 }] },
  })
  const page = await readFile(join(directory, 'report', 'index.html'), 'utf8')
  for (const attempt of [1, 2]) {
    t.match(
      page,
      `<td>${2 + attempt}${restarts.kept === attempt ? ' (kept)' : ''}</td><td>finished</td><td class="number">12</td>`
    )
  }

  const again = await cli(['train', '--resume', '--run', 'squares', ...places], {
    directory: root,
    signal: AbortSignal.abort(),
  })
  t.match(
    again.stderr,
    /resuming at step 12, from runs\/squares\/checkpoints\/final\.safetensors\n[^]*training is saved/,
    'a finished run only measures and reports again'
  )
  const began = await cli(
    [
      'train',
      '--resume',
      '--config',
      config,
      '--set',
      'fit.epochs=2',
      '--run',
      'squares',
      '--restarts',
      '2',
      ...places,
    ],
    { directory: root, signal: AbortSignal.abort() }
  )
  t.match(began.stderr, /resuming at step 12/, 'by the config of its first attempt, whichever is kept')
  await rm(join(run, 'restarts.json'))
  const refused = await cli(['train', '--resume', '--run', 'squares', '--restarts', '2', ...places], {
    directory: root,
  })
  t.match(refused.stderr, /expected no restarts, as the run began, for --restarts but received 2/)
})
