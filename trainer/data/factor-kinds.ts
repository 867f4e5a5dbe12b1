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

const KIND = /^(.*):\s*(real|ordinal|categorical|circular)\s*(?:\((.*)\))?\s*$/i
const CIRCLE = /^([\d.eE+-]+|[\d.]*\s*pi|[\d.]*π)(?:\s+by\s+(\S+)((?:\s+\S+=\d+)+))?$/

/**
 * Reads a factor's kind from its name in a header: `name`, `name:ordinal`, `name:categorical`, `name:real`,
 * `name:circular(PERIOD)` with a number or a multiple of pi, such as `2pi`; and, where the symmetry depends on another
 * factor, `name:circular(360 by shape 0=4 1=2)`, with that factor's values and how often in a turn it then looks the
 * same. The values are left as they are written, words among them: resolveSymmetries reads them.
 * @param refuse makes the error for a kind that is not written so
 */
export function parseFactorName (
  text: string, refuse: (message: string) => Error
): { readonly name: string, readonly kind: FactorKind, readonly isTold: boolean } {
  const found = KIND.exec(text)
  if (found === null) return { name: text, kind: REAL, isTold: false }
  const [name, kind, inner] = [found[1]!.trim(), found[2]!.toLowerCase() as FactorKind['kind'], found[3]?.trim()]
  if (kind !== 'circular') {
    if (inner !== undefined) throw refuse(`expected ${kind} without brackets for the kind of ${name} but found ${text}`)
    return { name, kind: { kind }, isTold: true }
  }
  const circle = CIRCLE.exec(inner ?? '')
  const period = circle === null ? NaN : periodOf(circle[1]!)
  if (!(period > 0 && Number.isFinite(period))) {
    throw refuse(`expected a period, as in circular(360) or circular(2pi), for the kind of ${name} but found ${text}`)
  }
  if (circle![2] === undefined) return { name, kind: { kind, period }, isTold: true }
  const folds = Object.fromEntries(circle![3]!.trim().split(/\s+/).map(pair => {
    const at = pair.lastIndexOf('=')
    return [pair.slice(0, at), Number(pair.slice(at + 1))]
  }))
  return { name, kind: { kind, period, symmetry: { factor: circle![2], folds } }, isTold: true }
}

function periodOf (text: string): number {
  const multiple = /^([\d.]*)\s*(?:pi|π)$/.exec(text)
  return multiple === null ? Number(text) : (multiple[1] === '' ? 1 : Number(multiple[1])) * Math.PI
}

/** A factor as a header describes it. */
interface NamedKind {
  readonly name: string
  readonly kind: FactorKind
}

/**
 * Reads the values that symmetries depend on: words become the numbers that the other factor gives them.
 * @throws what `refuse` makes of a symmetry by a factor that is not there, or by what is no value of it
 */
export function resolveSymmetries<T extends NamedKind> (
  factors: readonly T[], refuse: (message: string) => Error
): T[] {
  return factors.map(described => {
    const { name, kind } = described
    if (kind.kind !== 'circular' || kind.symmetry === undefined) return described
    const { factor, folds } = kind.symmetry
    const other = factors.find(other => other.name === factor)
    if (other === undefined) {
      throw refuse(`expected one of ${factors.map(({ name }) => name).join(', ')} for what the symmetry of ${name} ` +
        `depends on but found ${factor}`)
    }
    const words = other.kind.kind === 'categorical' ? other.kind.names ?? [] : []
    const read = Object.entries(folds).map(([value, fold]) => {
      const number = words.includes(value) ? words.indexOf(value) : Number(value)
      if (Number.isFinite(number)) return [String(number), fold]
      throw refuse(`expected ${['a number', ...words].join(', ')} for a value of ${factor} in the symmetry of ${name} ` +
        `but found ${value}`)
    })
    return { ...described, kind: { ...kind, symmetry: { factor, folds: Object.fromEntries(read) } } }
  })
}
