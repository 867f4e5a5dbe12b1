import { resolve } from 'node:path'
import { defaultZoom, pixelCount, unitFromBytes } from '@partition-vae/models'
import { createEpoch } from '../../data/batches.js'
import type { ImageDataset, PairOptions } from '../../data/dataset.js'
import { readImages, sampleIndices } from '../../measure/batches.js'
import { columnsFor, drawGrid } from '../../report/tiles.js'
import { writeFileAtomic } from '../../foundation/files.js'
import { resolveRequest } from '../../config/resolve-request.js'
import type { CliContext } from '../context.js'
import type { PreviewFlags } from '../commands/data.js'
import { drawThings } from '../../footage/picture.js'
import { completeByFootage } from '../../run/analyse-footage.js'
import { withData } from '../../run/open-data.js'
import { pairOptionsOf } from '../../run/open-sources.js'
import { correctionsOf } from '../commands/footage-flags.js'
import { chooseImageSize } from '../../run/image-size.js'
import { displayPath } from '../terminal/display-path.js'
import { describeDataset } from '../terminal/describe-dataset.js'
import { withAdvice } from '../terminal/interruption.js'
import { runLines } from '../terminal/run-lines.js'
import { requestOf } from './request.js'

const ROWS = 6
/** Pixels of a sheet, about. */
const SHEET_WIDTH = 960
const DEFAULT_GAP = 5

export async function previewData (flags: PreviewFlags, context: CliContext): Promise<void> {
  const runContext = { observer: runLines(context), signal: context.signal }
  const request = await withAdvice(context, async () => chooseImageSize(await requestOf(flags), runContext))
  const config = resolveRequest(request)
  await withAdvice(context, () => withData(config.data, runContext, async data => {
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
      : await readPairs(dataset, columns, count, {
        ...config.objective.pairs && pairOptionsOf(config.objective.pairs),
        maxGap: flags.pairs === true ? DEFAULT_GAP : flags.pairs,
      })
    const { png, width, height } = await drawGrid(images, shape, { columns })
    const path = resolve(context.directory, flags.out ?? `${dataset.name.replaceAll('/', '-')}.png`)
    await writeFileAtomic(path, png)
    for (const line of describeDataset(data)) context.stdout.write(`${line}\n`)
    context.stdout.write(
      `sheet    ${displayPath(context.directory, path)}, ${images.length / pixelCount(shape)} images, ` +
        `${width}×${height} pixels\n`
    )
    const { objects, things } = flags
    const corrections = correctionsOf(flags)
    if (things === undefined && objects === undefined && corrections === undefined) return
    const { analysis } = await completeByFootage(data.train, config, { request, objects, corrections }, runContext)
    if (analysis === undefined) return
    const drawing = path.replace(/(\.png)?$/i, '-things.png')
    await writeFileAtomic(drawing, await drawThings(analysis))
    context.stdout.write(`things   ${displayPath(context.directory, drawing)}\n`)
  }))
}

/** Rows of first images, each with the row of their partners below it. → [N, H, W, C] in [0, 1] */
async function readPairs (
  dataset: ImageDataset,
  columns: number,
  count: number,
  pairs: PairOptions
): Promise<Float32Array> {
  const epoch = createEpoch(dataset, { batchSize: 2 * columns, seed: 0, epoch: 0, pairs })
  const rows = Math.max(1, Math.min(Math.floor(count / columns / 2), epoch.steps))
  const size = 2 * columns * pixelCount(dataset.shape)
  const images = new Float32Array(rows * size)
  for (let row = 0; row < rows; row++) {
    unitFromBytes((await epoch.read(row)).images, images.subarray(row * size, (row + 1) * size))
  }
  return images
}
