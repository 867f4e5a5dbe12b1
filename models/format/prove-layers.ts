import type { Card } from './card-schema.js'
import { ModelError } from '../foundation/errors.js'
import { composeLayers } from '../pictures/layers.js'
import type { Golden, GraphRunner } from './golden.js'

/** Levels of a byte in a unit. */
const LEVELS = 255

/**
 * Proves that the layers of a model are those of its pictures: of the golden examples they compose to what the decoder
 * gives, within the tolerance of a pixel. So it finds the gain, which the graph does not name: of the partitions that
 * have no share of any pixel the one by which it comes true. (A sprite that is nowhere to be seen has no share either.)
 * @param layers `latent` [n, D] → layers [n, P, 4, H, W]
 * @returns the index of the partition that is a gain, if there is one
 * @throws ModelError PVAE_GOLDEN_INVALID
 */
export async function proveLayers (
  { examples, tolerance }: Golden,
  { image, latentSize, partitions }: Pick<Card, 'image' | 'latentSize' | 'partitions'>,
  { decode, layers }: Pick<GraphRunner, 'decode'> & { layers: GraphRunner['decode'] },
  where: string
): Promise<number | undefined> {
  const latents = Float32Array.from(examples.flatMap(({ mean }) => mean)) // [n, D]
  const count = latents.length / latentSize
  const picture = await decode(latents, count) // [n, C, H, W]
  const values = await layers(latents, count) // [n, P, 4, H, W]
  const area = image.height * image.width
  const hasNoShare = (layer: number) => Array.from({ length: count }, (_, n) => {
    const start = ((n * partitions.length + layer) * 4 + 3) * area
    return values.subarray(start, start + area)
  }).every(shares => shares.every(share => share === 0))
  const candidates = [undefined, ...[...partitions.keys()].filter(hasNoShare)]
  const fits = candidates.map(gain => {
    const composed = composeLayers({ values, shape: { image, partitions }, gain })
    // NaN is no fit.
    const worst = composed.reduce((most, value, i) => {
      const difference = Math.abs(value - picture[i]!)
      return difference <= most ? most : Number.isNaN(difference) ? Infinity : difference
    }, 0)
    return { gain, worst }
  })
  const best = fits.reduce((a, b) => (b.worst < a.worst ? b : a))
  if (best.worst * LEVELS <= tolerance.pixel) return best.gain
  throw new ModelError('PVAE_GOLDEN_INVALID', where, {
    field: 'layers',
    expected: `the decoder's pictures, within ${tolerance.pixel} levels, of the layers together`,
    found: `a difference of ${(best.worst * LEVELS).toFixed(1)}`,
  })
}
