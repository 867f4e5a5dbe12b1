import t from 'tap'
import { compareCandidates, Nearest, type Candidate } from '../../../collections/search/nearest.js'
import { createRandom } from '../../helpers/linear-model.js'

t.test('keeps the k nearest, whatever the order in which they come', t => {
  const random = createRandom(7)
  for (const k of [1, 2, 3, 10, 64]) {
    const draw = () => Math.floor(30 * random())
    const candidates: Candidate[] = Array.from({ length: 200 }, (_, row) => ({ row, distance: draw() }))
    const shuffled = [...candidates].map(candidate => ({ candidate, at: random() })).sort((a, b) => a.at - b.at)
    const nearest = new Nearest(k)
    for (const { candidate } of shuffled) nearest.add(candidate)
    const expected = candidates.sort(compareCandidates).slice(0, k)
    t.strictSame(nearest.sorted(), expected, `k = ${k}`)
    t.equal(nearest.limit, expected.at(-1)!.distance)
  }
  t.end()
})

t.test('with fewer than k everything is kept, and nothing is too far', t => {
  const nearest = new Nearest(3)
  nearest.add({ row: 4, distance: Infinity })
  nearest.add({ row: 2, distance: -1 })
  t.equal(nearest.limit, Infinity)
  t.strictSame(nearest.sorted().map(({ row }) => row), [2, 4])
  t.end()
})
