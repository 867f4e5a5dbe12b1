import t from 'tap'
import type { Alignment } from '../../../../server/explorer/core/alignment.js'
import { nameDifferences } from '../../../../server/explorer/core/differences.js'
import { readMeasures } from '../../../../server/explorer/core/measures.js'

const part = (name: string) => ({ name, offset: 0, size: 1 })
const left = ['ball', 'table', 'wall', 'light', 'score'].map(part)
const right = ['q1', 'q2', 'q3'].map(part)

/** Of rows of [told from the right, told of the right]. */
function alignment (rows: Array<Array<[number, number]>>, byAll: number[], rightKnownByAll: number[]): Alignment {
  return {
    leftKnown: rows.map(row => row.map(([known]) => known)),
    rightKnown: rows.map(row => row.map(([, known]) => known)),
    correlation: rows.map(row => row.map(([a, b]) => (a * b) ** 0.25)),
    leftKnownByAll: byAll,
    rightKnownByAll,
    order: [0, 1, 2],
  }
}

t.test('in both, mixed, spread, in part, on one side', async t => {
  const found = nameDifferences(alignment([
    [[0.9, 0.9], [0, 0], [0, 0]],
    [[0, 0], [0.9, 0.4], [0, 0]],
    [[0, 0], [0.8, 0.3], [0, 0]],
    [[0.4, 0.1], [0.45, 0.1], [0, 0]],
    [[0.1, 0.1], [0, 0], [0, 0]],
  ], [0.9, 0.9, 0.8, 0.85, 0.1], [1, 1, 0.1]), left, right, { left: undefined, right: undefined })
  t.strictSame(found.map(({ what, words }) => `${what} ${words}`), [
    'ball is in both: it goes with q1 on the right by .95.',
    'table is in both, but q2 on the right mixes it with wall.',
    'wall is in both, but q2 on the right mixes it with table.',
    'light is spread over q1 and q2 on the right.',
    'score is only on the left.',
    'q3 is only on the right.',
  ])
  t.equal(found[0]!.partition, 'ball')
  t.equal(found[5]!.partition, undefined)
})

t.test('what is told in part, and what holds more', async t => {
  const found = nameDifferences(alignment([[[0.5, 0.1], [0, 0], [0, 0]], [[0, 0], [0.8, 0.5], [0, 0]]], [0.5, 0.8],
    [1, 1, 1]), left.slice(0, 2), right, { left: undefined, right: undefined })
  t.strictSame(found.map(({ words }) => words), [
    'is only in part on the right, mostly in q1: .50 of it can be told there.',
    'is in both, but q2 on the right holds other things beside it.',
  ])
})

t.test('which draws closer, if it is worth a word', async t => {
  const none = alignment([], [], [1])
  const compare = (a: number, b: number) => nameDifferences(none, [], [part('q')], {
    left: readMeasures({ test: { mse: a } }), right: readMeasures({ test: { mse: b } }),
  }).map(({ what, words }) => `${what} ${words}`)
  t.strictSame(compare(0.001, 0.004), ['The left draws closer: squared error .001 against .004 over the test images.'])
  t.match(compare(0.004, 0.001)[0], /^The right/)
  t.strictSame(compare(0.001, 0.00101), [])
})

t.test('what is told in part by several is not spread over them', async t => {
  const found = nameDifferences(alignment([[[0.3, 0.1], [0.35, 0.1], [0, 0]]], [0.6], [1, 1, 1]), left.slice(0, 1),
    right, { left: undefined, right: undefined })
  t.equal(found[0]!.words, 'is only in part on the right, mostly in q1 and q2: .60 of it can be told there.')
})

t.test('it goes with what holds it and nothing else, not with what holds more of it and others', async t => {
  const found = nameDifferences(alignment([[[0.95, 0.3], [0.8, 0.9], [0, 0]]], [0.95], [1, 1, 1]), left.slice(0, 1),
    right, { left: undefined, right: undefined })
  t.match(found[0]!.words, 'is in both: it goes with q2')
})
