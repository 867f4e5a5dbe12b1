import { pixelCount, planTraversal, type ImageShape } from '@partition-vae/models'
import { rampColour } from './colour-ramp.js'
import { decodeAll, drawGrid, type DrawnFigure } from './tiles.js'
import type { FigureSource } from './figures.js'

/** Beyond this many partitions the maps stand below each other. */
const MOST_COLUMNS = 8

/** Of each unit's traversal: the ends, the base and halfway between. */
const STEPS = 5

export interface InfluenceMap {
  readonly partition: string
  /** [H, W]: mean absolute change in [0, 1]. */
  readonly change: Float32Array
}

/**
 * Where in the image each partition acts: the mean absolute change of each pixel while one unit of the partition after the other is moved from −2.5 to 2.5
 * standard deviations, averaged over units, steps, channels and the given images. `bases`: posterior means, [N, D].
 */
export async function measureInfluence ({ inference, card, dataset }: FigureSource, bases: Float32Array): Promise<InfluenceMap[]> {
  const { shape } = dataset
  const area = shape.height * shape.width
  const size = pixelCount(shape)
  const count = bases.length / card.latentSize
  const unmoved = await decodeAll(inference, bases, card.latentSize, shape)
  const maps: InfluenceMap[] = []
  for (const { name } of card.partitions) {
    const change = new Float32Array(area)
    for (let n = 0; n < count; n++) {
      const base = bases.slice(n * card.latentSize, (n + 1) * card.latentSize)
      const { latents } = planTraversal(card, { mode: 'unit', partitions: [name], base, steps: STEPS })
      const moved = await decodeAll(inference, latents, card.latentSize, shape)
      const weight = 1 / (count * shape.channels * (moved.length / size))
      for (let i = 0; i < moved.length; i++) {
        change[Math.floor(i % size / shape.channels)]! += weight * Math.abs(moved[i]! - unmoved[n * size + i % size]!)
      }
    }
    maps.push({ partition: name, change })
  }
  return maps
}

/** Influence maps on one common scale, from no change (light) to the largest change of any pixel (dark). */
export async function drawInfluence (maps: readonly InfluenceMap[], shape: ImageShape, labels: readonly string[]): Promise<DrawnFigure & { largest: number }> {
  const largest = maps.reduce((max, { change }) => change.reduce((a, b) => Math.max(a, b), max), 0)
  const colours = maps.flatMap(({ change }) => [...change].flatMap(value => rampColour(largest > 0 ? value / largest : 0)))
  const tiles = Float32Array.from(colours, byte => byte / 255)
  const inRow = maps.length <= MOST_COLUMNS
  const figure = await drawGrid(tiles, { ...shape, channels: 3 }, inRow
    ? { columns: maps.length, columnLabels: labels, gap: 8, textScale: 1, zoom: zoomFor(shape) }
    : { columns: 1, rowLabels: labels, gap: 4, textScale: 1 })
  return { ...figure, largest }
}

/** Maps are few: larger than the tiles of other figures. */
function zoomFor ({ height, width }: ImageShape): number {
  return Math.max(1, Math.min(8, Math.floor(112 / Math.max(height, width))))
}
