import { binColumns, boostTrees, type BoostingOptions } from './boosted-trees.js'
import { columnOf, meanOf, selectRows, type Split, type Table } from './representation.js'

export interface TreeImportance {
  /** Each unit's share of what is learnt of each factor, [D][K]. */
  readonly importance: number[][]
  /** Held-out R² of each factor from all units, [K]: DCI's informativeness. */
  readonly informativeness: number[]
}

/**
 * The importance matrix of DCI by the standard setting of disentanglement_lib (`dci.py`: gradient boosted trees, 10,000
 * points to learn from and 5,000 held out), with regression in place of classification, because our factors are
 * continuous (Eastwood & Williams 2018 regress too: lasso and random forests). Importance is the share of the reduction
 * of the squared error.
 */
export async function treeImportance (
  means: Table,
  factors: Table,
  { train, test }: Split,
  options?: BoostingOptions
): Promise<TreeImportance> {
  const binned = binColumns(selectRows(means, train))
  const [targets, heldOut, unseen] = [selectRows(factors, train), selectRows(factors, test), selectRows(means, test)]
  const byFactor: Array<{ importance: number[]; explained: number }> = []
  for (let k = 0; k < factors.columns; k++) {
    const trees = await boostTrees(binned, columnOf(targets, k), options)
    byFactor.push({
      importance: trees.importance,
      explained: explainedBy(trees.predict(unseen), columnOf(heldOut, k)),
    })
  }
  return {
    importance: Array.from({ length: means.columns }, (_, unit) =>
      byFactor.map(({ importance }) => importance[unit]!)
    ),
    informativeness: byFactor.map(({ explained }) => explained),
  }
}

function explainedBy (predicted: Float64Array, actual: Float64Array): number {
  const mean = meanOf(actual)
  const total = actual.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return total > 0 ? 1 - actual.reduce((sum, value, i) => sum + (value - predicted[i]!) ** 2, 0) / total : 0
}
