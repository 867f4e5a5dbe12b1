import t from 'tap'
import { matchUnshared, unsharedOf } from '../../../trainer/fit/unshared.js'

const partitions = [{ name: 'shape' }, { name: 'light' }, { name: 'rest' }]
const factors = {
  names: ['place/column', 'place/row', 'brightness'],
  groups: { place: ['place/column', 'place/row'], brightness: ['brightness'] },
  values: new Float64Array(6),
}
const dataset = { name: 'bars', factors }
const known = { maxGap: 3, differing: 'known' } as const

t.test('the partition that is to hold a factor\'s group may differ, in order or by name', async t => {
  const inOrder = matchUnshared(dataset, partitions, known)
  t.strictSame(inOrder, { partitionsOf: [[0], [0], [1]], count: 3 })
  const byName = matchUnshared(dataset, partitions, { ...known, groups: { rest: 'place', shape: 'brightness' } })
  t.strictSame(byName.partitionsOf, [[2], [2], [0]])
  t.strictSame([...unsharedOf(Uint32Array.of(2, 0, 1), byName)], [1, 0, 0, 0, 0, 1, 0, 0, 1])
  const shared = { shape: 'place', light: 'brightness', rest: 'place' }
  const twice = matchUnshared(dataset, partitions, { ...known, groups: shared })
  t.strictSame([...unsharedOf(Uint32Array.of(1, 2), twice)], [1, 0, 1, 0, 1, 0], 'in two that are to hold it')
})

t.test('what a data set or a config can\'t give is refused', async t => {
  const refused = (message: RegExp, ...given: Parameters<typeof matchUnshared>) =>
    t.throws(() => matchUnshared(...given), { code: 'PVAE_CONFIG_INVALID', message })
  refused(/a data set with known factors for objective\.pairs\.differing but received bars, which has none/,
    { name: 'bars' }, partitions, known)
  refused(/a group of factors \(place, brightness\) for objective\.pairs\.groups\.shape but received "ball"/,
    dataset, partitions, { ...known, groups: { shape: 'ball' } })
  refused(/a partition for each group of factors \(place, brightness\) .* but received none for brightness/,
    dataset, partitions, { ...known, groups: { shape: 'place' } })
  refused(/a partition for each group .* for model\.partitions but received none for brightness/,
    dataset, partitions.slice(0, 1), known)
})
