import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { checkState } from '../../../../trainer/fit/divergence.js'
import { openCheckpoints } from '../../../../trainer/fit/checkpoints.js'
import { cli, squaresConfig, writeSquares } from '../cli-fixture.js'

/** Real runs at learning rates that no network stands. */

t.test('a run that diverges says which term, at which step, what is kept and what to try', async t => {
  const root = t.testdir()
  const config = join(root, 'config.json')
  await writeFile(config, JSON.stringify(squaresConfig(await writeSquares(join(root, 'data')))))
  const diverge = async (run: string, ...flags: string[]) => {
    const { code, stderr } = await cli(
      [
        'train',
        '--config',
        config,
        '--run',
        run,
        '--learning-rate',
        '1',
        '--epochs',
        '60',
        '--set',
        'fit.learningRateSchedule=constant',
        '--evaluate-every',
        '1000',
        '--threads',
        '1',
        '--runs',
        join(root, 'runs'),
        '--repository',
        join(root, 'repository'),
        ...flags,
      ],
      { directory: root }
    )
    t.equal(code, 1)
    return stderr.trim().split('\n').at(-1)!
  }

  /** That the message tells the truth about what is kept. */
  const isKept = async (run: string, message: string) => {
    const [, step, path] =
      /; kept is the last good checkpoint, after step (\d+), (\S+); begin another run with a --learning-rate below \S+ or with a limit on the gradients/.exec(
        message
      ) ?? []
    const latest = await openCheckpoints(join(root, 'runs', run, 'checkpoints')).loadLatest(error => { throw error })
    t.equal(latest?.path, path, message)
    t.equal(latest?.checkpoint.state.step, Number(step))
    checkState(latest!.checkpoint.state)
    return Number(step)
  }

  const overflowing = await diverge(
    'overflow',
    '--beta',
    '0',
    '--set',
    'objective.totalCorrelation={"weight":20}',
    '--set',
    'fit.learningRateWarmupSteps=60'
  )
  const [, at] =
    /expected finite numbers at step (\d+) but received (?:Infinity|NaN) for the .*: training diverged/.exec(
      overflowing
    ) ?? []
  t.match(overflowing, /KL of partition p\d \(unit p\d\[\d\]\)|the term total-correlation/)
  t.ok(await isKept('overflow', overflowing) < Number(at))

  const finite = await diverge(
    'finite',
    '--learning-rate',
    '0.1',
    '--seed',
    '2',
    '--set',
    'objective.capacity={"nats":200}',
    '--set',
    'fit.learningRateWarmupSteps=0',
    '--set',
    'fit.checkpointEverySteps=1'
  )
  const [, last] =
    /expected at most \S+ \(nats, .*\) for the term capacity but received more for 50 steps, \S+ at step (\d+): training diverged/.exec(
      finite
    ) ?? []
  t.ok(await isKept('finite', finite) <= Number(last) - 50, finite)

  const atOnce = await diverge(
    'at-once',
    '--set',
    'objective.freeBits={"nats":2}',
    '--set',
    'objective.totalCorrelation={"weight":20}',
    '--set',
    'fit.learningRateWarmupSteps=0'
  )
  t.match(atOnce, /: training diverged; no checkpoint had been written yet; begin another run/)
  const resumed = await cli(
    ['train', '--resume', '--run', 'at-once', '--runs', join(root, 'runs'), '--threads', '1'],
    { directory: root }
  )
  t.match(resumed.stderr, /no checkpoint yet: starting from the first step\n[^]*training diverged/, 'the same again')
})
