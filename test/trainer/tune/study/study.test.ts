import { appendFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createRandom } from '../../../../trainer/random/index.js'
import { sampleByTpe } from '../../../../trainer/tune/sample/tpe.js'
import type { Claim } from '../../../../trainer/tune/study/claim.js'
import type { StudyOptions } from '../../../../trainer/tune/study/settings.js'
import { openStudy } from '../../../../trainer/tune/study/study.js'

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
const maximizing = (directory: string): StudyOptions =>
  ({ ...options(directory), objectives: [{ metric: 'mse', direction: 'maximize' }] })
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

t.test('what is drawn follows from the seed and from the number of the trial', async t => {
  const directory = t.testdir({ one: {}, same: {}, other: {} })
  const draw = async (name: string, seed: number) => {
    const study = await openStudy({ ...options(join(directory, name)), seed })
    const claims = [await study.claim(budget) as Claim, await study.claim(budget) as Claim]
    await study.close()
    return claims.map(({ drawn }) => drawn['x']!)
  }
  const one = await draw('one', 1)
  t.strictSame(await draw('same', 1), one)
  t.not(one[1], one[0])
  t.not((await draw('other', 2))[0], one[0])
})

t.test('the sampler learns from what ended', async t => {
  const larger = maximizing(t.testdir())
  const study = await openStudy({ ...larger, sampler: 'tpe' })
  const all = { trials: 99, begins: true }
  for (let n = 0; n < 10; n++) {
    const { trial, drawn, lease } = await study.claim(all) as Claim
    await study.end(trial, done(drawn['x']!))
    await lease.release()
  }
  const observations = study.state().trials.map(({ parameters, values }) =>
    ({ drawn: Object.fromEntries(parameters), values: [-values![0]!] }))
  const { drawn } = await study.claim(all) as Claim
  t.strictSame(drawn, sampleByTpe(larger.space, observations, createRandom(1, 'tune', 10)))
  await study.close()
})

t.test('how a trial ended and what is said of it stand together', async t => {
  const study = await openStudy(options(t.testdir()))
  const { trial } = await study.claim(budget) as Claim
  await study.end(trial, { state: 'fail', attributes: { 'pvae:error': 'it diverged' } })
  const [ended] = study.state().trials
  t.equal(ended!.state, 'fail')
  t.equal(ended!.userAttributes.get('pvae:error'), 'it diverged')
  await study.close()
})

t.test('a trial that is lost is found behind one that is not', async t => {
  const study = await openStudy(options(t.testdir()))
  await study.claim(budget)
  const { lease } = await study.claim(budget) as Claim
  await lease.release()
  t.match(await study.claim(budget), { isTakenOver: true, trial: { number: 1 } })
  await study.close()
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

t.test('what is to be large stops what is small, nobody is a rival to itself, and some studies stop none', async t => {
  const larger = maximizing(t.testdir())
  const study = await openStudy(larger)
  const [first, second] = [await study.claim(budget) as Claim, await study.claim(budget) as Claim]
  t.equal(await study.report(first.trial, 1, 0.1), false, 'the first to come')
  t.equal(await study.report(second.trial, 1, 0.9), false)
  t.equal(await study.report(second.trial, 1, 0.8), false, 'as after it was taken over')
  t.equal(await study.report(first.trial, 1, 0.1), true)
  await study.close()
  const patient = await openStudy({ ...larger, prunes: false })
  t.equal(await patient.report(first.trial, 1, 0.1), false)
  await patient.close()
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
  await t.rejects(openStudy(maximizing(directory)), {
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
