import type { NamedArrays } from '../../foundation/training-state.js'
import type { LayeredModelConfig } from '../../config/layered-schema.js'
import { EMPTY, REMEMBERED, statisticName } from './statistics.js'

export interface RememberedKeyPoints {
  /** Sprites that take part. */
  readonly names: readonly string[]
  /**
   * x and y in pixels of the attention's resolution, [n, names.length, 2]: of the last n ≤ 512 images in which all of
   * them were looked for.
   */
  readonly keyPoints: Float32Array
}

/** Reads where the sprites have lately been from a state's statistics. */
export function rememberedKeyPoints ({ partitions }: LayeredModelConfig, statistics: NamedArrays): RememberedKeyPoints {
  const sprites = partitions.filter(
    ({ kind, name }) => kind === 'sprite' && statistics[statisticName(name, 'active')]!.values[0] === 1
  )
  const remembered = sprites.map(({ name }) => statistics[statisticName(name, 'keyPoints')]!.values)
  // Every step puts the newest first in all of them, so that equal rows are of the same image.
  const rows = Array.from({ length: REMEMBERED }, (_, row) => row).filter(row =>
    remembered.every(points => points[2 * row] !== EMPTY)
  )
  const keyPoints = Float32Array.from(
    rows.flatMap(row => remembered.flatMap(points => [points[2 * row + 1]!, points[2 * row]!]))
  )
  return { names: sprites.map(({ name }) => name), keyPoints }
}
