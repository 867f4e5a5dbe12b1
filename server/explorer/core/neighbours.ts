import type { Sample } from './sample.js'

export interface Neighbour {
  readonly row: number
  /** Root of the mean square of the differences, each divided by the unit's mean posterior deviation. */
  readonly distance: number
}

/**
 * Finds the images whose latents are nearest in some units, each divided by its mean posterior deviation: a difference
 * counts by how surely the encoder tells it. (Raw, a table's hue at ± 1.5 drowns its height at ± .2.) Looks at all.
 * @param but rows that are passed over, e.g. the image itself
 */
export function findNearest (
  { mean, logVariance, count }: Pick<Sample, 'mean' | 'logVariance' | 'count'>, latent: ArrayLike<number>,
  units: readonly number[], wanted: number, but: readonly number[] = []
): Neighbour[] {
  const size = mean.length / count
  const precisions = units.map(unit => Math.exp(-logVariance[unit]!))
  /** Nearest first. */
  const found: Array<{ row: number, square: number }> = []
  for (let row = 0; row < count; row++) {
    let square = 0
    for (let i = 0; i < units.length; i++) {
      const difference = mean[row * size + units[i]!]! - latent[units[i]!]!
      square += difference * difference * precisions[i]!
    }
    if ((found.length === wanted && square >= found.at(-1)!.square) || but.includes(row)) continue
    const at = found.findIndex(other => other.square > square)
    found.splice(at < 0 ? found.length : at, 0, { row, square })
    if (found.length > wanted) found.pop()
  }
  return found.map(({ row, square }) => ({ row, distance: Math.sqrt(square / Math.max(units.length, 1)) }))
}
