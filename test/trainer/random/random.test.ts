import t from 'tap'
import { createRandom, type Random } from '../../../trainer/random/index.js'
import { randomFromState } from '../../../trainer/random/random.js'
import { hashStream } from '../../../trainer/random/seed.js'

// Vectors named "Python" come from a separate implementation in Python with unbounded integers, written from the
// published C sources of MurmurHash3_x86_128 (it reproduces SMHasher's verification value 0xB3ECE62A) and xoshiro128**
// 1.1.

const take = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.uint32())
const unsigned = (words: Int32Array): number[] => Array.from(words, word => word >>> 0)

t.test('xoshiro128** gives the reference sequence', async t => {
  // Blackman & Vigna's C code from state 1, 2, 3, 4, as published in the tests of Rust's rand_xoshiro.
  t.strictSame(take(randomFromState(Int32Array.of(1, 2, 3, 4)), 10),
    [11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804])
})

t.test('a stream is the hash of its ids (Python)', async t => {
  t.strictSame(unsigned(hashStream([0])), [1000236336, 159754540, 159754540, 159754540])
  t.strictSame(unsigned(hashStream([42, 'shuffle', 3])), [1738199969, 3116042023, 2036466726, 3002600012])
  t.strictSame(unsigned(hashStream([-1, 'noise', 2 ** 53 - 1])), [3824285939, 958687705, 827563434, 345347605])
  t.strictSame(unsigned(hashStream([7, 'ε😀', 0, 'x'])), [3194267585, 2058140768, 1209850935, 3153695763])
  t.strictSame(
    take(createRandom(7, 'ε😀', 0, 'x'), 6),
    [781087170, 3012211296, 904788136, 3253513783, 4050366668, 3111602107]
  )
})

t.test('uniforms, normals and shuffles are the same everywhere (Python)', async t => {
  const random = createRandom(42, 'shuffle', 3)
  t.strictSame(
    [random.uniform(), random.uniform(), random.uniform()],
    [0.938002604695392, 0.04434712408552388, 0.47809105955616993]
  )
  const normal = createRandom(42, 'noise', 3)
  for (const expected of [
    -0.22911647968067794, -1.4513822605957263, -2.6529344282144285, 0.21886023205008517, 1.1090255942015843,
    -0.10648820972720124,
  ]) {
    t.ok(Math.abs(normal.normal() - expected) < 1e-14)
  }
  t.strictSame(
    [...createRandom(42, 'shuffle', 1).shuffle(Uint32Array.from({ length: 10 }, (_, i) => i))],
    [6, 7, 3, 8, 4, 0, 2, 1, 9, 5]
  )
})

t.test('streams: every id matters, its type and its place too', async t => {
  const ids: Array<Array<number | string>> = [
    [1],
    [2],
    [-1],
    [2 ** 32 + 1],
    [1, 0],
    [0, 1],
    [1, ''],
    [1, '0'],
    [1, 'a', 'b'],
    [1, 'ab'],
    [1, 'b', 'a'],
  ]
  const firsts = ids.map(([seed, ...stream]) => take(createRandom(Number(seed), ...stream), 2).join())
  t.equal(new Set(firsts).size, ids.length)
  t.strictSame(take(createRandom(1, 'a'), 5), take(createRandom(1, 'a'), 5))

  // Neighbouring steps of one stream are uncorrelated: |r| stays below 4 standard errors.
  const n = 100_000
  const a = createRandom(5, 'noise', 1).fillNormal(new Float32Array(n))
  const b = createRandom(5, 'noise', 2).fillNormal(new Float32Array(n))
  let product = 0
  for (let i = 0; i < n; i++) product += a[i]! * b[i]!
  t.ok(Math.abs(product / n) < 4 / Math.sqrt(n), `r = ${product / n}`)
})

t.test('a seed that is not a safe integer is refused', async t => {
  for (const seed of [0.5, NaN, Infinity, 2 ** 53]) {
    t.throws(() => createRandom(seed), {
      code: 'PVAE_INVALID_PARAMETER',
      message: `expected a safe integer for a random seed or stream but received ${seed}`,
    })
  }
  t.throws(() => createRandom(1, 'step', 1.5), { code: 'PVAE_INVALID_PARAMETER' })
})

t.test('the state of all zeros is never used', async t => {
  t.ok(take(randomFromState(new Int32Array(4)), 20).some(value => value !== 0))
})

t.test('uniform: moments and range of 1e6 draws', async t => {
  const n = 1_000_000
  const random = createRandom(11, 'uniform')
  const bins = new Float64Array(100)
  let sum = 0
  let outside = 0
  for (let i = 0; i < n; i++) {
    const value = random.uniform()
    if (!(value >= 0 && value < 1)) outside++
    sum += value
    bins[Math.floor(value * 100)]!++
  }
  t.equal(outside, 0)
  // Standard error of the mean: sqrt(1 / 12 / n) = 0.00029. Chi-square with 99 degrees of freedom: 99 ± 14, bound at 4
  // deviations.
  t.ok(Math.abs(sum / n - 0.5) < 4 * 0.00029, `mean ${sum / n}`)
  t.ok(chiSquare(bins, n) < 99 + 4 * 14.1)
})

t.test('normal: moments and tails of 1e6 draws', async t => {
  const n = 1_000_000
  const values = createRandom(12, 'normal').fillNormal(new Float32Array(n))
  const moments = [0, 0, 0, 0]
  let beyond2 = 0
  let beyond4 = 0
  for (const value of values) {
    for (let k = 0, power = value; k < 4; k++, power *= value) moments[k]! += power / n
    if (Math.abs(value) > 2) beyond2++
    if (Math.abs(value) > 4) beyond4++
  }
  // Four standard errors of each moment: sqrt(Var x^k / n) with Var = 1, 2, 15, 96.
  const truth = [0, 1, 0, 3]
  const variance = [1, 2, 15, 96]
  moments.forEach((moment, k) =>
    t.ok(Math.abs(moment - truth[k]!) < 4 * Math.sqrt(variance[k]! / n), `moment ${k + 1}: ${moment}`)
  )
  // P(|x| > 2) = 0.0455003, P(|x| > 4) = 6.334e-5: binomial counts, four deviations.
  t.ok(Math.abs(beyond2 - 45500) < 4 * 209, `beyond 2: ${beyond2}`)
  t.ok(Math.abs(beyond4 - 63.3) < 4 * 8, `beyond 4: ${beyond4}`)
})

t.test('fillNormal gives the numbers of normal(), whatever the lengths', async t => {
  const one = createRandom(3, 'n')
  const expected = Float32Array.from({ length: 21 }, () => one.normal())
  const other = createRandom(3, 'n')
  // After an odd number one of a pair is left over: what comes next begins with it, be that many, one or none.
  const parts = [3, 0, 6, 1, 5].map(length => [...other.fillNormal(new Float32Array(length))])
  parts.push([other.normal()], [...other.fillNormal(new Float32Array(5))])
  t.strictSame(parts.flat().map(Math.fround), [...expected])
})

t.test('integer: unbiased and in range', async t => {
  const random = createRandom(13, 'integer')
  const n = 300_000
  for (const range of [1, 2, 7, 10]) {
    const bins = new Float64Array(range)
    for (let i = 0; i < n; i++) bins[random.integer(range)]!++
    t.ok(chiSquare(bins, n) < range - 1 + 5 * Math.sqrt(2 * range), `range ${range}`)
  }
  // With plain remainders, values below 2^30 would come twice as often (1/2 instead of 1/3) for n = 3 · 2^30.
  let low = 0
  for (let i = 0; i < n; i++) if (random.integer(3 * 2 ** 30) < 2 ** 30) low++
  t.ok(Math.abs(low / n - 1 / 3) < 4 * Math.sqrt(2 / 9 / n), `share ${low / n}`)
  t.ok(random.integer(2 ** 32) >= 0)
  for (const range of [0, -1, 1.5, NaN, 2 ** 32 + 1]) {
    t.throws(() => random.integer(range), {
      code: 'PVAE_INVALID_PARAMETER',
      message: new RegExp(`received ${range}$`),
    })
  }
})

t.test('shuffle: a permutation, every order equally likely', async t => {
  const random = createRandom(14, 'shuffle')
  const values = Uint32Array.from({ length: 60_000 }, (_, i) => i)
  t.equal(random.shuffle(values), values)
  t.equal(new Set(values).size, 60_000)
  let fixed = 0
  for (let i = 0; i < values.length; i++) if (values[i] === i) fixed++
  t.ok(fixed < 10, `fixed points are Poisson(1): ${fixed}`)

  const orders = new Map<string, number>()
  for (let i = 0; i < 24_000; i++) {
    const order = random.shuffle(Uint32Array.of(0, 1, 2, 3)).join('')
    orders.set(order, (orders.get(order) ?? 0) + 1)
  }
  t.equal(orders.size, 24)
  t.ok(chiSquare(Float64Array.from(orders.values()), 24_000) < 23 + 5 * Math.sqrt(46))
  t.strictSame([...random.shuffle(new Uint32Array(0))], [])
})

function chiSquare (bins: Float64Array, n: number): number {
  const expected = n / bins.length
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}
