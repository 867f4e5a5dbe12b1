import { pseudoInverse, Matrix } from 'ml-matrix'
import { defineJob, workHere, type Work } from '../work/job.js'
import { classifyBySvm } from './linear-svm.js'
import type { NumberedValues } from './numbered-values.js'
import { allRows } from './probe-predictions.js'
import {
  columnOf,
  meanOf,
  selectColumns,
  selectRows,
  type Block,
  type Split,
  type Table,
} from './representation.js'
import type { Targets } from './targets.js'

export interface SapOptions {
  readonly means: Table
  readonly blocks: readonly Block[]
  /** The factors as columns: those that are not discrete are regressed. */
  readonly targets: Targets
  /** Their values: discrete ones are classified. */
  readonly numbers: readonly NumberedValues[]
  /** Classifiers learn from one part and are judged on the other. */
  readonly split: Split
  /** Default: this thread. */
  readonly work?: Work | undefined
}

export interface SapScores {
  readonly mean: number
  readonly byFactor: number[]
  /** [blocks][K] */
  readonly scores: number[][]
}

/** Scores over some of the images; default all. Nothing is learned anew by classifiers. */
export type SapOver = (rows?: Uint32Array) => SapScores

/**
 * Separated attribute predictability (Kumar, Sattigeri & Balakrishnan 2018, "Variational inference of disentangled
 * latent concepts from unlabeled observations", section 3): the mean over factors of the best code's score minus the
 * second best's. For a discrete factor the score is the held-out accuracy of a linear support vector machine from the
 * code alone (C = 0.01, classes balanced), for others the R² of linear regression: for a unit the squared correlation
 * Cov²/(Var Var), for a partition the multiple R² of all its units, for an angle that of its cosine and sine. As in
 * disentanglement_lib's `sap_score.py`, which classifies (`continuous_factors = False`), learns from 10,000 points and
 * judges on 5,000; where factors are regressed, a code of variance below 1e-12 scores 0.
 */
export async function separatedAttributePredictability (options: SapOptions): Promise<SapOver> {
  const { means, blocks, targets, numbers, split, work = workHere() } = options
  const isHeldOut = new Int32Array(means.rows).fill(-1)
  split.test.forEach((row, i) => { isHeldOut[row] = i })
  // [K][blocks], 1 where a held-out image is told rightly; undefined for a factor that is regressed
  const right = await Promise.all(numbers.map(({ values, codes }) =>
    values === undefined ? undefined : work.run(tellBySvm, { means, blocks, codes, split })))
  return rows => {
    const chosen = rows ?? allRows(means.rows)
    const judged = Array.from(chosen, row => isHeldOut[row]!).filter(row => row >= 0)
    const explained = linearExplainedVariance(means, blocks, targets, chosen)
    const scores = blocks.map((_, b) => numbers.map((_, k) => {
      const told = right[k]?.[b]
      return told === undefined ? explained[b]![k]! : meanOf(judged.map(row => told[row]!))
    }))
    const byFactor = numbers.map((_, k) => {
      const [first = 0, second = 0] = scores.map(row => row[k]!).sort((a, b) => b - a)
      return first - second
    })
    return { mean: meanOf(byFactor), byFactor, scores }
  }
}

interface Telling extends Pick<SapOptions, 'means' | 'blocks' | 'split'> {
  readonly codes: ArrayLike<number>
}

/** Tells a factor's values from each block alone: [blocks], 1 where a held-out image is told rightly. */
const tellBySvm = defineJob(
  import.meta.url,
  'tellBySvm',
  async ({ means, blocks, codes, split }: Telling, pace): Promise<Uint8Array[]> => {
    const [learnt, unseen] = [selectRows(means, split.train), selectRows(means, split.test)]
    const own = classesOf(codes, split)
    const byBlock: Uint8Array[] = []
    for (const { units } of blocks) {
      await pace()
      const predicted = await classifyBySvm(
        selectColumns(learnt, units), own.train, selectColumns(unseen, units), own.count, { pace }
      )
      byBlock.push(Uint8Array.from(predicted, (label, i) => Number(label === own.test[i])))
    }
    return byBlock
  }
)

/**
 * Numbers the classes that occur among the images learnt from. A class that is only among those held out gets a number
 * that no classifier says.
 */
export function classesOf (codes: ArrayLike<number>, { train, test }: Split) {
  const present = [...new Set(Array.from(train, row => codes[row]!))].sort((a, b) => a - b)
  const numberOf = new Map(present.map((code, number) => [code, number]))
  const number = (row: number) => numberOf.get(codes[row]!) ?? numberOf.size
  return { count: numberOf.size, train: Uint16Array.from(train, number), test: Uint16Array.from(test, number) }
}

/** R² of least squares with an intercept, over the same points it was fitted to: [blocks][K]. */
function linearExplainedVariance (
  means: Table,
  blocks: readonly Block[],
  { table, mask, columnsOf }: Targets,
  chosen: Uint32Array
): number[][] {
  let forAll: ((column: number) => Regressions) | undefined
  const regressOn = (rows: Uint32Array) => {
    const regress = regressionFrom(selectRows(means, rows), blocks)
    const targets = selectRows(table, rows)
    return (column: number) => regress(centre(columnOf(targets, column)))
  }
  const byColumn = Array.from({ length: table.columns }, (_, column) => {
    const rows = mask === undefined ? chosen : chosen.filter(row => mask[row * table.columns + column] === 1)
    return rows.length === chosen.length ? (forAll ??= regressOn(chosen))(column) : regressOn(rows)(column)
  })
  return blocks.map((_, b) => columnsOf.map(columns => {
    const total = columns.reduce((sum, column) => sum + byColumn[column]!.total, 0)
    const explained = columns.reduce((sum, column) => sum + byColumn[column]!.explained[b]!, 0)
    // A factor that is constant over these points leaves nothing to explain.
    return total > 0 ? Math.min(1, Math.max(0, explained / total)) : 0
  }))
}

/** Sums of squares: of a target, and what of it each block explains. */
interface Regressions { readonly total: number, readonly explained: readonly number[] }

/** Prepares regressions of targets with mean 0 on each block. */
function regressionFrom (means: Table, blocks: readonly Block[]): (target: Float64Array) => Regressions {
  const units = Array.from({ length: means.columns }, (_, unit) => centre(columnOf(means, unit)))
  const squares = units.map(unit => product(unit, unit))
  const prepared = blocks.map(block => {
    const used = block.units.filter(unit => squares[unit]! / means.rows > 1e-12)
    if (used.length === 0) return undefined
    // Scaled to the same length, so that the tolerance of the pseudo-inverse sees directions and not units of measure.
    const lengths = used.map(unit => Math.sqrt(squares[unit]!))
    const gram = new Matrix(
      used.map((a, i) => used.map((b, j) => product(units[a]!, units[b]!) / (lengths[i]! * lengths[j]!)))
    )
    return { used, lengths, inverse: pseudoInverse(gram) }
  })
  return target => ({
    total: product(target, target),
    explained: prepared.map(block => {
      if (block === undefined) return 0
      const { used, lengths, inverse } = block
      const cross = used.map((unit, i) => product(units[unit]!, target) / lengths[i]!)
      return cross.reduce(
        (sum, value, i) => sum + value * cross.reduce((inner, other, j) => inner + inverse.get(i, j) * other, 0),
        0
      )
    }),
  })
}

function centre (values: Float64Array): Float64Array {
  const mean = meanOf(values)
  return values.map(value => value - mean)
}

function product (a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
