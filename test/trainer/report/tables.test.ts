import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Card } from '@partition-vae/models'
import type { Metrics } from '../../../trainer/measure/metrics-schema.js'
import { attemptTable, disentanglementTable, objectTable, partitionTable } from '../../../trainer/report/tables.js'

// What a layered model that ships was measured to be.
const folder = new URL('../../../models/repository/table-tennis/3/', import.meta.url)
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), 'utf8'))
const metrics = read('report/metrics.json') as Metrics
const { partitions } = read('model.json') as Card

/** The cells of a table's rows. */
const cells = (html: string) =>
  [...html.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell!)
  )

t.test('partitions, alive and dead', async t => {
  const rows = cells(
    partitionTable(partitions, { ...metrics, deadPartitions: [{ name: 'p4', reasons: ['kl', 'swap-effect'] }] })
  )
  t.strictSame(rows[0], ['Partition', 'Units', 'KL, nats', 'Swap effect', 'State'])
  const { name, label, size } = partitions[0]!
  t.strictSame(rows[1], [
    label === undefined ? name : `${label} (${name})`,
    String(size),
    metrics.klByPartition[name]!.toFixed(2),
    `${(100 * metrics.swapEffect![name]!).toFixed(2)}%`,
    'alive',
  ])
  t.match(rows[4]![4], /^<span class="alarm">dead: KL below 0\.1 nat; swapping it changes less/)
  t.equal(
    cells(partitionTable([{ ...partitions[0]!, label: '<b>' }], metrics))[1]![0],
    `&#60;b&#62; (${name})`,
    'escaped'
  )
})

t.test('objects and disentanglement of data that know them; nothing of others', async t => {
  t.strictSame(
    cells(objectTable(metrics))
      .slice(1)
      .map(([name, score]) => [name, score]),
    Object.entries(metrics.objects!).map(([name, { score }]) => [name, score.toFixed(2)])
  )
  const { groups, units, control, ceiling, standardErrors } = metrics.disentanglement!
  const rows = cells(disentanglementTable(metrics))
  t.strictSame(rows[2], [
    'Gap to the second best', `${groups.meanGap.toFixed(2)} ± ${standardErrors.meanGap.toFixed(2)}`, '–',
    `${control!.meanGap.mean.toFixed(2)} ± ${control!.meanGap.deviation.toFixed(2)}`, ceiling!.meanGap.toFixed(2),
  ])
  t.strictSame(rows[4]!.slice(0, 3), [
    'SAP',
    metrics.disentanglement!.partitions.sap.toFixed(2),
    `${units.sap.toFixed(2)} ± ${standardErrors.unitSap.toFixed(2)}`,
  ])
  const { control: _, ceiling: __, ...alone } = metrics.disentanglement!
  t.strictSame(cells(disentanglementTable({ ...metrics, disentanglement: alone }))[2]!.slice(2), ['–', '–', '–'])
  const { objects, disentanglement, ...unknown } = metrics
  t.equal(objectTable(unknown) + disentanglementTable(unknown), '')
})

t.test('attempts, the kept one and those that went badly', async t => {
  const html = attemptTable({
    restarts: 4,
    kept: 3,
    attempts: [
      {
        attempt: 1,
        seed: 5,
        outcome: 'given up',
        steps: 40,
        reason: 'two sprites coincide in 62% of the images',
        coincidence: 0.62,
        totalCorrelation: 0.5,
      },
      { attempt: 2, seed: 6, outcome: 'diverged', steps: 0, reason: 'the loss is NaN' },
      {
        attempt: 3,
        seed: 7,
        outcome: 'finished',
        steps: 100,
        coincidence: 0.01,
        totalCorrelation: 0.0213,
        deadPartitions: 0,
        loss: -12.345,
      },
    ],
  })
  t.match(html, 'Up to 4 seeds')
  t.strictSame(cells(html).slice(1), [
    ['5', 'given up: two sprites coincide in 62% of the images', '40', '–', '0.500', '62%', '–'],
    ['6', 'diverged: the loss is NaN', '0', '–', '–', '–', '–'],
    ['7 (kept)', 'finished', '100', '0', '0.021', '1%', '-12.35'],
  ])
  t.equal(attemptTable(undefined), '')
})
