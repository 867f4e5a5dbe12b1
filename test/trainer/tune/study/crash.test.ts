import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import type { Claim } from '../../../../trainer/tune/study/claim.js'
import { openStudy } from '../../../../trainer/tune/study/study.js'

const options = (directory: string) => ({
  directory,
  name: 's',
  space: { x: { type: 'float', low: 0, high: 1 } },
  objectives: [{ metric: 'mse', direction: 'minimize' }],
  request: { preset: 'mnist', overrides: [] },
  repetitions: 1,
  sampler: 'random',
  seed: 1,
  prunes: false,
} as const)
const budget = { trials: 2, begins: true }

t.test('a trial that ends its process three times fails with the reason', async t => {
  const directory = t.testdir()
  const study = await openStudy(options(directory))
  for (let crashes = 1; crashes <= 3; crashes++) {
    const { trial, lease } = await study.claim(budget) as Claim
    t.equal(trial.number, 0, 'the same trial is taken again')
    await lease.release()
    await study.noteCrash(0, 'SIGKILL')
    const { state, userAttributes } = study.state().trials[0]!
    t.equal(state, crashes < 3 ? 'running' : 'fail', `after crash ${crashes}`)
    t.equal(userAttributes.get('pvae:crashes'), crashes)
  }
  t.equal(
    study.state().trials[0]!.userAttributes.get('pvae:error'), 'its process ended with SIGKILL, the last of 3 times'
  )
  t.match(await study.claim(budget), { trial: { number: 1 } }, 'the next trial begins')
  await study.close()
  t.strictSame(await readdir(join(directory, 'leases')), [])
})

t.test('a crash of who has the trial no more is not counted', async t => {
  const directory = t.testdir()
  const [one, other] = [await openStudy(options(directory)), await openStudy(options(directory))]
  await one.claim(budget)
  await other.noteCrash(0, 'SIGKILL')
  await other.noteCrash(7, 'SIGKILL')
  t.equal(other.state().trials[0]!.userAttributes.get('pvae:crashes'), undefined)
  t.equal(other.state().trials[0]!.state, 'running')
  await Promise.all([one.close(), other.close()])
})
