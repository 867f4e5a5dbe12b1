import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import { describeDisentanglement } from '../../../../trainer/report/describe-disentanglement.js'
import { DisentanglementSchema, measureDisentanglement } from '../../../../trainer/measure/disentanglement/index.js'
import { measureCeiling } from '../../../../trainer/measure/disentanglement/ceiling.js'
import { shuffleUnits } from '../../../../trainer/measure/disentanglement/control.js'
import { splitAtRandom } from '../../../../trainer/measure/disentanglement/representation.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { example, mapRows, near, randomTable, targetsOfTable } from './data.js'

const perfect = example(1200, ([a, b, c, d]) => [a! + b!, a! - b!, c!, d!].map(x => 3 * x))

t.test('a perfect partition of units that are mixed inside it', async t => {
  const random = createRandom(0, 'sampler')
  const result = await measureDisentanglement({
    ...perfect,
    seed: 0,
    classes: Uint8Array.from({ length: 1200 }, (_, i) => i % 3),
    probeSteps: 150,
    controlDraws: 2,
    posterior: { samples: perfect.means, logVariances: new Float32Array(perfect.means.length).fill(-2) },
    factorVaeVotes: 100,
    sampleRepresentations: (fixed, count) => {
      const shared = Float32Array.from({ length: 4 }, () => random.uniform())
      return Float32Array.from(Array.from({ length: count }, () => {
        const [a, b, c, d] = Array.from(shared, (value, k) => fixed.includes(k) ? value : random.uniform())
        return [a! + b!, a! - b!, c!, d!]
      }).flat())
    },
  })
  t.ok(
    Value.Check(DisentanglementSchema, result),
    [...Value.Errors(DisentanglementSchema, result)].map(error => error.message).join()
  )
  t.same(JSON.parse(JSON.stringify(result)), result, 'plain JSON')
  t.ok(result.groups.meanBest > 0.96)
  t.ok(result.groups.meanGap > 0.94)
  t.ok(result.groups.disentanglement > 0.95)
  t.ok(result.groups.completeness > 0.95)
  t.same(
    Object.entries(result.groups.assignment)
      .map(([group, { partition }]) => [group, partition])
      .sort(),
    [
      ['g', 'p'],
      ['h', 'q'],
      ['i', 'r'],
    ]
  )
  t.same(result.explained.c!.length, 3)
  t.ok(Object.values(result.explainedByAll).every(value => value > 0.97))
  t.ok(result.partitions.factorVae! > 0.98, 'partitions tell groups')
  t.ok(result.partitions.mig > 0.7)
  t.ok(result.partitions.sap > 0.95)
  t.ok(result.partitions.modularity! > 0.99)
  t.ok(result.partitions.disentanglement! > 0.95)
  t.ok(result.partitions.completeness! > 0.95)
  t.ok(result.units.sap < 0.75, 'units inside p are mixed')
  t.ok(result.units.migByFactor.a! < 0.1, 'units inside p are mixed')
  t.ok(result.units.migByFactor.c! > 0.8, 'units inside p are mixed')
  t.ok(result.units.factorVae! < 0.95)
  t.ok(result.control!.meanGap.mean < result.groups.meanGap - 0.2, 'chance partitions do not separate groups')
  t.ok(near(result.ceiling!.meanGap, 1, 0.05))
  t.ok(near(result.shareOfCeiling!, 1, 0.05))
  t.ok(Object.values(result.ceiling!.fromOthers).every(value => value < 0.05))
  t.ok(result.standardErrors.meanGap > 0)
  t.ok(result.standardErrors.meanGap < 0.05)
  t.ok(result.totalCorrelation.between < 0.01)
  t.ok(result.totalCorrelation.within.p! < 0.01)
  t.ok(Math.abs(result.totalCorrelation.betweenSamples!) < 0.5)
  const { fromClass, explained } = result.withinClasses!
  t.ok(Object.values(fromClass).every(value => Math.abs(value) < 0.03), 'classes at random decide nothing')
  t.ok(
    Object.entries(explained).every(([name, values]) =>
      values.every((value, p) => near(value, result.explained[name]![p]!, 0.03))
    ),
    'and within them all is as before'
  )
  const text = describeDisentanglement(result, { ...result.groups, images: 2 })
  t.match(text, /^R² +g +h +i$/m)
  t.match(text, /^p +(\.9\d|1\.00)\*/m)
  t.match(text, /^ceiling/m)
  t.match(text, /random partitions/)
  t.match(text, /^R² within classes +a +b +c +d$/m)
  t.match(text, /^from the class alone( +-?\.0\d){4}$/m)
})

t.test('a latent of noise scores nothing, without control and ceiling', async t => {
  const noise = example(600, (_, noise) => [noise(), noise(), noise(), noise()])
  const result = await measureDisentanglement({
    ...noise,
    seed: 0,
    probeSteps: 30,
    controlDraws: 0,
    ceiling: false,
    split: splitAtRandom(600, 1, 0.5),
  })
  t.ok(Value.Check(DisentanglementSchema, result))
  t.equal(result.heldOut, 300)
  t.ok(result.groups.meanBest < 0.02)
  t.ok(result.partitions.mig < 0.02)
  for (const name of ['withinClasses', 'control', 'ceiling', 'shareOfCeiling']) t.notOk(name in result, name)
  t.notOk('factorVae' in result.units, 'factorVae')
  t.match(describeDisentanglement(result), /mean R² \.0\d, mean gap \.0\d±\.\d{3}\n/)
})

t.test('the ceiling of correlated factors is what the other group’s truth leaves', async t => {
  // c = ρ a + √(1 − ρ²) e: R² of one from the other is ρ² = .64.
  const table = mapRows(randomTable(2000, 2, 6, 'normal'), ([a, e]) => [a!, 0.8 * a! + 0.6 * e!])
  const options = { seed: 0, split: splitAtRandom(2000, 0), steps: 120 }
  const { gap, fromOthers, meanGap } = await measureCeiling(
    { values: table.values, names: ['a', 'c'], groups: { g: [0], h: [1] } },
    targetsOfTable(table),
    options
  )
  for (const group of ['g', 'h']) {
    t.ok(near(gap[group]!, 0.36, 0.05), `gap ${gap[group]}`)
    t.ok(near(fromOthers[group]!, 0.64, 0.05))
  }
  t.ok(near(meanGap, 0.36, 0.05))
  const together = { values: table.values, names: ['a', 'c'], groups: { g: [0, 1] } }
  const alone = await measureCeiling(together, targetsOfTable(table), { ...options, steps: 50 })
  t.equal(alone.fromOthers.g, 0, 'nothing to predict the only group from')
})

t.test('random partitions keep names and sizes and use each unit once', async t => {
  const blocks = [{ name: 'p', units: [0, 1, 2] }, { name: 'q', units: [3] }, { name: 'r', units: [4, 5] }]
  const draws = [0, 1, 2].map(draw => shuffleUnits(blocks, 0, draw))
  for (const draw of draws) {
    t.same(draw.map(({ name, units }) => [name, units.length]), [['p', 3], ['q', 1], ['r', 2]])
    t.same(draw.flatMap(({ units }) => units).sort(), [0, 1, 2, 3, 4, 5])
  }
  t.notSame(draws[0], draws[1])
  t.same(shuffleUnits(blocks, 0, 1), draws[1])
})

t.test('what does not fit is named', async t => {
  const { means, partitions, factors } = perfect
  const refused = (message: RegExp | string, change: object) =>
    t.rejects(measureDisentanglement({ ...perfect, seed: 0, ...change }), { code: 'PVAE_INVALID_PARAMETER', message })
  await refused('expected 1200 × 4 values for means but received 4799', { means: means.subarray(1) })
  await refused(/finite values for means but received NaN in column 2/, {
    means: means.map((value, i) => (i === 6 ? NaN : value)),
  })
  await refused(/finite values for factors/, {
    factors: { ...factors, values: factors.values.map((value, i) => (i === 5 ? Infinity : value)) },
  })
  await refused('expected factor b to vary over the images but received 0.5 for all of them', {
    factors: { ...factors, values: factors.values.map((value, i) => (i % 4 === 1 ? 0.5 : value)) },
  })
  await refused(/at least 1 factor but received none/, { factors: { ...factors, names: [] } })
  await refused(/at least 2 images of 4 factors/, { factors: { ...factors, values: factors.values.subarray(0, 4) } })
  await refused(/at least 1 group of factors/, { factors: { ...factors, groups: {} } })
  await refused(/at least 1 factor in group g/, { factors: { ...factors, groups: { g: [] } } })
  await refused(/indices of factors from 0 to 3 in group g but received 4/, {
    factors: { ...factors, groups: { g: [0, 4] } },
  })
  t.equal(partitions.length, 3)
})
