import t from 'tap'
import type { StudyState, Trial } from '../../../../trainer/tune/journal/replay.js'
import { observationsOf } from '../../../../trainer/tune/study/observations.js'

function trial (
  state: Trial['state'], values?: readonly number[], reports: ReadonlyArray<[number, number]> = []
): Trial {
  return {
    id: 0,
    number: 0,
    creator: 'pvae-1',
    state,
    parameters: new Map([['x', 1]]),
    distributions: new Map(),
    userAttributes: new Map(),
    intermediateValues: new Map(reports),
    values,
    started: undefined,
    ended: undefined,
  }
}

t.test('what is to be large is turned into what is to be small, and what failed is left out', async t => {
  const trials = [
    trial('complete', [3, 4]), trial('running', undefined, [[1, 9]]), trial('fail'), trial('waiting'),
    trial('pruned', [5], [[1, 2], [3, 5]]), trial('pruned'),
  ]
  const directions = ['maximize', 'minimize'] as const
  const study: StudyState = { id: 0, name: 's', directions, userAttributes: new Map(), trials }
  const drawn = { x: 1 }
  const objectives = directions.map((direction, i) => ({ metric: 'ab'[i]!, direction }))
  t.strictSame(observationsOf(study, objectives), [
    { drawn, values: [-3, 4] },
    { drawn },
    { drawn, stopped: { step: 3, value: -5 } },
    { drawn, stopped: { step: 0, value: Infinity } },
  ])
})
