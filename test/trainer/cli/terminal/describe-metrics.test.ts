import { readFile } from 'node:fs/promises'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { configOf } from '../../../../trainer/cli/actions/models.js'
import { describeMetrics } from '../../../../trainer/cli/terminal/describe-metrics.js'
import type { Metrics } from '../../../../trainer/measure/metrics-schema.js'

const repository = new URL('../../../../models/repository/', import.meta.url)
const { card, directory } = await openRepository(repository.pathname).open('table-tennis')
const metrics = JSON.parse(await readFile(`${directory}/report/metrics.json`, 'utf8')) as Metrics
const config = configOf(card)
const thing = {
  images: 200,
  swapInside: 0.987,
  swapByChance: 0.05,
  follows: 0.5,
  followsByChance: 0.1,
  place: 0.98,
  otherPlace: 0.3,
  reconstructed: 0.9,
}
const things: NonNullable<Metrics['things']> = {
  split: 'training',
  images: 256,
  partitions: { p1: thing, p4: { ...thing, reconstructed: -0.1 } },
  dependence: [],
  unexplained: { images: 200, missed: 0.1, outside: 0.0345, area: null, threshold: 0.04 },
}

t.test('dead partitions are named, but for a background that stands still', async t => {
  t.notMatch(describeMetrics(metrics, config), /dead/)
  const dead = (...names: string[]) =>
    describeMetrics({ ...metrics, deadPartitions: names.map(name => ({ name, reasons: ['kl' as const] })) }, config)
  t.match(dead('p3', 'p4'), /; dead partitions: p3, p4\n/)
  t.notMatch(dead('p5'), /dead/)
})

t.test('measures against masks have a line', async t => {
  const segmentation = {
    images: 300,
    imagesWithThings: 300,
    fgAri: 0.9871,
    ari: 0.98,
    meanIou: 0.9,
    meanBestOverlap: 0.91,
    detection: { precision: 1, recall: 0.9, f1: 0.95 },
    countRight: 0.97,
    countRightByChance: 0.3,
    mseOnThings: 0.01,
  }
  t.match(
    describeMetrics({ ...metrics, segmentation }, config),
    'against masks of 300 images: FG-ARI 0.987, ARI 0.980, mean IoU 0.900, best overlap 0.910, F1 of detections ' +
      '0.950, count right 0.970 (0.300 by chance), mse on things 0.01000, on a ring around them –'
  )
})

t.test('what is known of things has a line', async t => {
  const text = describeMetrics({ ...metrics, things }, config)
  t.match(
    text,
    'things on 256 training images, change of a swap inside its thing / drawn there / reconstructed: p1 99/50/90%, ' +
      'p4 99/50/-10%\nin no partition: 3.5% of what changes'
  )
  const bare = describeMetrics({ ...metrics, things: { ...things, partitions: {}, unexplained: null } }, config)
  t.notMatch(bare, /things on|in no partition/)
  t.notMatch(describeMetrics({ ...metrics, things: null }, config), /things on/)
})
