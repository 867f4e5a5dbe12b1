/** Charts of the measures that know what images show. */
import type { Partition } from '@partition-vae/models'
import { drawMatrix } from './matrix-map.js'
import type { Metrics } from '../measure/metrics-schema.js'
import type { Chart } from './page.js'

export function drawTruthCharts (
  { disentanglement, counterfactual, classification }: Metrics,
  partitions: readonly Partition[]
): Chart[] {
  const shown = (name: string) => partitions.find(partition => partition.name === name)?.label ?? name
  const markedIn = (assignment: Readonly<Record<string, { partition: string }>>) =>
    Object.fromEntries(Object.entries(assignment).map(([group, { partition }]) => [group, shown(partition)]))
  const charts: Chart[] = []
  if (disentanglement !== undefined && disentanglement !== null) {
    const {
      groups: { partitions: rows, groups, matrix, assignment, meanBest, meanGap },
      standardErrors,
      withinClasses,
    } = disentanglement
    const fromClass = Object.entries(withinClasses?.fromClass ?? {}).map(
      ([factor, value]) => `${factor} ${value.toFixed(2)}`
    )
    charts.push({
      name: 'factors',
      title: 'What each partition knows',
      caption:
        "R² of each group of factors from one partition's posterior means, on held-out images. Framed: the " +
        'partition that stands for the group. ' +
        `Mean of the best ${meanBest.toFixed(2)}, mean gap to the second best ${meanGap.toFixed(2)} ± ` +
        `${standardErrors.meanGap.toFixed(2)}.` +
        (fromClass.length === 0 ? '' : ` The class alone says: ${fromClass.join(', ')}.`),
      svg: drawMatrix({ rows: rows.map(shown), columns: groups, values: matrix, marked: markedIn(assignment) }),
    })
  }
  if (counterfactual !== undefined && counterfactual !== null) {
    const { partitions: rows, groups, matrix, assignment, meanBest } = counterfactual
    charts.push({
      name: 'counterfactual',
      title: 'What swapping each partition does',
      caption:
        'A partition is taken from another frame and the result compared with the true picture in which one group ' +
        'of factors was: ' +
        `1 says that exactly this changed, 0 that nothing did. Mean of the best ${meanBest.toFixed(2)}.`,
      svg: drawMatrix({ rows: rows.map(shown), columns: groups, values: matrix, marked: markedIn(assignment) }),
    })
  }
  if (classification !== undefined && classification !== null) {
    const { nearestNeighbours, linear, chance, neighbours } = classification
    const rows = [...Object.keys(linear.byPartition), 'all']
    const value = ({ all, byPartition }: typeof linear, row: string) => byPartition[row] ?? all
    charts.push({
      name: 'classes',
      title: 'Which partition knows the class',
      caption: `Accuracy on unseen images of ${neighbours} nearest neighbours and of a linear classifier; always ` +
        `guessing the most frequent class gives ${chance.toFixed(2)}.`,
      svg: drawMatrix({
        rows: rows.map(shown),
        columns: ['neighbours', 'linear'],
        values: rows.map(row => [value(nearestNeighbours, row), value(linear, row)]),
      }),
    })
  }
  return charts
}
