import {
  copyPartition,
  layOutTraversal,
  pixelCount,
  planTraversal,
  type Traversal,
  type TraversalMode,
} from '@partition-vae/models'
import { TrainerError } from '../foundation/errors.js'
import { sampleIndices, type EvaluationProgress } from '../measure/batches.js'
import { encodeImages, labelsOf, type Figure, type FigureSource, type TraversalSource } from './figure.js'
import { drawInfluence, measureInfluence } from './influence-figure.js'
import { drawLayers } from './layer-figure.js'
import { measureOrLeaveOut, type NotMeasured } from '../measure/not-measured.js'
import { columnsFor, decodeAll, drawGrid } from './tiles.js'
import { drawUnexplained } from './unexplained-figure.js'

/** Rows alternate: inputs, and the decoded posterior mean of each below it. */
export async function drawReconstructions (source: FigureSource): Promise<Figure> {
  const { inference, dataset: { shape, count }, card } = source
  const columns = Math.min(count, columnsFor(shape))
  const indices = sampleIndices(count, Math.min(3 * columns, count - count % columns))
  const { images, mean } = await encodeImages(source, indices)
  const decoded = await decodeAll(inference, mean, card.latentSize, shape)
  const row = columns * pixelCount(shape)
  const pairs = indices.length / columns
  const tiles = new Float32Array(2 * images.length)
  for (let i = 0; i < pairs; i++) {
    tiles.set(images.subarray(i * row, (i + 1) * row), 2 * i * row)
    tiles.set(decoded.subarray(i * row, (i + 1) * row), (2 * i + 1) * row)
  }
  return {
    name: 'reconstructions',
    title: 'Reconstructions',
    caption: 'Inputs, and below each its reconstruction: the decoded posterior mean, at full resolution.',
    ...(await drawGrid(tiles, shape, {
      columns,
      rowLabels: Array.from({ length: 2 * pairs }, (_, i) => (i % 2 === 0 ? 'input' : 'output')),
    })),
  }
}

const traversals: Readonly<Record<TraversalMode, { title: string; caption: string; steps: number }>> = {
  unit: {
    title: 'Unit traversals',
    caption:
      'A row for each latent unit: it alone moves, from −2.5 to 2.5 standard deviations around one image (the ' +
      'middle column), all others stay. ' +
      'Of more than 24 units, those that vary most.',
    steps: 11,
  },
  scale: {
    title: 'Scale traversals',
    caption:
      'A row for each partition, as in the paper: all its units are multiplied by the factor above the column; at 1 ' +
        'the image is unchanged.',
    steps: 9,
  },
  joint: {
    title: 'Joint traversals',
    caption:
      'A row for each partition: it moves along its first principal direction, from −2.5 to 2.5 standard deviations ' +
        'around one image.',
    steps: 11,
  },
}

/** More rows than this are not read, and make a large file. */
const MOST_ROWS = 24

/**
 * Selects, of a traversal with too many units, the rows of those whose posterior means vary most, in their own order.
 */
function mostActiveRows (
  traversal: Traversal,
  { latentSize, partitions, latentStatistics }: TraversalSource['card']
): Traversal {
  const { rows, steps, values, latents } = traversal
  if (rows.length <= MOST_ROWS) return traversal
  const activity = rows.map(
    ({ partition, unit = 0 }) =>
      latentStatistics.standardDeviation[partitions.find(({ name }) => name === partition)!.offset + unit]!
  )
  const kept = rows
    .map((_, row) => row)
    .sort((a, b) => activity[b]! - activity[a]!)
    .slice(0, MOST_ROWS)
    .sort((a, b) => a - b)
  const size = steps * latentSize
  const keptLatents = new Float32Array(kept.length * size)
  kept.forEach((row, i) => keptLatents.set(latents.subarray(row * size, (row + 1) * size), i * size))
  return { rows: kept.map(row => rows[row]!), steps, values, latents: keptLatents }
}

/** A traversal around one image's posterior mean. @param index of the image in the data set; default: the first */
export async function drawTraversal (source: TraversalSource, mode: TraversalMode, index = 0): Promise<Figure> {
  const { inference, dataset: { shape }, card } = source
  const { title, caption, steps } = traversals[mode]
  const { mean } = await encodeImages(source, Uint32Array.of(index))
  const traversal = mostActiveRows(planTraversal(card, { mode, steps, base: mean }), card)
  return {
    name: `traversal-${mode}`,
    title,
    caption,
    ...(await drawGrid(
      await decodeAll(inference, traversal.latents, card.latentSize, shape),
      shape,
      layOutTraversal(traversal, { labels: true })
    )),
  }
}

/**
 * Row 1: inputs. Then one row a partition: the leftmost image with that partition taken from the image of the column.
 */
export async function drawSwapSheet (source: FigureSource): Promise<Figure> {
  const { inference, dataset: { shape, count }, card } = source
  const indices = sampleIndices(count, Math.min(count, 10, columnsFor(shape)))
  const columns = indices.length
  const { images, mean } = await encodeImages(source, indices)
  const latents = new Float32Array(card.partitions.length * mean.length)
  for (const [p, partition] of card.partitions.entries()) {
    for (let column = 0; column < columns; column++) {
      const to = (p * columns + column) * card.latentSize
      latents.set(mean.subarray(0, card.latentSize), to)
      copyPartition(partition, mean, column * card.latentSize, latents, to)
    }
  }
  const swapped = await decodeAll(inference, latents, card.latentSize, shape)
  const tiles = new Float32Array(images.length + swapped.length)
  tiles.set(images)
  tiles.set(swapped, images.length)
  return {
    name: 'partition-swap',
    title: 'Partition swaps',
    caption:
      'Top row: inputs. Below, row by row, one partition of the leftmost image is replaced by that of the image ' +
      'above; what changes along a row is what the partition holds.',
    ...(await drawGrid(tiles, shape, { columns, rowLabels: ['input', ...labelsOf(card)] })),
  }
}

/** Draws where in the image each partition acts, on a common scale. */
async function drawInfluenceMaps (source: TraversalSource): Promise<Figure> {
  const { mean } = await encodeImages(source, sampleIndices(source.dataset.count, 8))
  const maps = await measureInfluence(source, mean)
  const { largest, ...figure } = await drawInfluence(maps, source.dataset.shape, source.card)
  return {
    name: 'influence',
    title: 'Influence maps',
    caption:
      'Where each partition acts: mean absolute change of each pixel while its units are traversed one by one, ' +
      'averaged over ' +
      `${mean.length / source.card.latentSize} images. Lightest: none; darkest: ${largest.toFixed(3)} of the full ` +
      'range, on one scale for all partitions.',
    ...figure,
  }
}

export interface DrawOptions {
  readonly progress?: EvaluationProgress | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * All figures of a model, in the order of the report. One that can't be drawn is left out, with the reason.
 * @throws TrainerError PVAE_DATA_EMPTY without an image; the signal's reason once it is aborted
 */
export async function drawFigures (
  source: TraversalSource,
  { progress, signal }: DrawOptions = {}
): Promise<{ figures: Figure[]; notDrawn: NotMeasured }> {
  if (source.dataset.count === 0) {
    throw new TrainerError('PVAE_DATA_EMPTY', 'expected at least 1 image to draw figures of but found none')
  }
  const drawings: Array<readonly [string, () => Promise<Figure | undefined>]> = [
    ['reconstructions', () => drawReconstructions(source)],
    ['layers', () => drawLayers(source)],
    ['unexplained', () => drawUnexplained(source)],
    ['partition-swap', () => drawSwapSheet(source)],
    ...(['unit', 'scale', 'joint'] as const).map(
      mode => [`traversal-${mode}`, () => drawTraversal(source, mode)] as const
    ),
    ['influence', () => drawInfluenceMaps(source)],
  ]
  const notDrawn: NotMeasured = {}
  const figures: Figure[] = []
  for (const [i, [name, draw]] of drawings.entries()) {
    progress?.('what figures show', i, drawings.length, 'figures')
    signal?.throwIfAborted()
    const drawn = await measureOrLeaveOut(`figures.${name}`, notDrawn, async () => ({ figure: await draw() }), signal)
    if (drawn?.figure !== undefined) figures.push(drawn.figure)
  }
  return { figures, notDrawn }
}
