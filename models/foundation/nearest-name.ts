/**
 * Says which known name was probably meant, for the end of an error about an unknown one.
 * @param name what was given
 * @param known what there is
 * @returns e.g. ` (did you mean "digits"?)`; empty where nothing is near
 */
export function didYouMean (name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined ? '' : ` (did you mean ${JSON.stringify(nearest)}?)`
}

/**
 * The known name that takes the fewest changes, where these are few for its length, about one in three characters, and
 * leave most of it. Upper and lower case count as alike.
 */
export function nearestName (name: string, known: readonly string[]): string | undefined {
  const given = name.toLowerCase()
  let nearest: string | undefined
  let least = Infinity
  for (const candidate of known) {
    if (candidate === name) continue
    const changes = editDistance(given, candidate.toLowerCase())
    const length = Math.max(given.length, candidate.length)
    if (changes < least && 2 * changes < length && changes <= Math.max(1, Math.floor(length / 3))) {
      nearest = candidate
      least = changes
    }
  }
  return nearest
}

/** Characters to insert, delete, replace or exchange with their neighbour (optimal string alignment distance). */
function editDistance (a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, j) => j)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      row[j] = Math.min(row[j - 1]! + 1, previous[j]! + 1, previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j]!, before[j - 2]! + 1)
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}
