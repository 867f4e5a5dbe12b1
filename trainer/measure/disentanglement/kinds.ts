/** The kinds of factors, as measures take them: an angle with the symmetry of each image's thing. */
import type { CategoricalKind, OrdinalKind, RealKind } from '../../data/factor-kinds.js'

/** An angle in whole turns, and how many times in a turn the thing looks the same. */
export interface MeasuredAngle {
  readonly kind: 'circular'
  /** The share of a whole turn, [N], in [0, 1). */
  readonly turns: Float64Array
  /** By image, [N]: 1 for a thing without symmetry, 4 for a square, 0 for a disc, whose angle nothing shows. */
  readonly folds: Uint8Array
}

export type MeasuredKind = RealKind | OrdinalKind | CategoricalKind | MeasuredAngle

/** Gives the angles up to symmetry, in units of the turn after which the thing looks the same: [N], in [0, 1). */
export function phasesOf ({ turns, folds }: MeasuredAngle): Float64Array {
  return turns.map((turn, row) => {
    const phase = turn * folds[row]!
    return phase - Math.floor(phase)
  })
}

/** Lists the symmetries that occur, ascending, without 0. */
export function symmetriesOf ({ folds }: MeasuredAngle): number[] {
  return [...new Set(folds)].filter(fold => fold > 0).sort((a, b) => a - b)
}
