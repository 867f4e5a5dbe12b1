import {
  colourInfluence,
  largestChange,
  layOutInfluence,
  measureInfluence as measureMaps,
  unitFromBytes,
  type Card,
  type ImageShape,
  type InfluenceMap,
} from '@partition-vae/models'
import { decodeAll, drawGrid, type DrawnFigure } from './tiles.js'
import type { TraversalSource } from './figure.js'

/**
 * Measures where in the image each partition acts, averaged over the given images. `bases`: posterior means, [N, D].
 */
export async function measureInfluence (
  { inference, card, dataset: { shape } }: TraversalSource,
  bases: Float32Array
): Promise<InfluenceMap[]> {
  const decode = (latents: Float32Array) => decodeAll(inference, latents, card.latentSize, shape)
  return await measureMaps({ ...card, image: shape }, bases, decode, 'interleaved')
}

/** Influence maps on one common scale, from no change (light) to the largest change of any pixel (dark). */
export async function drawInfluence (
  maps: readonly InfluenceMap[],
  shape: ImageShape,
  card: Pick<Card, 'partitions'>
): Promise<DrawnFigure & { largest: number }> {
  const layout = layOutInfluence(card, { labels: true })
  const inRow = layout.columns === maps.length
  const figure = await drawGrid(
    unitFromBytes(colourInfluence(maps, 'common')),
    { ...shape, channels: 3 },
    { ...layout, ...(inRow && { zoom: zoomFor(shape) }) }
  )
  return { ...figure, largest: largestChange(maps) }
}

/** Maps are few: larger than the tiles of other figures. */
function zoomFor ({ height, width }: ImageShape): number {
  return Math.max(1, Math.min(8, Math.floor(112 / Math.max(height, width))))
}
