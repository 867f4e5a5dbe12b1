import t from 'tap'
import { align, matchRows, pairMeans } from '../../../../server/explorer/core/alignment.js'
import { drawPrior } from '../../../../server/explorer/core/scene.js'

/** Mulberry32, so that the truth is the same at each run. */
function createRandom (seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let x = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}
const random = createRandom(7)
const COUNT = 4000
/** Independent standard normals: [count] rows of `size`. */
const truth = Array.from({ length: COUNT }, () => drawPrior(5, random))
const table = (row: (values: number[]) => number[]) => Float32Array.from(truth.flatMap(row))
const near = (a: number, b: number, within = 0.03) => Math.abs(a - b) < within

const left = table(([a, b, c, d]) => [a!, b!, c!, 0.5 * d!])
const leftPartitions = [
  { name: 'ab', offset: 0, size: 2 }, { name: 'c', offset: 2, size: 1 }, { name: 'd', offset: 3, size: 1 },
]

t.test('the same, turned and stretched, in another order: as one', async t => {
  const right = table(([a, b, c, d]) => [3 * c!, -d!, a! + b!, 0.2 * (a! - b!)])
  const { correlation, leftKnown, rightKnown, order } = align({ count: COUNT, left, right }, leftPartitions, [
    { name: 'x', offset: 0, size: 1 }, { name: 'y', offset: 1, size: 1 }, { name: 'z', offset: 2, size: 2 },
  ])
  const expected = [[0, 0, 1], [1, 0, 0], [0, 1, 0]]
  t.ok(correlation.every((row, l) => row.every((value, r) => near(value, expected[l]![r]!, 0.25) &&
    (expected[l]![r] === 0 || value > 0.999))), JSON.stringify(correlation))
  t.ok(leftKnown.flat().concat(rightKnown.flat()).every(value => near(value, 0, 0.01) || near(value, 1, 0.01)))
  t.strictSame(order, [2, 0, 1], 'each beside its own')
})

t.test('one unit each: the size of their correlation, whatever its sign', async t => {
  const r = 0.6
  const right = table(([, , c, , e]) => [-(r * c! + Math.sqrt(1 - r * r) * e!)])
  const { correlation, leftKnown } = align({ count: COUNT, left, right }, leftPartitions, [
    { name: 'x', offset: 0, size: 1 },
  ])
  t.ok(near(correlation[1]![0]!, r), `${correlation[1]![0]}`)
  t.ok(near(leftKnown[1]![0]!, r * r), `${leftKnown[1]![0]}`)
})

t.test('what is mixed is told from the mixture, and the mixture not from it', async t => {
  const right = table(([a, b, c, , e]) => [a!, b!, c!, e!])
  const { leftKnown, rightKnown, leftKnownByAll, rightKnownByAll } = align(
    { count: COUNT, left, right }, leftPartitions,
    [{ name: 'abc', offset: 0, size: 3 }, { name: 'e', offset: 3, size: 1 }]
  )
  t.ok(near(leftKnown[0]![0]!, 1), 'all of ab is in abc')
  t.ok(near(rightKnown[0]![0]!, 2 / 3), 'two thirds of abc are ab')
  t.ok(near(leftKnown[2]![0]!, 0), 'nothing of d is')
  t.ok(near(leftKnownByAll[2]!, 0))
  t.ok(near(rightKnownByAll[1]!, 0))
})

t.test('what is spread over all partitions of the other is told by all of them', async t => {
  const right = table(([a, , c]) => [a! + c!])
  const { rightKnown, rightKnownByAll } = align({ count: COUNT, left, right }, leftPartitions, [
    { name: 'sum', offset: 0, size: 1 },
  ])
  t.ok(near(rightKnown[0]![0]!, 0.5), `${rightKnown[0]![0]} from the first`)
  t.ok(near(rightKnownByAll[0]!, 1), `${rightKnownByAll[0]} from all`)
})

t.test('what never varies is nothing, and does no harm', async t => {
  const { correlation } = align({ count: 3, left: new Float32Array(3), right: Float32Array.of(1, 2, 3) },
    [{ name: 'a', offset: 0, size: 1 }], [{ name: 'b', offset: 0, size: 1 }])
  t.strictSame(correlation, [[0]])
})

t.test('the same images are found by their places', async t => {
  const rows = (index: number[], mean: number[]) =>
    ({ count: index.length, index: Uint32Array.from(index), mean: Float32Array.from(mean) })
  const [a, b] = [rows([1, 5, 9], [10, 50, 90]), rows([9, 2, 1], [91, 92, 21, 22, 11, 12])]
  t.strictSame(matchRows(a, b), [[0, 2], [2, 0]])
  t.strictSame(pairMeans(a, b), {
    count: 2, left: Float32Array.of(10, 90), right: Float32Array.of(11, 12, 91, 92),
  })
})
