import t from 'tap'
import {
  atPhase, describeMix, describeSide, mixLatents, readMix, writeMix,
} from '../../../../server/explorer/core/mix.js'
import type { Mix, Side } from '../../../../server/explorer/core/scene.js'

const partitions = [{ name: 'p1', size: 2, offset: 0 }, { name: 'p2', size: 1, offset: 2 }]
const side = (latent: number[], index?: number): Side =>
  ({ latent, origin: { kind: index === undefined ? 'mean' : 'sample', index, mean: latent } })
const mix: Mix = { a: side([1, 2, 3], 7), b: side([-1, 0.1, 5]), shares: [1, 0.25] }

t.test('each partition comes from A, from B or from in between', async t => {
  t.strictSame(mixLatents(mix, partitions), [-1, 0.1, 3.5], 'exactly B\'s where all is B\'s')
  t.strictSame(mixLatents({ ...mix, shares: [0, 0] }, partitions), [1, 2, 3])
})

t.test('an animation goes from A to the mix, and to B where the mix is A', async t => {
  t.strictSame(atPhase(mix, 0).shares, [0, 0])
  t.strictSame(atPhase(mix, 1).shares, [1, 0.25])
  t.strictSame(atPhase({ ...mix, shares: [0, 0] }, 0.5).shares, [0.5, 0.5])
})

t.test('a mix is told in words', async t => {
  const say = (...shares: number[]) => describeMix({ ...mix, shares }, ['player', 'table', 'ball'])
  t.equal(say(0, 0, 0), 'all from A')
  t.equal(say(1, 1, 1), 'all from B')
  t.equal(say(1, 0, 1), 'player and ball from B, the rest from A')
  t.equal(say(0.3, 1, 0), 'table from B, player in between, the rest from A')
  t.equal(describeSide(mix.a), 'test image 8')
  t.equal(describeSide({ ...mix.a, latent: [0, 0, 0] }), 'test image 8, changed')
})

t.test('a link says both sides and the shares', async t => {
  const row = (index: number) => index === 7 ? mix.a : undefined
  const text = writeMix(mix)
  const read = readMix(text, 3, partitions, row)!
  t.equal(read.a, mix.a, 'a row of the sample by its number')
  t.strictSame(read.b.latent, [...new Float32Array(mix.b.latent)], 'anything else by its numbers')
  t.strictSame(read.shares, mix.shares)
  for (const broken of ['', 'unit', 's7~s8~100.0', 's7~s7~100', 's7~s7~100.300', `${text}.0`, 's7~zAAAA~0.0']) {
    t.equal(readMix(broken, 3, partitions, row), undefined, broken)
  }
})
