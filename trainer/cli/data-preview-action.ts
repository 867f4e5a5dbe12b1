import { resolve } from 'node:path'
import { defaultZoom, pixelCount, unitFromBytes } from '@partition-vae/models'
import { createEpoch } from '../data/batches.js'
import type { DataSplits, Factors, ImageDataset } from '../data/dataset.js'
import { readImages, sampleIndices } from '../evaluate/batches.js'
import { columnsFor, drawGrid } from '../evaluate/tiles.js'
import { writeFileAtomic } from '../files.js'
import { resolveConfig } from './config-flags.js'
import type { CliContext } from './context.js'
import type { PreviewFlags } from './data-command.js'
import { withData } from './data.js'
import { displayPath } from './places.js'

const ROWS = 6
/** Pixels of a sheet, about. */
const SHEET_WIDTH = 960
const DEFAULT_GAP = 5

export async function previewData (flags: PreviewFlags, context: CliContext): Promise<void> {
  const config = await resolveConfig(flags)
  await withData(config.data, context, async data => {
    const dataset = data[flags.show]
    const { shape } = dataset
    const fitting = Math.min(columnsFor(shape), Math.max(4, Math.floor(SHEET_WIDTH / (shape.width * defaultZoom(shape) + 2))))
    const { count = ROWS * fitting } = flags
    const columns = Math.max(1, Math.min(fitting, flags.pairs === undefined ? count : Math.floor(count / 2)))
    const images = flags.pairs === undefined
      ? await readImages(dataset, sampleIndices(dataset.count, count))
      : await readPairs(dataset, columns, count, flags.pairs === true ? DEFAULT_GAP : flags.pairs)
    const { png, width, height } = await drawGrid(images, shape, { columns })
    const path = resolve(context.directory, flags.out ?? `${dataset.name.replaceAll('/', '-')}.png`)
    await writeFileAtomic(path, png)
    for (const line of describeData(data)) context.stdout.write(`${line}\n`)
    context.stdout.write(`sheet    ${displayPath(context.directory, path)}, ${images.length / pixelCount(shape)} images, ${width}×${height} pixels\n`)
  })
}

/** Rows of first images, each with the row of their partners below it. → [N, H, W, C] in [0, 1] */
async function readPairs (dataset: ImageDataset, columns: number, count: number, maxGap: number): Promise<Float32Array> {
  const epoch = createEpoch(dataset, { batchSize: 2 * columns, seed: 0, epoch: 0, pairs: { maxGap } })
  const rows = Math.max(1, Math.min(Math.floor(count / columns / 2), epoch.steps))
  const size = 2 * columns * pixelCount(dataset.shape)
  const images = new Float32Array(rows * size)
  for (let row = 0; row < rows; row++) unitFromBytes((await epoch.read(row)).images, images.subarray(row * size, (row + 1) * size))
  return images
}

/** Lines for people: the splits, and what is known of the images beyond their pixels. */
export function describeData ({ train, test }: DataSplits): string[] {
  const splits = [train, test].map(({ name, count, shape: { height, width, channels } }, i) =>
    `${i === 0 ? 'train' : 'test '}    ${name}: ${count} images of ${height}×${width}×${channels}`)
  const labels = train.labels === undefined ? [] : [`labels   ${train.labelNames?.join(', ') ?? `${new Set(train.labels).size} classes`}`]
  const objects = train.scene === undefined ? [] : [`objects  ${train.scene.objects.map(({ name }) => name).join(', ')}`]
  return [...splits, ...labels, ...train.factors === undefined ? [] : describeFactors(train.factors), ...objects]
}

/** A line for each group, with the range of each factor. */
function describeFactors ({ names, groups, values }: Factors): string[] {
  const low = new Float32Array(names.length).fill(Infinity)
  const high = new Float32Array(names.length).fill(-Infinity)
  values.forEach((value, i) => {
    const factor = i % names.length
    low[factor] = Math.min(low[factor]!, value)
    high[factor] = Math.max(high[factor]!, value)
  })
  /** To a hundredth of the factor's range; a single image has none. */
  const show = (value: number, factor: number): string => {
    const decimals = 2 - Math.floor(Math.log10(high[factor]! - low[factor]! || 1))
    return String(Number(value.toFixed(Math.min(20, Math.max(0, decimals)))))
  }
  return Object.entries(groups).map(([group, members]) => {
    const parts = members.map(name => {
      const factor = names.indexOf(name)
      return `${name.slice(name.indexOf('/') + 1)} ${show(low[factor]!, factor)} to ${show(high[factor]!, factor)}`
    })
    return `factors  ${group}: ${parts.join(', ')}`
  })
}
