import { colourInfluence, largestChange, measureInfluence as measureMaps, unitFromBytes, type ImageShape, type InfluenceMap } from '@partition-vae/models'
import { decodeAll, drawGrid, type DrawnFigure } from './tiles.js'
import type { TraversalSource } from './figure.js'

/** Beyond this many partitions the maps stand below each other. */
const MOST_COLUMNS = 8

/** Where in the image each partition acts, averaged over the given images. `bases`: posterior means, [N, D]. */
export async function measureInfluence ({ inference, card, dataset: { shape } }: TraversalSource, bases: Float32Array): Promise<InfluenceMap[]> {
  const decode = (latents: Float32Array) => decodeAll(inference, latents, card.latentSize, shape)
  return await measureMaps({ ...card, image: shape }, bases, decode, 'interleaved')
}

/** Influence maps on one common scale, from no change (light) to the largest change of any pixel (dark). */
export async function drawInfluence (maps: readonly InfluenceMap[], shape: ImageShape, labels: readonly string[]): Promise<DrawnFigure & { largest: number }> {
  const tiles = unitFromBytes(colourInfluence(maps, 'common'))
  const inRow = maps.length <= MOST_COLUMNS
  const figure = await drawGrid(tiles, { ...shape, channels: 3 }, inRow
    ? { columns: maps.length, columnLabels: labels, gap: 8, textScale: 1, zoom: zoomFor(shape) }
    : { columns: 1, rowLabels: labels, gap: 4, textScale: 1 })
  return { ...figure, largest: largestChange(maps) }
}

/** Maps are few: larger than the tiles of other figures. */
function zoomFor ({ height, width }: ImageShape): number {
  return Math.max(1, Math.min(8, Math.floor(112 / Math.max(height, width))))
}
