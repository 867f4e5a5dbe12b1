import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { distributionOf } from '../../../../trainer/tune/journal/distribution.js'
import { openJournal } from '../../../../trainer/tune/journal/file.js'
import {
  createStudy, createTrial, endTrial, setIntermediateValue, setParameter, setTrialAttribute,
} from '../../../../trainer/tune/journal/operations.js'

const done = { result: undefined }

t.test('what one process writes another reads, in Optuna\'s own words', async t => {
  const path = join(t.testdir(), 'journal.log')
  const [one, other] = [await openJournal(path), await openJournal(path)]
  const float = { type: 'float', low: 0.5, high: 2 } as const
  await one.change(state => ({
    operations: [
      createStudy('s', ['minimize', 'maximize']),
      createTrial(state.nextStudy),
      setParameter(state.nextTrial, 'a.b', 1.5, distributionOf(float)),
      setIntermediateValue(state.nextTrial, 3, 0.25),
      setTrialAttribute(state.nextTrial, 'why', { n: 1 }),
    ],
    ...done,
  }))
  await other.change(state => {
    t.equal(state.study('s')!.trials.length, 1, 'seen under the lock')
    return { operations: [endTrial(0, 'complete', [1, 2]), endTrial(0, 'fail', null)], ...done }
  })
  await one.refresh()
  const [trial] = one.state.study('s')!.trials
  t.match(trial, { state: 'complete', values: [1, 2] }, 'who ends a trial first is right')
  t.equal(trial!.intermediateValues.get(3), 0.25)
  t.strictSame(trial!.userAttributes.get('why'), { n: 1 })
  const lines = (await readFile(path, 'utf8')).trim().split('\n').map(line => JSON.parse(line))
  t.match(lines[0], { op_code: 0, study_name: 's', directions: [1, 2], worker_id: /^pvae-/ })
  t.match(lines[1], { op_code: 4, study_id: 0, datetime_start: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/ })
  t.match(lines[2], { op_code: 5, trial_id: 0, param_name: 'a.b', param_value_internal: 1.5 })
  t.match(lines[3], { op_code: 7, trial_id: 0, step: 3, intermediate_value: 0.25 })
  t.match(lines[5], { op_code: 6, trial_id: 0, state: 1, values: [1, 2], datetime_complete: String })
})

t.test('a line that a kill tore is passed over, and cut off before the next', async t => {
  const path = join(t.testdir(), 'journal.log')
  const journal = await openJournal(path)
  await journal.change(() => ({ operations: [createStudy('a', ['minimize'])], ...done }))
  const whole = await readFile(path, 'utf8')
  await appendFile(path, `{"op_code":0,"study_name":"${'x'.repeat(9000)}`)
  const again = await openJournal(path)
  t.equal(again.state.nextStudy, 1, 'as if it were not there')
  await again.change(() => ({ operations: [createStudy('b', ['minimize'])], ...done }))
  const text = await readFile(path, 'utf8')
  t.ok(text.startsWith(whole), 'what was whole is as it was')
  t.equal(text.split('\n').length, 3, 'a line each')
  t.equal((await openJournal(path)).state.study('b')?.id, 1)
})

t.test('two looks at once see each line once', async t => {
  const path = join(t.testdir(), 'journal.log')
  const [one, other] = [await openJournal(path), await openJournal(path)]
  await one.change(() => ({ operations: [createStudy('s', ['minimize']), createTrial(0), createTrial(0)], ...done }))
  await Promise.all([other.refresh(), other.refresh(), other.refresh()])
  t.equal(other.state.nextTrial, 2)
})

t.test('a first line that is torn leaves an empty journal', async t => {
  const path = join(t.testdir({ 'journal.log': '{"op_code":0,' }), 'journal.log')
  const journal = await openJournal(path)
  await journal.change(() => ({ operations: [createStudy('a', ['minimize'])], ...done }))
  t.equal((await readFile(path, 'utf8')).split('\n').length, 2)
})

t.test('a line in the middle that is no operation is named', async t => {
  const path = join(t.testdir(), 'journal.log')
  await writeFile(path, '{"op_code":0,"study_name":"a","directions":[1],"worker_id":"w"}\n{"op_co\n')
  await t.rejects(openJournal(path), { code: 'PVAE_CONFIG_INVALID', message: /for line 2 of .*journal\.log/ })
  await writeFile(path, '[]\n')
  await t.rejects(openJournal(path), { message: /expected an operation with an op_code for line 1/ })
  await writeFile(path, '{"op_code":99,"worker_id":"w"}\n')
  await t.rejects(openJournal(path), { message: /an integer from 0 to 10 .* received 99/ })
})

t.test('many writers at once lose nothing and write no line into another', async t => {
  const path = join(t.testdir(), 'journal.log')
  const journals = await Promise.all(Array.from({ length: 4 }, () => openJournal(path)))
  await journals[0]!.change(() => ({ operations: [createStudy('s', ['minimize'])], ...done }))
  const numbers = await Promise.all(journals.flatMap(journal => Array.from({ length: 5 }, () =>
    journal.change(state => ({ operations: [createTrial(0)], result: state.study('s')!.trials.length })))))
  t.strictSame(numbers.sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => i), 'each has a number of its own')
  t.equal((await openJournal(path)).state.nextTrial, 20)
})
