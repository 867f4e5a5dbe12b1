import { decimalFromText, describe, didYouMean, ModelError } from '@partition-vae/models'

const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const
type Operator = typeof OPERATORS[number]

/** A condition on a row: of its file's name, of a column of text, or of a column of numbers. */
export type Condition =
  | { readonly column: 'file', readonly operator: '=' | '!=', readonly glob: string }
  | { readonly column: string, readonly operator: '=' | '!=', readonly text: string }
  | { readonly column: string, readonly operator: Operator, readonly number: number }

/** A column of metadata, as far as conditions know it. */
export interface ColumnShape {
  readonly name: string
  readonly type: 'number' | 'text'
}

/** The column that every index has. Metadata can't have one of this name. */
export const FILE_COLUMN = 'file'

/**
 * Reads conditions as a flag or a query writes them, each `COLUMN OPERATOR VALUE`, with = != < <= > >=: `split=test`,
 * `age>=3`. `file` takes a pattern in which * stands for any characters and ? for one.
 * @throws ModelError PVAE_INVALID_PARAMETER for what is no condition, a column that is not there, an order of text
 */
export function parseConditions (texts: readonly string[], columns: readonly ColumnShape[]): Condition[] {
  return texts.map(text => parseCondition(text, columns))
}

function parseCondition (text: string, columns: readonly ColumnShape[]): Condition {
  const parts = /^\s*([^=!<>]+?)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/s.exec(text)
  if (parts === null) throw refuse('where', `COLUMN OPERATOR VALUE, with one of ${OPERATORS.join(' ')}`, describe(text))
  const [, column, operator, value] = parts as unknown as [string, string, Operator, string]
  const isOrder = operator !== '=' && operator !== '!='
  if (column === FILE_COLUMN) {
    if (isOrder) throw refuse(`where ${column}`, '= or !=', operator)
    return { column, operator, glob: value }
  }
  const type = columns.find(({ name }) => name === column)?.type
  if (type === undefined) {
    const names = [FILE_COLUMN, ...columns.map(({ name }) => name)]
    throw refuse('a column of where', `one of ${names.join(', ')}`, `${describe(column)}${didYouMean(column, names)}`)
  }
  if (type === 'text') {
    if (isOrder) throw refuse(`where ${column}, a column of text`, '= or !=', operator)
    return { column, operator, text: value }
  }
  const number = decimalFromText(value)
  if (!Number.isFinite(number)) throw refuse(`where ${column}, a column of numbers`, 'a number', describe(value))
  return { column, operator, number }
}

function refuse (field: string, expected: string, found: string): ModelError {
  return new ModelError('PVAE_INVALID_PARAMETER', 'a search', { field, expected, found })
}

/**
 * Splits several conditions in one text at the commas: `split=test,age>=3`. A comma after a backslash belongs to its
 * value.
 */
export function splitConditions (text: string): string[] {
  return text.split(/(?<!\\),/).map(part => part.replaceAll('\\,', ','))
}

/** Compares numbers as a condition says. What is missing, not a number, fulfils no condition. */
export function compareNumber (value: number, operator: Operator, number: number): boolean {
  switch (operator) {
    case '=': return value === number
    case '!=': return value < number || value > number
    case '<': return value < number
    case '<=': return value <= number
    case '>': return value > number
    case '>=': return value >= number
  }
}

/**
 * Makes a test of a glob: * stands for any characters, / among them, and ? for one. Its time grows as the product of
 * both lengths: patterns come from strangers too, and one with many stars made a regular expression try for hours.
 */
export function matcherOf (glob: string): (text: string) => boolean {
  const plain = /^[^*?]*/.exec(glob)![0]
  if (plain === glob) return text => text === glob
  if (glob === `${plain}*`) return text => text.startsWith(plain)
  return text => text.startsWith(plain) && matches(glob, text)
}

/** Goes back to the last star only: what an earlier one could take instead, the last can take as well. */
function matches (glob: string, text: string): boolean {
  let [at, star, taken] = [0, -1, 0]
  for (let i = 0; i < text.length;) {
    if (glob[at] === '*') {
      star = at++
      taken = i
    } else if (glob[at] === '?') {
      at++
      i += text.codePointAt(i)! > 0xffff ? 2 : 1
    } else if (glob[at] === text[i]) {
      at++
      i++
    } else if (star >= 0) {
      at = star + 1
      i = ++taken
    } else return false
  }
  return /^\**$/.test(glob.slice(at))
}
