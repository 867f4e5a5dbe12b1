import { resolve } from 'node:path'
import { defaultZoom, pixelCount, unitFromBytes } from '@partition-vae/models'
import { createEpoch } from '../data/batches.js'
import type { DataSplits, Factors, ImageDataset } from '../data/dataset.js'
import { readImages, sampleIndices } from '../measure/batches.js'
import { columnsFor, drawGrid } from '../report/tiles.js'
import { writeFileAtomic } from '../foundation/files.js'
import { resolveRequest } from '../config/resolve-request.js'
import type { CliContext } from './context.js'
import type { PreviewFlags } from './data-command.js'
import { withData } from './data.js'
import { chooseImageSize } from './image-size.js'
import { displayPath } from './places.js'
import { requestOf } from './request.js'

const ROWS = 6
/** Pixels of a sheet, about. */
const SHEET_WIDTH = 960
const DEFAULT_GAP = 5

export async function previewData (flags: PreviewFlags, context: CliContext): Promise<void> {
  const config = resolveRequest(await chooseImageSize(await requestOf(flags), context))
  await withData(config.data, context, async data => {
    const dataset = data[flags.show]
    const { shape } = dataset
    const fitting = Math.min(
      columnsFor(shape),
      Math.max(4, Math.floor(SHEET_WIDTH / (shape.width * defaultZoom(shape) + 2)))
    )
    const { count = ROWS * fitting } = flags
    const columns = Math.max(1, Math.min(fitting, flags.pairs === undefined ? count : Math.floor(count / 2)))
    const images = flags.pairs === undefined
      ? await readImages(dataset, sampleIndices(dataset.count, count))
      : await readPairs(dataset, columns, count, flags.pairs === true ? DEFAULT_GAP : flags.pairs)
    const { png, width, height } = await drawGrid(images, shape, { columns })
    const path = resolve(context.directory, flags.out ?? `${dataset.name.replaceAll('/', '-')}.png`)
    await writeFileAtomic(path, png)
    for (const line of describeData(data)) context.stdout.write(`${line}\n`)
    context.stdout.write(
      `sheet    ${displayPath(context.directory, path)}, ${images.length / pixelCount(shape)} images, ` +
        `${width}×${height} pixels\n`
    )
  })
}

/** Rows of first images, each with the row of their partners below it. → [N, H, W, C] in [0, 1] */
async function readPairs (
  dataset: ImageDataset,
  columns: number,
  count: number,
  maxGap: number
): Promise<Float32Array> {
  const epoch = createEpoch(dataset, { batchSize: 2 * columns, seed: 0, epoch: 0, pairs: { maxGap } })
  const rows = Math.max(1, Math.min(Math.floor(count / columns / 2), epoch.steps))
  const size = 2 * columns * pixelCount(dataset.shape)
  const images = new Float32Array(rows * size)
  for (let row = 0; row < rows; row++) {
    unitFromBytes((await epoch.read(row)).images, images.subarray(row * size, (row + 1) * size))
  }
  return images
}

/** Lines for people: the splits, and what is known of the images beyond their pixels. */
function describeData ({ train, test }: DataSplits): string[] {
  const splits = [train, test].map(({ name, count, shape: { height, width, channels } }, i) =>
    `${i === 0 ? 'train' : 'test '}    ${name}: ${count} images of ${height}×${width}×${channels}`)
  const labels =
    train.labels === undefined
      ? []
      : [`labels   ${train.labelNames?.join(', ') ?? `${new Set(train.labels).size} classes`}`]
  const objects =
    train.scene === undefined ? [] : [`objects  ${train.scene.objects.map(({ name }) => name).join(', ')}`]
  return [
    ...splits,
    ...labels,
    ...(train.factors === undefined ? [] : describeFactors(train.factors, test.factors!)),
    ...objects,
  ]
}

/**
 * A line for each group, with the range of each factor over both splits, and its different values where these are fewer
 * than the images.
 */
function describeFactors ({ names, groups, values: ofTrain }: Factors, { values: ofTest }: Factors): string[] {
  const described = new Map(names.map((name, factor) => {
    const distinct = new Set<number>()
    let [low, high] = [Infinity, -Infinity]
    for (const values of [ofTrain, ofTest]) {
      for (let i = factor; i < values.length; i += names.length) {
        low = Math.min(low, values[i]!)
        high = Math.max(high, values[i]!)
        distinct.add(values[i]!)
      }
    }
    const different = `${distinct.size} different ${distinct.size === 1 ? 'value' : 'values'}`
    return [
      name,
      `${name.slice(name.indexOf('/') + 1)} ${shown(low, high - low)} to ${shown(high, high - low)} (${different})`,
    ]
  }))
  return Object.entries(groups).map(
    ([group, members]) => `factors  ${group}: ${members.map(name => described.get(name)).join(', ')}`
  )
}

/** Whole numbers as they are, others to a hundredth of the factor's range; a single image has none. */
function shown (value: number, range: number): string {
  if (Number.isInteger(value) || !(range > 0)) return String(value)
  const digits = Math.ceil(Math.log10(Math.abs(value) / range)) + 3
  return String(Number(value.toPrecision(Math.min(17, Math.max(1, digits)))))
}
