import t from 'tap'
import {
  FACTORS,
  GROUPS,
  drawPartner,
  factorsOf,
  sampleFactors,
  scaleFactors,
  type GroupName,
} from '../../../../trainer/data/table-tennis/factors.js'
import { createRandom } from '../../../../trainer/random/index.js'

t.test('six groups hold the eighteen factors, each once', async t => {
  t.strictSame(Object.values(GROUPS).flat(), FACTORS.map((_, i) => i))
  for (const [group, members] of Object.entries(GROUPS)) t.ok(members.every(i => FACTORS[i]!.group === group), group)
  t.equal(new Set(FACTORS.map(({ group, name }) => `${group}/${name}`)).size, 18)
  t.strictSame(factorsOf(Float32Array.from({ length: 18 }, (_, i) => i), 'ball'), [12, 13, 14])
})

t.test('a scene has its own address: the same at every asking, others by index, seed and stream', async t => {
  const scene = sampleFactors(3, 1000)
  sampleFactors(3, 7)
  t.strictSame(sampleFactors(3, 1000), scene)
  t.strictSame(sampleFactors(3, 1000, 'train'), scene)
  for (const other of [sampleFactors(3, 1001), sampleFactors(4, 1000), sampleFactors(3, 1000, 'test')]) {
    t.notSame(other, scene)
  }
})

t.test('factors are uniform and independent', async t => {
  const n = 4000
  const samples = Array.from({ length: n }, (_, i) => sampleFactors(1, i))
  // Standard errors: mean √(1/12n) = .0046, correlation 1/√n = .016.
  for (let a = 0; a < 18; a++) {
    const mean = samples.reduce((sum, s) => sum + s[a]!, 0) / n
    const square = samples.reduce((sum, s) => sum + s[a]! ** 2, 0) / n
    t.ok(Math.abs(mean - 1 / 2) < 0.02, `mean ${mean}`)
    t.ok(Math.abs(square - 1 / 3) < 0.02, `mean square ${square}`)
    for (let b = 0; b < a; b++) {
      const correlation = 12 * samples.reduce((sum, s) => sum + (s[a]! - 0.5) * (s[b]! - 0.5), 0) / n
      t.ok(Math.abs(correlation) < 0.08, `correlation of ${a} and ${b}: ${correlation}`)
    }
  }
  t.ok(samples.every(s => s.every(u => u >= 0)))
  t.ok(samples.every(s => s.every(u => u <= 1)))
})

t.test('their own units: 0 and 1 are the ends of the ranges, for any number of rows', async t => {
  const low = FACTORS.map(({ range }) => Math.fround(range[0]))
  const high = FACTORS.map(({ range }) => Math.fround(range[1]))
  t.strictSame([...scaleFactors(Float32Array.from({ length: 36 }, (_, i) => i < 18 ? 0 : 1))], [...low, ...high])
})

t.test('a partner differs in one or two groups, each as often as any other', async t => {
  const factors = scaleFactors(sampleFactors(1, 0))
  const changes: Record<string, number> = {}
  let single = 0
  const n = 3000
  for (let i = 0; i < n; i++) {
    const partner = drawPartner(factors, createRandom(1, 'pairs', i))
    if (![1, 2].includes(partner.changed.length)) t.fail(`${partner.changed.length} changes`)
    if (partner.changed.length === 1) single++
    const changed = new Set<GroupName>()
    partner.factors.forEach((value, j) => {
      if (value !== factors[j]) changed.add(FACTORS[j]!.group)
      const [low, high] = FACTORS[j]!.range
      if (value < Math.fround(low) || value > Math.fround(high)) t.fail(`factor ${j}: ${value}`)
    })
    if ([...changed].join() !== partner.changed.join()) t.fail(`said ${partner.changed}, changed ${[...changed]}`)
    for (const group of changed) changes[group] = (changes[group] ?? 0) + 1
  }
  // Binomial(3000, 1/2): 1500 ± 27; a group is in a pair with probability 1.5 / 6: 750 ± 24.
  t.ok(Math.abs(single - n / 2) < 4 * 27, `${single} pairs with one change`)
  for (const group of Object.keys(GROUPS)) {
    t.ok(Math.abs(changes[group]! - n / 4) < 4 * 24, `${group}: ${changes[group]}`)
  }
})
