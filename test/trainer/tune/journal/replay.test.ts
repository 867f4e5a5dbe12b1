/** The fixture was written by Optuna 5: studies, one of them deleted, with trials of all states. */
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openJournal } from '../../../../trainer/tune/journal/file.js'

const fixture = fileURLToPath(new URL('../../../fixtures/journals/optuna.log', import.meta.url))

t.test('a journal of Optuna is read as Optuna reads it', async t => {
  const path = join(t.testdir(), 'journal.log')
  await copyFile(fixture, path)
  const { state } = await openJournal(path)
  t.equal(state.study('deleted'), undefined)
  const study = state.study('theirs')!
  t.strictSame(study.directions, ['maximize'])
  t.equal(study.userAttributes.get('note'), 'Ünïcode')
  t.strictSame(study.trials.map(({ state }) => state), ['complete', 'pruned', 'fail', 'complete', 'waiting'])
  const [first, second] = study.trials
  t.strictSame(first!.values, [-4.369425766061623])
  t.strictSame([...first!.parameters], [['rate', 0.004656804637919571], ['kind', 0], ['n', 1]])
  t.equal(first!.userAttributes.get('seconds'), 1.5)
  t.strictSame([...second!.intermediateValues], [[1, 7], [2, NaN]], 'a value that was no number')
  t.equal(second!.values, undefined)
  t.strictSame(JSON.parse(first!.distributions.get('rate')!), {
    name: 'FloatDistribution', attributes: { step: null, low: 0.0001, high: 1, log: true },
  })
  const two = state.study('two')!
  t.strictSame(two.directions, ['minimize', 'maximize'])
  t.match(two.trials[1], { state: 'complete', values: [1, 2], number: 1, id: 6 }, 'one that was added whole')
  t.strictSame([...two.trials[1]!.parameters], [['x', 0.5]])
  t.equal(state.nextTrial, 7)
  t.equal(state.nextStudy, 3)
})
