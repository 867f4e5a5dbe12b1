import t from 'tap'
import { readMeasures } from '../../../../server/explorer/core/measures.js'
import { describePartition, join, nameOfFactor, two, writeNats } from '../../../../server/explorer/core/report.js'

const partitions = [
  { name: 'p1', size: 3, offset: 0, label: 'ball' }, { name: 'p2', size: 2, offset: 3 },
  { name: 'p3', size: 1, offset: 5 },
]
const say = (test: object, at = 0, kinds: Record<string, string> = {}) => {
  const said = describePartition(
    readMeasures({ test })!, partitions[at]!, partitions, new Map(Object.entries(kinds)))
  return { ...said, words: said.words.replaceAll('\u00a0', ' ') }
}
const known = (matrix: number[][], explained: Record<string, number[]>) => ({
  disentanglement: { groups: { partitions: ['p1', 'p2', 'p3'], groups: ['ball', 'table'], matrix }, explained },
})

t.test('what one partition knows alone', async t => {
  const test = known([[0.97, 0.02], [0.02, 0.9], [0, 0]], {
    'ball/x': [0.99, 0.02, 0], 'ball/y': [0.98, 0, 0], 'ball/radius': [0.7, 0, 0], 'table/hue': [0, 0.9, 0],
  })
  t.strictSame(say(test), {
    words: 'Its place is in this partition and in no other: R² .97, next best .02. Less surely size.',
    own: 0.97,
    next: 0.02,
  })
  t.match(say(test, 1).words, 'Its colour is in this partition and in no other: R² .90, next best .02.')
  t.match(say(test, 2).words, 'Holds none of the known things alone: at most ball, R² .00, and ball knows more')
})

t.test('what it shares, a little or much', async t => {
  const little = known([[0.9, 0], [0.3, 0.1], [0, 0]], { 'ball/x': [0.9, 0.3, 0] })
  t.equal(say(little).words, 'Its place is in this partition above all: R² .90, next best p2 .30.')
  const much = known([[0.6, 0], [0.5, 0.1], [0, 0]], { 'ball/x': [0.6, 0.5, 0] })
  t.equal(say(much).words, 'Its place is in it (R² .60), but p2 knows .50 of the same.')
})

t.test('without known factors: where its thing is', async t => {
  const things = { p1: { place: 0.99, otherPlace: 0.05, swapInside: 1, reconstructed: 0.9 } }
  t.strictSame(say({ things: { partitions: things } }), {
    words: 'Its place is in this partition and in no other: R² .99, next best .05. A swap changes nothing else; 90 % ' +
      'of it is drawn.',
    own: 0.99,
    next: 0.05,
  })
  const together = { p1: { place: 0.99, otherPlace: 0.85, swapInside: 0.9, reconstructed: -1 } }
  t.match(say({ things: { partitions: together } }).words, /move together.* by 10 %; 0 % of it/)
})

t.test('with next to nothing measured: nats and swaps; the class; the dead', async t => {
  t.strictSame(say({ kl: 20, klByPartition: { p1: 5 }, swapEffect: { p1: 0.25 } }), {
    words: 'Says 5.0 of 20 nats. Taken from another image it changes 25 % of what varies.',
  })
  t.equal(say({}).words, 'Nothing was measured of it.')
  const classification = { chance: 0.1, linear: { all: 0.95, byPartition: { p1: 0.94, p2: 0.3 } } }
  t.match(say({ classification }).words, /It alone tells the class of 94 % of the images\.$/)
  t.notMatch(say({ classification }, 1).words, /class/)
  const dead = (kl: number) => say({ klByPartition: { p1: kl }, deadPartitions: [{ name: 'p1', reasons: ['kl'] }] })
  t.strictSame(dead(0.004), { words: 'Says nothing (.004 nats): it is dead.', isDead: true })
  t.match(dead(3).words, 'Nothing in the picture changes with it')
})

t.test('what holds nothing and need not is not dead', async t => {
  const still = (kinds: Record<string, string>, unexplained = 0) => say({
    klByPartition: { p1: 0 },
    deadPartitions: [{ name: 'p1', reasons: ['kl'] }],
    things: { partitions: {}, unexplained: { outside: unexplained } },
  }, 0, kinds)
  t.strictSame(still({ p1: 'slot', p2: 'slot' }), {
    words: 'Empty in all but few images: it is there for one thing more.',
  })
  t.ok(still({ p1: 'slot' }).isDead, 'no slot is in use')
  const atRest = { words: 'At rest: the background is the same in all images.' }
  t.strictSame(still({ p1: 'background', p2: 'sprite' }), atRest)
  t.strictSame(still({ p1: 'background', p2: 'slot' }, 0.5), atRest)
  t.ok(still({ p1: 'background', p2: 'sprite' }, 0.5).isDead, 'what changes is drawn by nobody')
  t.ok(still({ p1: 'sprite' }).isDead)
})

t.test('numbers and lists as they are said', async t => {
  t.strictSame([0.999, 0.5, -0.1].map(two), ['1.00', '.50', '.00'])
  t.strictSame([88.04, 4.12, 0.004].map(writeNats), ['88', '4.1', '.004'])
  t.equal(join(['a', 'b', 'c']), 'a, b and c')
  t.strictSame(['ball/radius', 'light/light', 'ink'].map(nameOfFactor), ['Ball’s size', 'Light', 'Ink'])
})
