import { readFile } from 'node:fs/promises'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import type { Metrics } from '../../../trainer/measure/metrics-schema.js'
import { describeVerdict, judge } from '../../../trainer/report/verdict.js'
import { THRESHOLDS } from '../../../trainer/report/verdict/thresholds.js'

const repository = new URL('../../../models/repository/', import.meta.url)

async function shipped (name: string): Promise<{ metrics: Metrics, partitions: Parameters<typeof judge>[1] }> {
  const { card, directory } = await openRepository(repository.pathname).open(name)
  return {
    metrics: JSON.parse(await readFile(`${directory}/report/metrics.json`, 'utf8')) as Metrics,
    partitions: card.partitions,
  }
}

t.test('mnist: independent partitions, over which the class is spread', async t => {
  const { metrics, partitions } = await shipped('mnist')
  const { good, worrying, next } = judge(metrics, partitions)
  t.strictSame(good, [
    'reconstructions keep 84% of what varies between the images',
    '10 of 10 units are in use',
    'all 3 partitions hold something',
    'partitions hardly correlate (total correlation of Gaussians 0.008 nats)',
    'told apart: ink in p2, thickness in p2',
  ])
  t.match(
    worrying.join('\n'),
    /the class is spread over partitions: p1 alone tells 67% of the images rightly, the whole latent 95%/
  )
  t.match(next.join('\n'), /labels/)
})

t.test('digits: the class in the shape, slant in the pose', async t => {
  const { metrics, partitions } = await shipped('digits')
  const { good, worrying } = judge(metrics, partitions)
  t.match(good.join('\n'), /the class is in shape: it alone tells 95% of the images rightly/)
  t.match(good.join('\n'), /told apart: slant in pose, thickness in style/)
  t.notMatch(worrying.join('\n'), /dead|collapsed|units are in use/)
})

t.test('table-tennis: by the names of its card, with nothing to mend', async t => {
  const { metrics, partitions } = await shipped('table-tennis')
  const verdict = judge(metrics, partitions)
  t.strictSame(verdict.worrying, [])
  t.match(verdict.good.join('\n'), /told apart: A in player A, B in player B, table, ball, background, light/)
  t.match(verdict.good.join('\n'), /swapping a partition changes one thing in the image, and that rightly/)
  t.match(verdict.good.join('\n'), /every object is reconstructed/)
  t.strictSame(verdict.next, ['nothing needs mending: look at the figures of the report'])
  t.notMatch(describeVerdict(verdict), /\bp[1-6]\b/)
})

t.test('what is bad is named, with what to try', async t => {
  const { metrics, partitions } = await shipped('table-tennis')
  const worry = (changes: Partial<Metrics>) => {
    const { worrying, next } = judge({ ...metrics, ...changes }, partitions)
    return `${worrying.join('\n')}\n→ ${next.join('\n')}`
  }
  t.match(
    worry({ imageVariance: metrics.mse / 0.8 }),
    /reconstructions miss 80% of what varies between the images\n→ train longer/
  )
  t.match(worry({ kl: 0.3 }), /it has collapsed to the prior\n→ lower --beta/)
  t.match(worry({ activeUnits: 4 }), /only 4 of 20 units are in use.*\n→ lower --beta/)
  t.match(
    worry({ deadPartitions: [{ name: 'p4', reasons: ['kl'] }] }),
    /ball holds nothing \(dead\)\n→ try other seeds/
  )
  t.match(
    worry({ totalCorrelation: { means: 2, samples: 1.7 } }),
    /say the same things twice \(total correlation 1\.70 nats\)\n→ weigh it/
  )
  t.match(worry({ swapEffect: { ...metrics.swapEffect, p6: 0.001 } }), /light \(0\.1%\) hardly shows/)
  t.match(
    worry({ swapEffect: { p1: 0.99, p2: 0.01, p3: 0.01, p4: 0.01, p5: 0.01, p6: 0.01 } }),
    /player A does 9\d% of what partitions do/
  )
  t.match(
    worry({ latent: { ...metrics.latent, standardDeviation: metrics.latent.standardDeviation.map(() => 4) } }),
    /4\.00 times as far as the prior.*\n→ raise --beta/
  )
  t.match(worry({ objects: { ball: { score: 0.1, mse: 0.1, pixels: 100 } } }), /hardly reconstructed: ball/)
  t.match(worry({ images: 40 }), /only 40 images were measured/)
  const { disentanglement, counterfactual } = metrics
  t.match(
    worry({
      disentanglement: {
        ...disentanglement!,
        groups: { ...disentanglement!.groups, gap: { ...disentanglement!.groups.gap, ball: 0.1 }, meanGap: 0.2 },
      },
    }),
    /in several partitions, or in none: ball\n.*no further apart than under random partitions/
  )
  t.match(
    worry({ counterfactual: { ...counterfactual!, best: { ...counterfactual!.best, ball: 0.1 } } }),
    /no partition swaps ball/
  )
})

t.test('what was not measured is passed over; advice stays short', async t => {
  const { metrics, partitions } = await shipped('mnist')
  const bare: Metrics = {
    ...metrics,
    totalCorrelation: null,
    swapEffect: null,
    activeUnits: null,
    disentanglement: null,
    classification: null,
    importanceWeighted: null,
    counterfactual: null,
    objects: null,
  }
  const verdict = judge(bare, partitions)
  t.strictSame(verdict.worrying, [])
  t.strictSame(verdict.next, [
    'look at the partition swaps in the report, and name what each partition holds (pvae label)',
  ])
  const worst = judge(
    { ...metrics, activeUnits: 1, totalCorrelation: { means: 9, samples: 9 }, images: 3, imageVariance: metrics.mse },
    partitions
  )
  t.ok(worst.worrying.length > 3)
  t.equal(worst.next.length, 3)
  const one = judge({ ...bare, klByPartition: { all: 5 }, swapEffect: { all: 1 } }, [
    { name: 'all', offset: 0, size: 10 },
  ])
  t.strictSame(one.worrying, [], 'a single partition shares with none and does everything')
})

t.test('things taken apart against true masks are told with their count', async t => {
  const { metrics, partitions } = await shipped('table-tennis')
  const segmentation = {
    images: 9,
    imagesWithThings: 9,
    fgAri: 0.97,
    ari: 0.9,
    meanIou: 0.9,
    meanBestOverlap: 0.9,
    detection: { precision: 1, recall: 1, f1: 1 },
    countRight: 0.98,
    countRightByChance: 0.4,
  }
  const judged = (fgAri: number) => judge({ ...metrics, segmentation: { ...segmentation, fgAri } }, partitions)
  t.ok(judged(0.97).good.includes('things are taken apart as they are (FG-ARI 0.97; 98% counted rightly)'))
  t.ok(judged(0.5).worrying.includes('things are not taken apart as they are (FG-ARI 0.50; 98% counted rightly)'))
  t.notMatch(describeVerdict(judged(0.7)), /taken apart/, 'between them nothing is said')
})

t.test('the thresholds leave room between good and worrying', async t => {
  for (const [name, of] of Object.entries(THRESHOLDS)) if ('good' in of) t.not(of.good, of.worrying, name)
})

t.test('for a terminal', async t => {
  t.equal(describeVerdict({ good: ['a', 'b'], worrying: [], next: ['c'] }), 'good      a\n          b\nnext      c')
})
