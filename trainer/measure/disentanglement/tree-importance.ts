import { NotMeasurable } from '../not-measured.js'
import { defineJob, workHere, type Work } from '../work/job.js'
import { boostClassifier, boostTrees } from './boosted-trees.js'
import { sortColumns } from './grow-tree.js'
import type { NumberedValues } from './numbered-values.js'
import { columnOf, meanOf, selectRows, type Split, type Table } from './representation.js'
import { classesOf } from './sap.js'
import type { Targets } from './targets.js'

export interface TreeImportance {
  /** Each unit's share of what is learnt of each factor, [D][K]. */
  readonly importance: number[][]
  /** DCI's informativeness, [K]: held-out accuracy from all units for a discrete factor, held-out R² for others. */
  readonly informativeness: number[]
}

export interface TreeOptions {
  readonly means: Table
  /** The factors as columns: those that are not discrete are regressed. */
  readonly targets: Targets
  /** Their values: discrete ones are classified. */
  readonly numbers: readonly NumberedValues[]
  readonly split: Split
  /** Default: this thread. */
  readonly work?: Work | undefined
}

/**
 * A factor of more values is not classified: trees are grown of each value in each of 100 rounds, in the literature
 * too, so that thousands of values would take hours. The literature's own factors have up to 183 (the cars of Cars3D).
 */
const MOST_CLASSES = 200

/** Of one factor. */
interface Learnt { readonly importance: readonly number[], readonly informativeness: number }

/**
 * Computes the importance matrix of DCI by the standard setting of disentanglement_lib (`dci.py`): gradient boosted
 * trees with scikit-learn's defaults, 10,000 points to learn from and 5,000 held out where there are as many. Discrete
 * factors are classified, as there; others are regressed (Eastwood & Williams 2018 regress too: lasso and random
 * forests), an angle by its cosine and sine. Importance is the share of the reduction of the trees' squared error.
 * @throws NotMeasurable for a discrete factor of more than 200 values
 */
export async function treeImportance (options: TreeOptions): Promise<TreeImportance> {
  const { means, targets, numbers, split, work = workHere() } = options
  const many = numbers.find(({ values }) => values !== undefined && values.length > MOST_CLASSES)
  if (many !== undefined) {
    throw new NotMeasurable(
      `expected discrete factors of at most ${MOST_CLASSES} values, as each has trees of its own, but found one of ` +
        `${many.values!.length}`
    )
  }
  const byFactor = numbers.map(({ values, codes }, k) => values === undefined
    ? { cost: targets.columnsOf[k]!.length, learn: () => regress(means, targets, targets.columnsOf[k]!, split, work) }
    : { cost: values.length, learn: () => work.run(classifyByTrees, { means, codes, split }) })
  // What takes longest is begun first, so that no thread is left with it at the end.
  const begun = new Map(byFactor.toSorted((a, b) => b.cost - a.cost).map(factor => [factor, factor.learn()]))
  const learnt = await Promise.all(byFactor.map(factor => begun.get(factor)!))
  return {
    importance: Array.from({ length: means.columns }, (_, unit) => learnt.map(({ importance }) => importance[unit]!)),
    informativeness: learnt.map(({ informativeness }) => informativeness),
  }
}

const classifyByTrees = defineJob(
  import.meta.url,
  'classifyByTrees',
  async ({ means, codes, split }: { means: Table, codes: ArrayLike<number>, split: Split }, pace): Promise<Learnt> => {
    const { count, train, test } = classesOf(codes, split)
    const sorted = sortColumns(selectRows(means, split.train))
    const { importance, predict } = await boostClassifier(sorted, train, count, { pace })
    const told = predict(selectRows(means, split.test))
    return { importance, informativeness: meanOf(Array.from(told, (label, i) => Number(label === test[i]))) }
  }
)

interface Regression {
  readonly means: Table
  readonly table: Table
  readonly column: number
  readonly train: Uint32Array
  readonly test: Uint32Array
}

/** Learns one column; the predictions are of the rows of `test`. */
export const regressByTrees = defineJob(
  import.meta.url,
  'regressByTrees',
  async ({ means, table, column, train, test }: Regression, pace) => {
    const targets = columnOf(selectRows(table, train), column)
    const { importance, predict } = await boostTrees(sortColumns(selectRows(means, train)), targets, { pace })
    return { importance, predicted: predict(selectRows(means, test)) }
  }
)

/** Regresses each column of a factor; what the columns say is weighted by their variances. */
async function regress (
  means: Table,
  { table, mask }: Targets,
  columns: readonly number[],
  split: Split,
  work: Work
): Promise<Learnt> {
  const counted = (rows: Uint32Array, column: number) =>
    mask === undefined ? rows : rows.filter(row => mask[row * table.columns + column] === 1)
  const parts = await Promise.all(columns
    .map(column => ({ column, train: counted(split.train, column), test: counted(split.test, column) }))
    .filter(({ train, test }) => train.length >= 2 && test.length >= 1)
    .map(async part => ({ ...part, ...await work.run(regressByTrees, { means, table, ...part }) })))
  const importance = new Float64Array(means.columns)
  let [learnt, residual, total] = [0, 0, 0]
  for (const { column, train, test, importance: shares, predicted } of parts) {
    const spread = spreadOf(columnOf(selectRows(table, train), column))
    shares.forEach((share, unit) => { importance[unit]! += spread * share })
    learnt += spread * shares.reduce((sum, share) => sum + share, 0)
    const truth = columnOf(selectRows(table, test), column)
    residual += truth.reduce((sum, value, i) => sum + (value - predicted[i]!) ** 2, 0)
    total += spreadOf(truth)
  }
  return {
    importance: [...importance].map(value => learnt > 0 ? value / learnt : 0),
    informativeness: total > 0 ? 1 - residual / total : 0,
  }
}

function spreadOf (values: Float64Array): number {
  const mean = meanOf(values)
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
}
