/** Figures of one sheet each, made of rows of tiles. */
import { copyPartition, labelOf, pixelCount, planTraversal, type ImageShape } from '@partition-vae/models'
import type { InferenceGraphs } from '../../../trainer/engine/engine.js'
import { sampleIndices } from '../../../trainer/measure/batches.js'
import { encodeImages, type TraversalSource } from '../../../trainer/report/figure.js'
import { decodeAll, drawGrid } from '../../../trainer/report/tiles.js'

interface Row {
  readonly label: string
  /** [columns, H, W, C] in [0, 1] */
  readonly tiles: Float32Array
}

async function drawRows (rows: readonly Row[], shape: ImageShape, columns: number): Promise<Uint8Array> {
  const tiles = new Float32Array(rows.length * columns * pixelCount(shape))
  rows.forEach(({ tiles: row }, i) => tiles.set(row, i * columns * pixelCount(shape)))
  return (await drawGrid(tiles, shape, { columns, rowLabels: rows.map(({ label }) => label) })).png
}

interface Labelled { readonly label: string, readonly inference: InferenceGraphs }

/** Draws the same test images as several models reconstruct them. */
export async function drawSideBySide (
  source: TraversalSource, models: readonly Labelled[], columns: number
): Promise<Uint8Array> {
  const { dataset, card: { latentSize } } = source
  const indices = sampleIndices(dataset.count, columns)
  const { images } = await encodeImages(source, indices)
  const rows: Row[] = [{ label: 'input', tiles: images }]
  for (const { label, inference } of models) {
    const { mean } = await encodeImages({ ...source, inference }, indices)
    rows.push({ label, tiles: await decodeAll(inference, mean, latentSize, dataset.shape) })
  }
  return await drawRows(rows, dataset.shape, columns)
}

/**
 * The first test images and their reconstructions; then, a row a partition, the leftmost image with that partition
 * taken from the image above; then, a row a unit, the leftmost image while units of the given partitions move from
 * −2.5 to 2.5 standard deviations.
 */
export async function drawSwapsAndTraversals (
  source: TraversalSource, moved: readonly string[], columns: number
): Promise<Uint8Array> {
  const { inference, dataset, card } = source
  const { latentSize, partitions } = card
  const decode = (latents: Float32Array) => decodeAll(inference, latents, latentSize, dataset.shape)
  const { images, mean } = await encodeImages(source, Uint32Array.from({ length: columns }, (_, i) => i))
  const rows: Row[] = [{ label: 'input', tiles: images }, { label: 'output', tiles: await decode(mean) }]
  for (const [p, partition] of partitions.entries()) {
    const latents = new Float32Array(mean.length)
    for (let column = 0; column < columns; column++) {
      latents.set(mean.subarray(0, latentSize), column * latentSize)
      copyPartition(partition, mean, column * latentSize, latents, column * latentSize)
    }
    rows.push({ label: labelOf(card.partitions[p]!), tiles: await decode(latents) })
  }
  const base = mean.slice(0, latentSize)
  const traversal = planTraversal(card, { mode: 'unit', steps: columns, partitions: moved, base })
  const rowSize = columns * latentSize
  for (const [i, { label }] of traversal.rows.entries()) {
    rows.push({ label, tiles: await decode(traversal.latents.subarray(i * rowSize, (i + 1) * rowSize)) })
  }
  return await drawRows(rows, dataset.shape, columns)
}
