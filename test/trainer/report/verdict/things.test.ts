import { readFile } from 'node:fs/promises'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { partitionKinds } from '../../../../trainer/config/partition-kinds.js'
import type { RunConfig } from '../../../../trainer/config/schema.js'
import type { Metrics } from '../../../../trainer/measure/metrics-schema.js'
import type { Thing, Things, Unexplained } from '../../../../trainer/measure/things/schema.js'
import { thingsTable } from '../../../../trainer/report/things-table.js'
import { partitionTable } from '../../../../trainer/report/tables.js'
import { judge } from '../../../../trainer/report/verdict.js'

// A layered model that ships: player A, player B, table, ball, background, light.
const repository = new URL('../../../../models/repository/', import.meta.url)
const { card, directory } = await openRepository(repository.pathname).open('table-tennis')
const shipped = JSON.parse(await readFile(`${directory}/report/metrics.json`, 'utf8')) as Metrics
const kinds = partitionKinds((card.training['config'] as RunConfig).model)

const thing: Thing = {
  images: 200,
  swapInside: 0.99,
  swapByChance: 0.05,
  follows: 1,
  followsByChance: 0.1,
  place: 0.98,
  otherPlace: 0.3,
  reconstructed: 0.9,
}
const unexplained: Unexplained = {
  images: 200,
  missed: 0.05,
  outside: 0.01,
  area: { top: 10, bottom: 14, left: 30, right: 50, share: 0.7 },
  threshold: 0.04,
}
const things: Things = {
  split: 'training',
  images: 256,
  partitions: { p1: thing, p2: thing, p4: thing },
  dependence: [{ partitions: ['p1', 'p2'], r2: 0.4, places: 0.5 }],
  unexplained,
}
const judged = (changes: Partial<Things>, metrics: Partial<Metrics> = {}) => {
  const verdict = judge({ ...shipped, ...metrics, things: { ...things, ...changes } }, card.partitions, kinds)
  return { ...verdict, good: verdict.good.join('\n'), worrying: verdict.worrying.join('\n') }
}

t.test('each thing has its partition', async t => {
  const { good, worrying } = judged({})
  t.match(good, /each of the 3 things has its partition: at least 99% of what a swap changes is inside its own thing/)
  t.match(good, /player A and player B, one tells 40% of the other's variance, of the places of their things 50%/)
  t.match(good, /what changes is drawn by partitions: 1% of it by none/)
  t.equal(worrying, '')
  const exact = { ...thing, swapInside: 1 }
  t.match(judged({ partitions: { p4: exact } }).good, /the thing that moves has its partition: all of what a swap/)
  const nearly = { ...thing, swapInside: 0.9999 }
  t.match(judged({ partitions: { p4: nearly } }).good, /at least 99%/)
})

t.test('things that have none are named, with what is wrong', async t => {
  const { good, worrying, next } = judged({
    partitions: {
      p1: thing,
      p2: { ...thing, swapInside: 0.59 },
      p4: { ...thing, follows: 0.31, reconstructed: -0.2 },
    },
  })
  t.match(good, /1 of 3 things have their partitions: player A/)
  t.match(worrying, /player B does not have its thing: its swap changes 41% outside its thing\n/)
  t.match(
    worrying,
    /ball does not have its thing: it is drawn there in only 31% of the images, nothing of it is reconstructed/
  )
  t.match(next.join(), /train longer/)
  t.notMatch(judged({ partitions: { p1: { ...thing, follows: 0 } } }).good, /have their partitions/, 'none has')
})

t.test('partitions that repeat each other, unless their things do', async t => {
  const pair = (r2: number, places: number | null) =>
    judged({ dependence: [{ partitions: ['p2', 'p4'], r2, places }] }).worrying
  t.match(pair(0.98, 0.35), /player B and ball say the same: one tells 98% of .* of the places of their things 35%/)
  t.match(pair(0.98, null), /player B and ball say the same: one tells 98% of the other's variance$/m)
  t.notMatch(pair(0.98, 0.97), /say the same/)
  t.notMatch(pair(0.8, 0.1), /say the same/)
  const twice = { totalCorrelation: { means: 2, samples: 1.7 } }
  t.notMatch(judged({}, twice).worrying, /total correlation/, 'things that depend on each other are no fault')
  t.match(judged({ partitions: {} }, twice).worrying, /total correlation/)
})

t.test('what is in no partition', async t => {
  const { worrying, next } = judged({ unexplained: { ...unexplained, outside: 0.06 } })
  t.match(worrying, /6% of what changes is in no partition, most of it in 4 × 20 pixels around \(12, 40\)/)
  t.match(next.join(), /--objects/)
  const spread = { ...unexplained, outside: 0.06, area: { ...unexplained.area!, share: 0.2 } }
  t.match(judged({ unexplained: spread }).worrying, /in no partition, 20% of it in 4 × 20/)
  t.match(judged({ unexplained: { ...spread, area: null } }).worrying, /6% of what changes is in no partition$/m)
  t.notMatch(judged({ unexplained: { ...unexplained, outside: 0.03 } }).good, /by none/, 'between the thresholds')
  t.notMatch(judged({ unexplained: null }).good, /by none/)
})

t.test('a background that stands still is not dead', async t => {
  const still = { deadPartitions: [{ name: 'p5', reasons: ['swap-effect' as const] }] }
  const { good, worrying } = judged({}, still)
  t.match(good, /the background stands still: background has nothing to tell\nall other 5 partitions hold something/)
  t.equal(worrying, '')
  const unknown = judge({ ...shipped, ...still }, card.partitions, kinds)
  t.match(unknown.good.join(), /stands still/, 'of a model that was measured before there was this check too')
  const missing = judged({ unexplained: { ...unexplained, outside: 0.2 } }, still)
  t.match(missing.worrying, /the background \(background\) holds nothing, and not all that changes is drawn/)
  t.notMatch(missing.good, /stands still|all .* hold something/)
  t.match(judge({ ...shipped, ...still }, card.partitions).worrying.join(), /background holds nothing \(dead\)/)
  const both = { deadPartitions: [...still.deadPartitions, { name: 'p3', reasons: ['kl' as const] }] }
  t.match(judged({}, both).worrying, /^table holds nothing \(dead\)$/m)
  t.match(partitionTable(card.partitions, { ...shipped, ...still }, kinds), /still: a background that does not change/)
  t.match(partitionTable(card.partitions, { ...shipped, ...still }), /dead: swapping it/)
})

t.test('a small thing that holds its thing neither hardly shows nor is dead', async t => {
  const small = {
    swapEffect: { ...shipped.swapEffect, p4: 0.0001 },
    deadPartitions: [{ name: 'p4', reasons: ['swap-effect' as const] }],
  }
  t.equal(judged({}, small).worrying, '')
  t.match(judged({ partitions: {} }, small).worrying, /ball holds nothing \(dead\)/)
})

t.test('the table of things', async t => {
  const html = thingsTable(card.partitions, { ...shipped, things })
  t.match(html, /On 256 training images/)
  t.match(html, /<td>ball<\/td><td class="number">200<\/td><td class="number">99% \(5%\)<\/td>/)
  t.equal(thingsTable(card.partitions, shipped), '')
  t.equal(thingsTable(card.partitions, { ...shipped, things: { ...things, partitions: {} } }), '')
})
