import type { Factors } from '../../data/dataset.js'
import { kindOf, periodIn } from '../../data/factor-kinds.js'
import type { MeasuredKind } from '../disentanglement/kinds.js'

/**
 * Gives the kinds of a data set's factors as measures take them: angles in turns, with the symmetry of each image's
 * thing.
 * @param chosen the images that are measured
 * @returns undefined where all factors are real
 */
export function measuredKinds (factors: Factors, chosen: Uint32Array): MeasuredKind[] | undefined {
  if (factors.kinds === undefined) return undefined
  const { names, values } = factors
  return names.map((_, k): MeasuredKind => {
    const kind = kindOf(factors, k)
    if (kind.kind !== 'circular') return kind
    const turns = new Float64Array(chosen.length)
    const folds = new Uint8Array(chosen.length)
    chosen.forEach((index, i) => {
      const row = values.subarray(index * names.length, (index + 1) * names.length)
      const turn = row[k]! / kind.period
      const period = periodIn(factors, k, row)!
      turns[i] = turn - Math.floor(turn)
      folds[i] = period === 0 ? 0 : Math.round(kind.period / period)
    })
    return { kind: 'circular', turns, folds }
  })
}
