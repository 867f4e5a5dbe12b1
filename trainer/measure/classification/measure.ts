import { latentSizeOf, type Partition } from '@partition-vae/models'
import { createRandom } from '../../random/index.js'
import { NotMeasurable } from '../not-measured.js'
import { begin, workHere, type Work } from '../work/job.js'
import {
  blocksOf,
  invalid,
  requireFinite,
  selectColumns,
  selectRows,
  type Table,
} from '../disentanglement/representation.js'
import type { Classifying } from './classifying.js'
import { lineSays } from './logistic.js'
import { neighboursSay } from './nearest-neighbours.js'
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
  /** Names of the classes, for messages. */
  readonly labelNames?: readonly string[] | undefined
  /** Told of each class that is left out, and why. */
  readonly onLeftOut?: ((label: string, reason: string) => void) | undefined
  /** Default: this thread. */
  readonly work?: Work | undefined
}

/** A class that was seen once can't be told from what is peculiar to that one image. */
const FEWEST_OF_A_CLASS = 2

/**
 * Which partition knows the class: accuracy on unseen images of k nearest neighbours and of a linear classifier, from
 * each partition's posterior means and from all. Neighbours take the means as they are, as the model scales them.
 * Images of a class with fewer than 2 images to learn from are left out.
 * @throws NotMeasurable for fewer than 2 classes, or test images of fewer than 2 of them; TrainerError
 * PVAE_INVALID_PARAMETER where lengths disagree or values are not finite
 */
export async function measureClassification (options: ClassificationOptions): Promise<Classification> {
  const { partitions, seed, neighbours = 10, trainLimit = 15_000, testLimit = 2_000, work = workHere() } = options
  if (!(Number.isInteger(neighbours) && neighbours >= 1)) {
    throw invalid('an integer of at least 1 for neighbours', String(neighbours))
  }
  const all = {
    train: sample('train', options.train, latentSizeOf(partitions), trainLimit, seed),
    test: sample('test', options.test, latentSizeOf(partitions), testLimit, seed),
  }
  const usable = usableClasses(all.train.labels, all.test.labels, options)
  const [train, test] = [ofClasses(all.train, usable), ofClasses(all.test, usable)]
  const classes = 1 + train.labels.reduce((a, b) => Math.max(a, b), 0)
  const accuracies = async (classify: (problem: Classifying) => Promise<Uint8Array>) => {
    const accuracy = async (columns?: readonly number[]) => {
      const [seen, unseen] =
        columns === undefined
          ? [train.table, test.table]
          : [selectColumns(train.table, columns), selectColumns(test.table, columns)]
      const told = await classify({ train: seen, labels: train.labels, queries: unseen, classes })
      return told.reduce((right, label, i) => right + Number(label === test.labels[i]), 0) / test.labels.length
    }
    const byPartition = begin(Promise.all(
      blocksOf(partitions).map(async ({ name, units }) => [name, await accuracy(units)] as const)
    ))
    return { all: await accuracy(), byPartition: Object.fromEntries(await byPartition) }
  }
  // What takes longest first.
  const linear = begin(accuracies(problem => work.run(lineSays, problem)))
  const counts = new Uint32Array(256)
  for (const label of test.labels) counts[label]!++
  return {
    classes: usable.size,
    trainImages: train.labels.length,
    testImages: test.labels.length,
    chance: Math.max(...counts) / test.labels.length,
    uniform: 1 / usable.size,
    neighbours: Math.min(neighbours, train.labels.length),
    nearestNeighbours: await accuracies(problem => work.run(neighboursSay, { ...problem, neighbours })),
    linear: await linear,
  }
}

/**
 * Classes that a classifier can learn; those that the test images have beside them are told of. @throws NotMeasurable
 */
function usableClasses (
  train: Uint8Array,
  test: Uint8Array,
  { labelNames = [], onLeftOut }: ClassificationOptions
): Set<number> {
  const [seen, judged] = [train, test].map(labels => {
    const counts = new Uint32Array(256)
    for (const label of labels) counts[label]!++
    return counts
  }) as [Uint32Array, Uint32Array]
  const classes = Array.from({ length: 256 }, (_, label) => label).filter(label => seen[label]! + judged[label]! > 0)
  const usable = classes.filter(label => seen[label]! >= FEWEST_OF_A_CLASS)
  const nameOf = (label: number) => labelNames[label] ?? String(label)
  if (usable.length < 2) {
    throw new NotMeasurable(
      `expected at least 2 classes with at least ${FEWEST_OF_A_CLASS} images to learn from but found ` +
        `${classes.map(label => `${nameOf(label)} with ${seen[label]}`).join(', ')}`
    )
  }
  const shown = usable.filter(label => judged[label]! > 0)
  if (shown.length === 0) {
    throw new NotMeasurable(
      'expected at least 1 test image of a class that there are images to learn from but found none'
    )
  }
  // Whoever always says the one class would be right.
  if (shown.length < 2) {
    throw new NotMeasurable(`expected test images of at least 2 classes but found all of ${nameOf(shown[0]!)}`)
  }
  for (const label of classes) {
    if (seen[label]! < FEWEST_OF_A_CLASS) {
      onLeftOut?.(
        nameOf(label),
        `expected at least ${FEWEST_OF_A_CLASS} images to learn from but found ${seen[label]}`
      )
    }
  }
  return new Set(usable)
}

function ofClasses (sample: Sample, classes: ReadonlySet<number>): Sample {
  const rows = Uint32Array.from([...sample.labels.keys()].filter(row => classes.has(sample.labels[row]!)))
  if (rows.length === sample.labels.length) return sample
  return { table: selectRows(sample.table, rows), labels: Uint8Array.from(rows, row => sample.labels[row]!) }
}

interface Sample {
  readonly table: Table
  readonly labels: Uint8Array
}

function sample (
  name: string,
  { means, labels }: LabelledMeans,
  latentSize: number,
  limit: number,
  seed: number
): Sample {
  if (labels.length === 0) throw new NotMeasurable(`expected at least 1 labelled image in ${name} but found none`)
  if (means.length !== labels.length * latentSize) {
    throw invalid(`${labels.length} × ${latentSize} values for the means of ${name}`, String(means.length))
  }
  requireFinite(`the means of ${name}`, means, latentSize)
  const table: Table = { values: means, rows: labels.length, columns: latentSize }
  if (labels.length <= limit) return { table, labels }
  const rows = createRandom(seed, 'classification', name)
    .shuffle(Uint32Array.from({ length: labels.length }, (_, i) => i))
    .slice(0, limit)
    .sort()
  return { table: selectRows(table, rows), labels: Uint8Array.from(rows, row => labels[row]!) }
}
