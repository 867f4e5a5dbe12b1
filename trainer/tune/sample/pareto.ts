/** Comparisons by several objectives, all of which are to be small. */

/** Whether `a` is nowhere worse than `b`, and somewhere better. */
function dominates (a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!)
}

/**
 * Ranks by non-domination (Deb et al. 2002): 0 for what nothing dominates, 1 for what only those of rank 0 dominate,
 * and so on. points: [n][objectives] → [n]
 */
export function nonDominationRanks (points: ReadonlyArray<readonly number[]>): number[] {
  const ranks = points.map(() => -1)
  for (let rank = 0; ranks.includes(-1); rank++) {
    const left = points.map((_, i) => i).filter(i => ranks[i] === -1)
    const front = left.filter(i => !left.some(j => dominates(points[j]!, points[i]!)))
    for (const i of front) ranks[i] = rank
  }
  return ranks
}

/**
 * Orders indices of points from best to worst: by rank, and among equals by how empty it is around them (crowding
 * distance, Deb et al. 2002), so that a front is kept in its whole width. points: [n][objectives] → [n]
 */
export function orderByDominance (points: ReadonlyArray<readonly number[]>): number[] {
  const ranks = nonDominationRanks(points)
  const distances = crowdingDistances(points, ranks)
  return points.map((_, i) => i).sort((i, j) => ranks[i]! - ranks[j]! || compare(distances[j]!, distances[i]!))
}

/** Two infinities are equal, where their difference would be no number. */
function compare (a: number, b: number): number {
  return a === b ? 0 : a - b
}

/** The sum over objectives of the gap between a point's neighbours in its front; infinite at a front's ends. */
function crowdingDistances (points: ReadonlyArray<readonly number[]>, ranks: readonly number[]): number[] {
  const distances = points.map(() => 0)
  for (const rank of new Set(ranks)) {
    const front = points.map((_, i) => i).filter(i => ranks[i] === rank)
    for (let objective = 0; objective < points[0]!.length; objective++) {
      const valueOf = (i: number) => points[i]![objective]!
      const sorted = front.toSorted((i, j) => valueOf(i) - valueOf(j))
      const range = valueOf(sorted.at(-1)!) - valueOf(sorted[0]!)
      sorted.forEach((i, at) => {
        const isEnd = at === 0 || at === sorted.length - 1
        const gap = isEnd ? Infinity : (valueOf(sorted[at + 1]!) - valueOf(sorted[at - 1]!)) / (range || 1)
        distances[i]! += gap
      })
    }
  }
  return distances
}
