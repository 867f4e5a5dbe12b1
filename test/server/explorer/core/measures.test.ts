import { readFileSync } from 'node:fs'
import t from 'tap'
import { readMeasures } from '../../../../server/explorer/core/measures.js'

const cardOf = (model: string) =>
  JSON.parse(readFileSync(new URL(`../../../../models/repository/${model}/model.json`, import.meta.url), 'utf8'))

t.test('the cards that ship are read', async t => {
  const game = readMeasures(cardOf('table-tennis/3').metrics)!
  t.match(game, { split: 'test', images: 4000, activeUnits: 20, dead: [] })
  t.equal(Object.keys(game.explained).length, 18)
  t.ok(game.explained['ball/x']!['p4']! > 0.9)
  t.ok(game.groups['ball']!['p1']! < 0.1)
  const digits = readMeasures(cardOf('digits/4').metrics)!
  t.ok(digits.classes!.byPartition['shape']! > 0.9)
  t.ok(digits.gap! > 0)
  t.ok(digits.chanceGap! > 0)
})

t.test('what is not there is absent; what is something else does no harm', async t => {
  t.equal(readMeasures({}), undefined)
  t.equal(readMeasures({ test: null }), undefined)
  const measures = readMeasures({
    test: {
      mse: 'small',
      kl: 3,
      klByPartition: { p1: 2, p2: null },
      deadPartitions: [{ name: 'p2', reasons: ['kl'] }, 7],
      disentanglement: { groups: { partitions: 'p1', matrix: 3 }, explained: { x: null } },
      things: { partitions: { p1: { place: 0.9, otherPlace: 0.2, swapInside: 1, reconstructed: 0.8 }, p2: {} } },
      classification: { chance: 0.1 },
      totalCorrelation: null,
    },
  })
  t.match(measures, { squaredError: undefined, nats: 3, klByPartition: { p1: 2 }, shared: undefined })
  t.strictSame(measures?.dead, ['p2'])
  t.strictSame(measures?.explained, { x: {} })
  t.strictSame(Object.keys(measures!.things), ['p1'])
  t.equal(measures?.classes, undefined)
})

t.test('the split that there is', async t => {
  t.equal(readMeasures({ validation: { kl: 1 } })?.split, 'validation')
  t.equal(readMeasures({ validation: { kl: 1 }, test: { kl: 2 } })?.nats, 2, 'the test images where there are some')
  t.equal(readMeasures({ train: { kl: 1 } })?.nats, 1)
})
