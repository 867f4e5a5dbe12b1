import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openStudy, type Claim, type StudyOptions } from '../../../../trainer/tune/study/study.js'

const options = (directory: string): StudyOptions => ({
  directory,
  name: 's',
  space: {
    x: { type: 'float', low: 0, high: 1 },
    kind: { type: 'choice', choices: ['a', 'b'] },
    y: { type: 'int', low: 1, high: 5, when: { kind: 'a' } },
  },
  objectives: [{ metric: 'mse', direction: 'minimize' }],
  request: { preset: 'mnist', overrides: [] },
  repetitions: 1,
  sampler: 'random',
  seed: 1,
  prunes: true,
})
const budget = { trials: 3, begins: true }
const done = (value: number) => ({ state: 'complete', values: [value], attributes: {} }) as const

t.test('trials are handed out once each, until the study is finished', async t => {
  const directory = t.testdir()
  const [one, other] = [await openStudy(options(directory)), await openStudy(options(directory))]
  const claims: Claim[] = []
  for (const study of [one, other, one]) claims.push(await study.claim(budget) as Claim)
  t.strictSame(claims.map(({ trial }) => trial.number), [0, 1, 2])
  t.equal(await other.claim(budget), 'waiting', 'all have their process')
  for (const { trial, lease } of claims) {
    await one.end(trial, done(trial.number))
    await lease.release()
  }
  t.equal(await other.claim(budget), 'finished')
  t.strictSame(other.state().trials.map(({ values }) => values?.[0]), [0, 1, 2])
  t.equal(await one.claim({ trials: 9, begins: false }), 'finished', 'the time is over')
  await Promise.all([one.close(), other.close()])
})

t.test('a trial that nobody holds any more is taken again, with what was drawn', async t => {
  const study = await openStudy(options(t.testdir()))
  const first = await study.claim(budget) as Claim
  t.equal(first.isTakenOver, false)
  await first.lease.release()
  const again = await study.claim(budget) as Claim
  t.match(again, { isTakenOver: true, trial: { number: 0 } })
  t.strictSame(again.drawn, first.drawn)
  await study.close()
})

t.test('a trial whose lines were lost fails, and one that Optuna runs is left alone', async t => {
  const directory = t.testdir()
  const study = await openStudy(options(directory))
  const path = join(directory, 'journal.log')
  const begin = (worker: string) => JSON.stringify({
    op_code: 4, worker_id: worker, study_id: 0, datetime_start: '2026-01-01T00:00:00.000000+00:00',
  })
  await appendFile(path, `${begin('pvae-lost')}\n${begin('0000-1111-2222')}\n`)
  t.equal(await study.claim(budget), 'waiting', 'the first is put to rest')
  const claim = await study.claim(budget) as Claim
  t.equal(claim.trial.number, 2)
  t.strictSame(study.state().trials.map(({ state }) => state), ['fail', 'running', 'running'])
  await study.end(claim.trial, done(1))
  await claim.lease.release()
  t.equal(await study.claim(budget), 'finished', 'ours are')
  await study.close()
})

t.test('reports stop trials at rungs, and stand in the journal', async t => {
  const directory = t.testdir()
  const study = await openStudy(options(directory))
  const [good, bad] = [await study.claim(budget) as Claim, await study.claim(budget) as Claim]
  t.equal(await study.report(good.trial, 1, 0.1), false)
  t.equal(await study.report(bad.trial, 1, 0.9), true)
  t.equal(await study.report(bad.trial, 2, 0.9), false, 'no rung')
  t.equal(await study.report(bad.trial, 3, NaN), true)
  const lines = (await readFile(join(directory, 'journal.log'), 'utf8')).split('\n')
  t.equal(lines.filter(line => line.startsWith('{"op_code":7')).length, 3, 'what is no number is not written')
  await study.close()
})

t.test('a study is what it began with', async t => {
  const directory = t.testdir()
  const study = await openStudy(options(directory))
  await study.close()
  const same = options(directory)
  const space = Object.fromEntries(Object.entries(same.space).reverse())
  await (await openStudy({ ...same, space, sampler: 'tpe', seed: 2 })).close()
  const wider = { ...same, space: { ...same.space, x: { type: 'float', low: 0, high: 2 } } } as const
  await t.rejects(openStudy(wider), {
    code: 'PVAE_CONFIG_INVALID',
    message: /what the study began with for the search space \(--space\) of study s but received .*2.* in place of /,
  })
  await t.rejects(openStudy({ ...same, objectives: [{ metric: 'mse', direction: 'maximize' }] }), {
    message: /the objectives \(--objective\) of study s/,
  })
})

t.test('a lease that another machine left before it wrote the trial is waited for', async t => {
  const directory = t.testdir()
  const study = await openStudy(options(directory))
  const lease = join(directory, 'leases', 'trial-0.0')
  await writeFile(lease, JSON.stringify({ pid: 1, host: 'some-other-machine', startedAt: null }))
  t.equal(await study.claim(budget), 'waiting')
  await rm(lease)
  t.match(await study.claim(budget), { trial: { number: 0 }, isTakenOver: false })
  await study.close()
})
