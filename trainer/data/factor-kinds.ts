/** Kinds of factors: which of their values are near each other, and so which measures and losses suit them. */

/** Values whose order and distance mean something, such as a position. */
export interface RealKind {
  readonly kind: 'real'
}

/** A few values in an order, such as six sizes: as many steps apart as they are in it. */
export interface OrdinalKind {
  readonly kind: 'ordinal'
}

/** Values without an order, such as shapes. */
export interface CategoricalKind {
  readonly kind: 'categorical'
  /** Names of the values, where they are whole numbers from 0: `names[value]`. */
  readonly names?: readonly string[]
}

/** Values on a circle, such as an angle: those that differ by the period are the same. */
export interface CircularKind {
  readonly kind: 'circular'
  /** A whole turn, above 0, in the factor's own unit. */
  readonly period: number
  /** The symmetry of what is turned, where it depends on another factor. Default: none. */
  readonly symmetry?: Symmetry
}

/** How many times in a whole turn a thing looks the same, by the value of another factor. */
export interface Symmetry {
  /** The other factor's name, as in `Factors.names`. */
  readonly factor: string
  /**
   * By that factor's value, as `String` writes it: at least 1 (a square: 4, an ellipse: 2); 0 for a thing that looks
   * the same however it is turned, as a disc does. Values that are not here have 1.
   */
  readonly folds: Readonly<Record<string, number>>
}

export type FactorKind = RealKind | OrdinalKind | CategoricalKind | CircularKind

/** The kind of a factor of which nothing is said. */
const REAL: RealKind = { kind: 'real' }

/** The parts of a data set's factors that kinds are read from. */
export interface KindedFactors {
  readonly names: readonly string[]
  readonly kinds?: readonly FactorKind[]
}

/** Gives the kind of factor k. */
export function kindOf ({ kinds }: KindedFactors, k: number): FactorKind {
  return kinds?.[k] ?? REAL
}

/**
 * Computes the turn after which a circular factor's thing looks the same again in one image: its period, divided by the
 * thing's symmetry.
 * @param row values of all factors of the image in their own units, [K]
 * @returns 0 where every angle looks the same; undefined for a factor that is not circular
 */
export function periodIn (factors: KindedFactors, k: number, row: ArrayLike<number>): number | undefined {
  const kind = kindOf(factors, k)
  if (kind.kind !== 'circular') return undefined
  if (kind.symmetry === undefined) return kind.period
  const { factor, folds } = kind.symmetry
  const fold = folds[String(row[factors.names.indexOf(factor)])] ?? 1
  return fold === 0 ? 0 : kind.period / fold
}
