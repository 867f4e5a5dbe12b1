import { UNPACED, type Pace } from '../pace.js'
import { boostClassifier, boostTrees } from './boosted-trees.js'
import { sortColumns, type SortedTable } from './grow-tree.js'
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
  readonly pace?: Pace | undefined
}

/** Of one factor. */
interface Learnt { readonly importance: readonly number[], readonly informativeness: number }

/**
 * Computes the importance matrix of DCI by the standard setting of disentanglement_lib (`dci.py`): gradient boosted
 * trees with scikit-learn's defaults, 10,000 points to learn from and 5,000 held out where there are as many. Discrete
 * factors are classified, as there; others are regressed (Eastwood & Williams 2018 regress too: lasso and random
 * forests), an angle by its cosine and sine. Importance is the share of the reduction of the trees' squared error.
 */
export async function treeImportance (options: TreeOptions): Promise<TreeImportance> {
  const { means, targets, numbers, split, pace = UNPACED } = options
  const sorted = sortColumns(selectRows(means, split.train))
  const unseen = selectRows(means, split.test)
  const byFactor: Learnt[] = []
  for (const [k, { values, codes }] of numbers.entries()) {
    byFactor.push(
      values === undefined
        ? await regress(means, targets, targets.columnsOf[k]!, split, pace)
        : await classify(sorted, unseen, codes, split, pace)
    )
  }
  return {
    importance: Array.from({ length: means.columns }, (_, unit) =>
      byFactor.map(({ importance }) => importance[unit]!)
    ),
    informativeness: byFactor.map(({ informativeness }) => informativeness),
  }
}

async function classify (
  sorted: SortedTable,
  unseen: Table,
  codes: ArrayLike<number>,
  split: Split,
  pace: Pace
): Promise<Learnt> {
  const { count, train, test } = classesOf(codes, split)
  const { importance, predict } = await boostClassifier(sorted, train, count, { pace })
  return { importance, informativeness: meanOf(Array.from(predict(unseen), (label, i) => Number(label === test[i]))) }
}

/** Regresses each column of a factor; what the columns say is weighted by their variances. */
async function regress (
  means: Table,
  { table, mask }: Targets,
  columns: readonly number[],
  split: Split,
  pace: Pace
): Promise<Learnt> {
  const importance = new Float64Array(means.columns)
  let [learnt, residual, total] = [0, 0, 0]
  for (const column of columns) {
    const counted = (rows: Uint32Array) =>
      mask === undefined ? rows : rows.filter(row => mask[row * table.columns + column] === 1)
    const [train, test] = [counted(split.train), counted(split.test)]
    if (train.length < 2 || test.length < 1) continue
    const targets = columnOf(selectRows(table, train), column)
    const trees = await boostTrees(sortColumns(selectRows(means, train)), targets, { pace })
    const spread = spreadOf(targets)
    trees.importance.forEach((share, unit) => { importance[unit]! += spread * share })
    learnt += spread * trees.importance.reduce((sum, share) => sum + share, 0)
    const truth = columnOf(selectRows(table, test), column)
    const predicted = trees.predict(selectRows(means, test))
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
