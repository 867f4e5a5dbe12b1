import { latentSizeOf, type Partition } from '@partition-vae/models'
import { createRandom } from '../../random/index.js'
import { blocksOf, invalid, requireFinite, selectColumns, selectRows, type Table } from '../disentanglement/representation.js'
import { classifyLinearly } from './logistic.js'
import { classifyByNeighbours } from './nearest-neighbours.js'
import type { Classification } from './schema.js'

/** Posterior means, [N, D], and the class of each image, [N]. */
export interface LabelledMeans {
  readonly means: Float32Array
  readonly labels: Uint8Array
}

export interface ClassificationOptions {
  readonly train: LabelledMeans
  readonly test: LabelledMeans
  readonly partitions: readonly Partition[]
  readonly seed: number
  /** k, default 10. */
  readonly neighbours?: number | undefined
  /** At most this many images to learn from, drawn at random; default 15,000. */
  readonly trainLimit?: number | undefined
  /** At most this many to judge by; default 2,000. */
  readonly testLimit?: number | undefined
}

/**
 * Which partition knows the class: accuracy on unseen images of k nearest neighbours and of a linear classifier, from each partition's posterior means and
 * from all. Neighbours take the means as they are, as the model scales them.
 * @throws TrainerError PVAE_INVALID_PARAMETER where lengths disagree, values are not finite, or there is only one class
 */
export function measureClassification (options: ClassificationOptions): Classification {
  const { partitions, seed, neighbours = 10, trainLimit = 15_000, testLimit = 2_000 } = options
  if (!(Number.isInteger(neighbours) && neighbours >= 1)) throw invalid('an integer of at least 1 for neighbours', String(neighbours))
  const train = sample('train', options.train, latentSizeOf(partitions), trainLimit, seed)
  const test = sample('test', options.test, latentSizeOf(partitions), testLimit, seed)
  const classes = 1 + train.labels.reduce((a, b) => Math.max(a, b), 0)
  if (train.labels.every(label => label === train.labels[0])) throw invalid('at least 2 classes among the train images', `class ${train.labels[0]} alone`)
  const accuracies = (classify: (train: Table, test: Table) => Uint8Array) => {
    const accuracy = (columns?: readonly number[]) => {
      const [seen, unseen] = columns === undefined ? [train.table, test.table] : [selectColumns(train.table, columns), selectColumns(test.table, columns)]
      return classify(seen, unseen).reduce((right, label, i) => right + Number(label === test.labels[i]), 0) / test.labels.length
    }
    return { all: accuracy(), byPartition: Object.fromEntries(blocksOf(partitions).map(({ name, units }) => [name, accuracy(units)])) }
  }
  const counts = new Uint32Array(256)
  for (const label of test.labels) counts[label]!++
  return {
    classes,
    trainImages: train.labels.length,
    testImages: test.labels.length,
    chance: Math.max(...counts) / test.labels.length,
    neighbours,
    nearestNeighbours: accuracies((seen, unseen) => classifyByNeighbours(seen, train.labels, unseen, classes, neighbours)),
    linear: accuracies((seen, unseen) => classifyLinearly(seen, train.labels, unseen, classes)),
  }
}

function sample (name: string, { means, labels }: LabelledMeans, latentSize: number, limit: number, seed: number): { table: Table, labels: Uint8Array } {
  if (labels.length === 0) throw invalid(`at least 1 labelled image in ${name}`, 'none')
  if (means.length !== labels.length * latentSize) throw invalid(`${labels.length} × ${latentSize} values for the means of ${name}`, String(means.length))
  requireFinite(`the means of ${name}`, means, latentSize)
  const table: Table = { values: means, rows: labels.length, columns: latentSize }
  if (labels.length <= limit) return { table, labels }
  const rows = createRandom(seed, 'classification', name).shuffle(Uint32Array.from({ length: labels.length }, (_, i) => i)).slice(0, limit).sort()
  return { table: selectRows(table, rows), labels: Uint8Array.from(rows, row => labels[row]!) }
}
