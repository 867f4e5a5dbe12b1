import t from 'tap'
import { Value } from '../../../../models/foundation/typebox.js'
import { drawsThings, measureThings } from '../../../../trainer/measure/things/measure.js'
import { ThingsSchema } from '../../../../trainer/measure/things/schema.js'
import { drawnModel, kinds, partitions, type DrawnModelOptions } from './drawn-model.js'

const near = (a: number, b: number, tolerance = 1e-4) => Math.abs(a - b) <= tolerance

async function measure (options: DrawnModelOptions & { count?: number, places?: boolean } = {}) {
  const { inference, dataset, known } = drawnModel(options.count ?? 300, options)
  const notMeasured = {}
  const things = await measureThings(
    { inference, test: dataset, partitions, kinds, seed: 1, ...(options.places === false ? {} : { known }) },
    notMeasured
  )
  return { ...things, notMeasured }
}

t.test('each partition of a perfect model has its thing, and nothing is left over', async t => {
  const things = await measure()
  for (const name of ['a', 'b']) {
    const thing = things.partitions[name]!
    t.equal(thing.images, 300)
    t.equal(thing.swapInside, 1, name)
    t.equal(thing.follows, 1, name)
    t.ok(near(thing.place, 1, 1e-3), `place of ${name}: ${thing.place}`)
    t.ok(thing.otherPlace < 0.1, `from the other: ${thing.otherPlace}`)
    t.ok(near(thing.reconstructed, 1), `${thing.reconstructed}`)
    // Two boxes of 6 × 6 pixels that may overlap and reach over the edge.
    t.ok(thing.swapByChance > 0.05, `${thing.swapByChance}`)
    t.ok(thing.swapByChance < 72 / 384, `${thing.swapByChance}`)
    t.ok(thing.followsByChance < 0.6, `${thing.followsByChance}`)
  }
  t.strictSame(things.dependence.map(({ partitions }) => partitions), [['a', 'b']], 'the background is no thing')
  t.ok(things.dependence[0]!.r2 < 0.1)
  t.ok(near(things.dependence[0]!.places!, things.dependence[0]!.r2, 1e-3), 'places are what the units hold')
  t.match(things.unexplained, { images: 256, missed: 0, outside: 0, area: null, threshold: 0.04 })
  t.strictSame(things.notMeasured, {})
  const { notMeasured: _, ...written } = things
  t.ok(Value.Check(ThingsSchema, JSON.parse(JSON.stringify(written))), 'metrics.json validates')
})

t.test('a partition that draws its thing twice changes as much outside as inside', async t => {
  const { partitions: { a, b }, unexplained } = await measure({ twice: true })
  t.ok(near(a!.swapInside, 0.5), `${a!.swapInside}`)
  t.equal(b!.swapInside, 1, 'the other has no part in it')
  t.equal(a!.follows, 0, 'what it draws has its centre between the two')
  // 16 pixels each of .6² and .4² differ from the wall, 16 of .6² are drawn where nothing is: by a partition.
  t.ok(near(unexplained!.missed, 5.76 / (5.76 + 2.56)), `${unexplained!.missed}`)
  t.equal(unexplained!.outside, 0)
})

t.test('a partition that is drawn beside its thing does not follow it', async t => {
  const { partitions: { a, b } } = await measure({ missedBy: 4 })
  t.equal(a!.follows, 0)
  t.ok(a!.reconstructed < 0.01, `${a!.reconstructed}: nothing of it is drawn`)
  t.equal(b!.follows, 1)
})

t.test('what is in no partition is told with its share and where it is', async t => {
  const { unexplained } = await measure({ forgotten: true })
  const lost = 9 * ((128 - 51) / 255) ** 2
  t.ok(near(unexplained!.outside, lost / (lost + 5.76 + 2.56)), `${unexplained!.outside}`)
  t.ok(near(unexplained!.missed, unexplained!.outside), 'all else is drawn')
  t.match(unexplained!.area, { top: 0, bottom: 11, left: 20, right: 23 })
  t.ok(unexplained!.area!.share > 0.9, `${unexplained!.area!.share}: but for its faint corners`)
})

t.test('without known places only what needs none is measured', async t => {
  const { split, partitions, dependence, unexplained } = await measure({ places: false })
  t.strictSame({ split, partitions }, { split: 'test', partitions: {} })
  t.equal(dependence[0]!.places, null)
  t.equal(unexplained!.outside, 0)
})

t.test('too few images tell nothing, and that is said', async t => {
  const { partitions, dependence, notMeasured } = await measure({ count: 12 })
  t.strictSame(partitions, {})
  t.strictSame(dependence, [])
  t.match(notMeasured, { 'things.partitions.a': /at least 20 of 12 images/ })
})

t.test('only models that draw their partitions apart are checked', async t => {
  const { inference } = drawnModel(2)
  t.ok(drawsThings({ inference, partitions, kinds }))
  t.notOk(drawsThings({ inference, partitions, kinds: new Map() }))
  const { layers: _, ...joint } = inference
  t.notOk(drawsThings({ inference: joint, partitions, kinds }))
})
