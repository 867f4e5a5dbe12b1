import type { Static } from '@partition-vae/models/typebox'
import { invalid } from './representation.js'
import type { CoincidenceSchema } from './schema.js'

export type Coincidence = Static<typeof CoincidenceSchema>

/** Two sprites nearer than this, in pixels of the image, sit on the same thing. */
const COINCIDENCE_DISTANCE = 3

/**
 * Do two sprites follow the same object? The share of images in which their key points are less than 3 px apart, for
 * each pair. It needs no labels: in runs of the layered model a pair above one half has meant failure, early on.
 * @param keyPoints x and y in pixels, [N, S, 2]
 * @param names of the S sprites
 * @throws TrainerError PVAE_INVALID_PARAMETER
 */
export function keyPointCoincidence (
  keyPoints: Float32Array,
  names: readonly string[],
  distance = COINCIDENCE_DISTANCE
): Coincidence {
  const sprites = names.length
  const count = keyPoints.length / (sprites * 2)
  if (!(Number.isInteger(count) && count >= 1)) {
    throw invalid(`x and y of ${sprites} sprites in at least 1 image for keyPoints`, `${keyPoints.length} values`)
  }
  const pairs = names.flatMap((a, i) =>
    names.slice(i + 1).map((b, offset) => {
      const j = i + 1 + offset
      let near = 0
      for (let n = 0; n < count; n++) {
        const [first, second] = [(n * sprites + i) * 2, (n * sprites + j) * 2]
        if (
          Math.hypot(keyPoints[first]! - keyPoints[second]!, keyPoints[first + 1]! - keyPoints[second + 1]!) <
          distance
        ) {
          near++
        }
      }
      return { sprites: [a, b] as [string, string], share: near / count }
    })
  )
  return { pairs, largest: Math.max(0, ...pairs.map(({ share }) => share)) }
}
