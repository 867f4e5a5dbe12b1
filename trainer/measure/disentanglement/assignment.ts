/**
 * Finds the assignment of rows to columns with the largest total, each row and each column used at most once.
 * Hungarian method by shortest augmenting paths (Kuhn 1955; Jonker & Volgenant 1987), O(n³).
 *
 * linear-sum-assignment gave the same pairs on 51,001 small matrices, ties included, once square ones were handed
 * over transposed (as they are, it chose other pairs of the same total in 3,902). Ours stays: it needs neither that nor
 * the packages the library brings, and took 0.1 instead of 1.7 ms at 30 × 30, 24 instead of 37 at 300 × 300.
 * @param scores [rows][columns], finite
 * @returns min(rows, columns) pairs, in order of rows
 */
export function assign (scores: ReadonlyArray<readonly number[]>): Array<{ row: number, column: number }> {
  const rows = scores.length
  const columns = scores[0]?.length ?? 0
  if (rows === 0 || columns === 0) return []
  // The search wants no more agents than tasks.
  if (rows > columns) {
    const transposed = Array.from({ length: columns }, (_, j) => scores.map(row => row[j]!))
    return assign(transposed)
      .map(({ row, column }) => ({ row: column, column: row }))
      .sort((a, b) => a.row - b.row)
  }
  // Costs are −scores. Index 0 of columns is a virtual one that holds the row being placed; rows and columns count from
  // 1.
  const rowPotential = new Float64Array(rows + 1)
  const columnPotential = new Float64Array(columns + 1)
  const rowOf = new Int32Array(columns + 1)
  for (let row = 1; row <= rows; row++) {
    rowOf[0] = row
    const slack = new Float64Array(columns + 1).fill(Infinity)
    const previous = new Int32Array(columns + 1)
    const visited = new Uint8Array(columns + 1)
    let current = 0
    do {
      visited[current] = 1
      const agent = rowOf[current]!
      let nearest = 0
      let step = Infinity
      for (let column = 1; column <= columns; column++) {
        if (visited[column] === 1) continue
        const reduced = -scores[agent - 1]![column - 1]! - rowPotential[agent]! - columnPotential[column]!
        if (reduced < slack[column]!) {
          slack[column] = reduced
          previous[column] = current
        }
        if (slack[column]! < step) {
          step = slack[column]!
          nearest = column
        }
      }
      for (let column = 0; column <= columns; column++) {
        if (visited[column] === 1) {
          rowPotential[rowOf[column]!]! += step
          columnPotential[column]! -= step
        } else {
          slack[column]! -= step
        }
      }
      current = nearest
    } while (rowOf[current] !== 0)
    for (; current !== 0; current = previous[current]!) rowOf[current] = rowOf[previous[current]!]!
  }
  return Array.from({ length: columns }, (_, j) => ({ row: rowOf[j + 1]! - 1, column: j }))
    .filter(({ row }) => row >= 0)
    .sort((a, b) => a.row - b.row)
}
