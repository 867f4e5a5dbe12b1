/** Prints results as tables of Markdown, and draws the middle from measurements that are repeated. */

export type Cell = string | number

export function printRow (cells: readonly Cell[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

/** @param align `right` for all columns but the first */
export function printHeader (cells: readonly string[], align: 'left' | 'right' = 'left'): void {
  printRow(cells)
  console.log(`|${cells.map((_, i) => align === 'right' && i > 0 ? '---:' : '---').join('|')}|`)
}

/** The upper one of the two in the middle where their number is even; NaN of none. */
export function median (values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN
}
