import { readFile } from 'node:fs/promises'
import t from 'tap'
import { layOutPartitions, openRepository } from '@partition-vae/models'
import { partitionKinds } from '../../../../trainer/config/partition-kinds.js'
import { findPreset } from '../../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import type { Metrics } from '../../../../trainer/measure/metrics-schema.js'
import { partitionTable } from '../../../../trainer/report/tables.js'
import { judge } from '../../../../trainer/report/verdict.js'

const repository = new URL('../../../../models/repository/', import.meta.url)
const { directory } = await openRepository(repository.pathname).open('table-tennis')
const measured = JSON.parse(await readFile(`${directory}/report/metrics.json`, 'utf8')) as Metrics

function modelOf (preset: string) {
  const { model } = parseRunConfig(findPreset(preset).config)
  const names = model.partitions.map(({ name }) => name)
  const even = (value: number) => Object.fromEntries(names.map(name => [name, value]))
  const metrics: Metrics = {
    ...measured,
    klByPartition: even(12),
    swapEffect: even(0.02),
    // What interchangeable slots have, however well they do: they look in turn.
    totalCorrelation: { means: 9, samples: 8 },
    things: {
      images: 100,
      split: 'test',
      partitions: {},
      dependence: [{ partitions: ['thing1', 'thing2'], r2: 0.95, places: 0.1 }],
      unexplained: { outside: 0.165, area: null },
    } as NonNullable<Metrics['things']>,
    deadPartitions: [{ name: 'background', reasons: ['kl', 'swap-effect'] }],
  }
  return { metrics, partitions: layOutPartitions(model.partitions), kinds: partitionKinds(model) }
}

t.test('what interchangeable slots share is no fault, nor is a ground of one colour', async t => {
  const { metrics, partitions, kinds } = modelOf('tetrominoes')
  const { good, worrying, next } = judge({ ...metrics, activeUnits: 10 }, partitions, kinds)
  t.ok(good.includes('4 of 4 slots hold things'))
  t.strictSame(worrying, ['17% of what changes is in no partition'])
  t.match(next.join(), /add slots \(model\.partitions\)/)
  const table = partitionTable(partitions, metrics, kinds)
  t.match(table, /still: a background that does not change/)
  t.notMatch(table, /dead/)
})

t.test('a slot that stays closed is in reserve; if all do, nothing is drawn', async t => {
  const { metrics, partitions, kinds } = modelOf('tetrominoes')
  const closed = (...names: string[]): Metrics =>
    ({ ...metrics, deadPartitions: names.map(name => ({ name, reasons: ['swap-effect'] })) })
  const { good, worrying } = judge(closed('thing4'), partitions, kinds)
  t.ok(good.includes('3 of 4 slots hold things; thing4 stays closed, in reserve for more things'))
  t.notMatch(worrying.join('\n'), /thing/)
  t.match(partitionTable(partitions, closed('thing4'), kinds), /closed: a slot that holds no thing/)
  const none = judge(closed('thing1', 'thing2', 'thing3', 'thing4'), partitions, kinds)
  t.ok(none.worrying.includes('all slots stay closed: nothing but the background is drawn'))
  t.match(none.next.join(), /model\.price/)
})

t.test('a single slot is judged by its factors, and does all that is done', async t => {
  const { metrics, partitions, kinds } = modelOf('dsprites')
  const { good, worrying } = judge({ ...metrics, swapEffect: { background: 0, thing: 1 } }, partitions, kinds)
  t.match(good.join('\n'), /told apart/)
  t.notMatch([...good, ...worrying].join('\n'), /does \d+%|same things twice|slots hold/)
  const closed = judge({ ...metrics, deadPartitions: [{ name: 'thing', reasons: ['kl'] }] }, partitions, kinds)
  t.ok(closed.worrying.includes('the slot stays closed: nothing but the background is drawn'))
})
