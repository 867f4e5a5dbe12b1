/** Tables of the report, as HTML. Every text is escaped. */
import type { Partition } from '@partition-vae/models'
import type { Attempt, Restarts } from '../fit/attempts.js'
import { NO_KINDS, type PartitionKinds } from '../config/partition-kinds.js'
import type { Metrics } from '../measure/metrics-schema.js'
import { number, heading, renderTable, type Cell } from './table.js'
import { closedSlots } from './verdict/slots.js'
import { stillBackgrounds } from './verdict/still-background.js'

const reasons = {
  kl: 'KL below 0.1 nat',
  'swap-effect': 'swapping it changes less than 0.05% of the variance',
} as const

export function partitionTable (
  partitions: readonly Partition[],
  metrics: Metrics,
  kinds: PartitionKinds = NO_KINDS
): string {
  const { klByPartition, swapEffect, deadPartitions } = metrics
  const still = stillBackgrounds(metrics, kinds)
  const closed = closedSlots(metrics, kinds)
  return renderTable({
    title: 'Partitions',
    caption:
      'Swap effect: the share of the pixel variance that changes when the partition is taken from another image.',
    header: ['Partition', heading('Units'), heading('KL, nats'), heading('Swap effect'), 'State'],
    rows: partitions.map(({ name, label, size }) => {
      const dead = deadPartitions.find(partition => partition.name === name)
      const state =
        dead === undefined
          ? 'alive'
          : still.includes(name)
            ? 'still: a background that does not change'
            : closed.includes(name)
              ? 'closed: a slot that holds no thing'
              : alarm(`dead: ${dead.reasons.map(reason => reasons[reason]).join('; ')}`)
      return [
        label === undefined ? name : `${label} (${name})`,
        { number: String(size) },
        number(klByPartition[name]!),
        { number: swapEffect === null ? '–' : `${(100 * swapEffect[name]!).toFixed(2)}%` },
        state,
      ]
    }),
  })
}

const alarm = (words: string): Cell => ({ markup: `<span class="alarm">${words}</span>` })

/** Writes the table of objects, for data whose objects are known. */
export function objectTable ({ objects }: Metrics): string {
  if (objects === undefined || objects === null) return ''
  return renderTable({
    title: 'Objects',
    caption:
      'On the pixels that an object covers. Score: 1 is a perfect reconstruction, 0 what the picture without the ' +
        'object would be.',
    header: ['Object', heading('Score'), heading('Squared error')],
    rows: Object.entries(objects).map(([name, { score, mse }]) => [name, number(score), number(mse, 4)]),
  })
}

/**
 * Writes the table of disentanglement, for data whose factors are known: partitions, single units as in the literature,
 * and what chance and the data allow.
 */
export function disentanglementTable ({ disentanglement }: Metrics): string {
  if (disentanglement === undefined || disentanglement === null) return ''
  const { groups, partitions, units, control, ceiling, standardErrors: errors } = disentanglement
  const within = (value: number, error: number): Cell => ({ number: `${value.toFixed(2)} ± ${error.toFixed(2)}` })
  const chance = (value: { readonly mean: number; readonly deviation: number } | undefined): Cell =>
    value === undefined ? number(undefined) : within(value.mean, value.deviation)
  const none = number(undefined)
  return renderTable({
    title: 'Disentanglement',
    caption:
      `On ${disentanglement.images.toLocaleString('en')} images; ± is a standard error, for chance a deviation over ` +
      'draws. Chance: the same latent under random ' +
      'partitions of the same sizes. Ceiling: a latent that is the true factors themselves.',
    header: ['Measure', heading('Partitions'), heading('Single units'), heading('Chance'), heading('Ceiling')],
    rows: [
      ['R² of the best', within(groups.meanBest, errors.meanBest), none, chance(control?.meanBest), none],
      [
        'Gap to the second best',
        within(groups.meanGap, errors.meanGap),
        none,
        chance(control?.meanGap),
        number(ceiling?.meanGap),
      ],
      [
        'Mutual information gap',
        within(partitions.mig, errors.partitionMig),
        within(units.mig, errors.unitMig),
        none,
        none,
      ],
      ['SAP', number(partitions.sap), within(units.sap, errors.unitSap), none, none],
      [
        'Modularity',
        number(partitions.modularity),
        units.modularity === undefined ? none : within(units.modularity, errors.unitModularity),
        none,
        none,
      ],
      [
        'DCI disentanglement',
        number(partitions.disentanglement),
        number(units.disentanglement),
        chance(control?.disentanglement),
        none,
      ],
      [
        'DCI completeness',
        number(partitions.completeness),
        number(units.completeness),
        chance(control?.completeness),
        none,
      ],
      [
        'FactorVAE score',
        number(partitions.factorVae),
        number(units.factorVae),
        // Of guessing among factors.
        number(units.factorVaeChance),
        none,
      ],
      ['BetaVAE score', none, number(units.betaVae), number(units.factorVaeChance), none],
      ['Interventional robustness', none, number(units.irs), none, none],
      ['InfoM (modularity)', none, number(units.infoM), none, none],
      ['InfoC (compactness)', none, number(units.infoC), none, none],
      ['InfoE (explicitness)', none, number(units.infoE), none, none],
    ],
  })
}

/** Writes the table of what these images did not allow to measure. */
export function notMeasuredTable ({ notMeasured = {} }: Metrics): string {
  if (Object.keys(notMeasured).length === 0) return ''
  return renderTable({
    title: 'Not measured',
    caption: 'What these images do not show is left out; all else was measured.',
    header: ['Measure', 'Why'],
    rows: Object.entries(notMeasured),
  })
}

/** Every attempt at the run, so that luck shows. */
export function attemptTable (restarts: Restarts | undefined): string {
  if (restarts === undefined) return ''
  const { attempts, kept } = restarts
  const ending = ({ outcome, reason }: Attempt) => reason === undefined ? outcome : `${outcome}: ${reason}`
  return renderTable({
    title: 'Attempts',
    caption:
      `Up to ${restarts.restarts} seeds were to be tried, until one was good enough. Kept: the fewest dead ` +
      'partitions, then the lowest total correlation ' +
      'between partitions, then loss. Total correlation in nats, of samples.',
    header: [
      'Seed',
      'Ended',
      heading('Steps'),
      heading('Dead'),
      heading('Total correlation'),
      heading('Sprites that coincide'),
      heading('Loss'),
    ],
    rows: attempts.map(attempt => {
      const { seed, steps, deadPartitions, totalCorrelation, coincidence, loss } = attempt
      return [
        attempt.attempt === kept ? `${seed} (kept)` : String(seed),
        ending(attempt),
        { number: String(steps) },
        number(deadPartitions, 0),
        number(totalCorrelation, 3),
        { number: coincidence === undefined ? '–' : `${Math.round(100 * coincidence)}%` },
        number(loss),
      ]
    }),
  })
}
