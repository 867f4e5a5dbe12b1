import { pixelCount, type ImageShape } from '../foundation/pixels.js'
import type { LatentSpace } from './latent-space.js'
import { planTraversal } from './traversal.js'

/** Steps of each unit's traversal: the ends, the base and halfway between. */
export const INFLUENCE_STEPS = 5

/** Latents a call of the decoder: a partition may have thousands of units. */
const BATCH = 64

export interface InfluenceMap {
  readonly partition: string
  /** [H, W]: mean absolute change in [0, 1]. */
  readonly change: Float32Array
}

/** The order of a decoded image's axes: `interleaved` [n, H, W, C], `planar` [n, C, H, W]. */
export type PixelLayout = 'interleaved' | 'planar'

/** `latents` [n, D] → n images in [0, 1]. */
export type DecodeImages = (latents: Float32Array, n: number) => Promise<Float32Array>

type InfluenceCard = LatentSpace & { readonly image: ImageShape }

/**
 * Maps where in the image each partition acts: the mean absolute change of each pixel while one unit of the partition
 * after the other is moved from −2.5 to 2.5 standard deviations, averaged over units, steps, channels and bases.
 * @param bases [N, D]
 */
export async function measureInfluence (
  card: InfluenceCard,
  bases: Float32Array,
  decode: DecodeImages,
  layout: PixelLayout
): Promise<InfluenceMap[]> {
  const { image, latentSize } = card
  const area = image.height * image.width
  const size = pixelCount(image)
  const count = bases.length / latentSize
  const pixelOf =
    layout === 'planar' ? (i: number) => i % area : (i: number) => Math.floor((i % size) / image.channels)
  const unmoved = await decode(bases, count)
  const maps: InfluenceMap[] = []
  for (const { name } of card.partitions) {
    const change = new Float32Array(area)
    for (let n = 0; n < count; n++) {
      const base = bases.slice(n * latentSize, (n + 1) * latentSize)
      const { latents } = planTraversal(card, { mode: 'unit', partitions: [name], base, steps: INFLUENCE_STEPS })
      const images = latents.length / latentSize
      const weight = 1 / (count * image.channels * images)
      for (let start = 0; start < images; start += BATCH) {
        const end = Math.min(images, start + BATCH)
        const moved = await decode(latents.subarray(start * latentSize, end * latentSize), end - start)
        for (let i = 0; i < moved.length; i++) {
          change[pixelOf(i)]! += weight * Math.abs(moved[i]! - unmoved[n * size + (i % size)]!)
        }
      }
    }
    maps.push({ partition: name, change })
  }
  return maps
}

/** The largest change of any pixel; 0 where nothing changes. */
export function largestChange (maps: readonly InfluenceMap[]): number {
  return maps.reduce((max, { change }) => change.reduce((a, b) => Math.max(a, b), max), 0)
}
