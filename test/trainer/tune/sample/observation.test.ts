import t from 'tap'
import { splitObservations, type Observation } from '../../../../trainer/tune/sample/observation.js'

const ended = (x: number, ...values: number[]): Observation => ({ drawn: { x }, values })
const stopped = (x: number, step: number, value: number): Observation => ({ drawn: { x }, stopped: { step, value } })
const xs = (some: readonly Observation[]) => some.map(({ drawn }) => drawn['x'])

t.test('the best come first, each part in the order of the trials', async t => {
  const all = [ended(0, 5), ended(1, 1), { drawn: { x: 2 } }, ended(3, 2), ended(4, 9)]
  const { better, worse } = splitObservations(all, 2)
  t.strictSame(xs(better), [1, 3])
  t.strictSame(xs(worse), [0, 2, 4], 'those that run are among the rest')
})

t.test('trials that were stopped follow, the farther and then the better first', async t => {
  const all = [stopped(0, 1, 0), stopped(1, 3, 7), stopped(2, 3, 6), ended(3, 100)]
  t.strictSame(xs(splitObservations(all, 1).better), [3], 'one that ended is before all of them')
  t.strictSame(xs(splitObservations(all, 3).better), [1, 2, 3])
  t.strictSame(xs(splitObservations(all, 2).better), [2, 3])
})

t.test('with several objectives the front is before what it dominates, its ends before its middle', async t => {
  const all = [ended(0, 3, 3), ended(1, 0, 4), ended(2, 1, 1), ended(3, 4, 0), ended(4, 5, 5)]
  t.strictSame(xs(splitObservations(all, 3).better), [1, 2, 3])
  t.strictSame(xs(splitObservations(all, 2).better), [1, 3])
  t.strictSame(xs(splitObservations(all, 4).better), [0, 1, 2, 3])
})
