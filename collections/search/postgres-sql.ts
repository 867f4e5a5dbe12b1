import { FILE_COLUMN, type Condition } from './condition.js'
import type { IndexHeader } from './header.js'
import { quote } from './postgres-database.js'
import type { RangeQuery } from './row-range.js'

/** A statement, and what stands for $1, $2 and so on. */
export interface Statement {
  readonly text: string
  readonly values: readonly unknown[]
}

/** Writes numbers as pgvector reads them. */
export function writeVector (numbers: ArrayLike<number>): string {
  return `[${Array.from(numbers).join(',')}]`
}

export function parseVector (text: string): number[] {
  return text.slice(1, -1).split(',').map(number => Math.fround(Number(number)))
}

/**
 * Selects the rows with the least weighted squared distance: Σ w ‖s ∘ x − s ∘ q‖², s the deviations' inverses. With one
 * positive weight the order is that of `<->` alone, which an approximate index on this expression can give.
 */
export function selectNearest (
  { partitions }: IndexHeader, { latent, weights, deviations, conditions }: RangeQuery, table: string, limit: number
): Statement {
  const values: unknown[] = []
  const parameter = (value: unknown, type: string) => `$${values.push(value)}::${type}`
  const terms = partitions.flatMap(({ name, offset, size }, i) => {
    const weight = weights[i]!
    if (weight === 0) return []
    const inverse = deviations.slice(offset, offset + size).map(deviation => deviation === 0 ? 0 : 1 / deviation)
    const scaled = inverse.map((factor, unit) => factor * latent[offset + unit]!)
    const distance = `(${quote(name)} * ${parameter(writeVector(inverse), 'vector')}) <-> ` +
      parameter(writeVector(scaled), 'vector')
    return [{ weight, distance }]
  })
  const [only, ...others] = terms
  const order = only !== undefined && others.length === 0 && only.weight > 0
    ? only.distance
    : terms.map(({ weight, distance }) => `${parameter(weight, 'float8')} * (${distance}) ^ 2`).join(' + ')
  const where = conditions.map(condition => conditionText(condition, parameter))
  const vectors = partitions.map(({ name }, i) => `${quote(name)}::text AS p${i}`)
  return {
    text: `SELECT "row", "file", ${vectors.join(', ')} FROM ${quote(table)}` +
      `${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`} ORDER BY ${order}, "row" LIMIT ${limit}`,
    values,
  }
}

/** What is missing, NULL, fulfils no condition, as in an index' folder. */
function conditionText (condition: Condition, parameter: (value: unknown, type: string) => string): string {
  const { operator } = condition
  const column = quote(condition.column)
  const compared = operator === '!=' ? '<>' : operator
  if ('number' in condition) return `${column} ${compared} ${parameter(condition.number, 'float8')}`
  if ('text' in condition) return `${column} ${compared} ${parameter(condition.text, 'text')}`
  const pattern = condition.glob.replace(/[\\%_]/g, '\\$&').replace(/\*+/g, '%').replaceAll('?', '_')
  return `${quote(FILE_COLUMN)} ${operator === '=' ? '' : 'NOT '}LIKE ${parameter(pattern, 'text')}`
}
