import { join } from 'node:path'
import { createDirectory, writeFileAtomic } from '../foundation/files.js'
import type { EpochRecord } from '../fit/record.js'
import { drawKlByUnit, drawLossCurves } from './training-charts.js'
import { drawCorrelation } from './correlation-map.js'
import { renderPage, type Chart, type Page } from './page.js'
import { rasterise } from './svg.js'
import { drawTruthCharts } from './truth-charts.js'

export interface Report extends Omit<Page, 'charts' | 'version'> {
  /** The run's epochs; without any the loss curves are left out. */
  readonly records: readonly EpochRecord[]
  /** Charts that were drawn before, shown first. */
  readonly carried?: readonly Chart[] | undefined
}

/**
 * A report's files by name: `index.html` (one self-contained page), `metrics.json` and every figure and chart as a PNG.
 */
export type DrawnReport = (version?: number) => ReadonlyMap<string, string | Uint8Array>

/** Draws a report. What is returned writes the page of a version, or of a model that is not published. */
export async function drawReport ({ records, carried = [], ...page }: Report): Promise<DrawnReport> {
  const charts = [...carried, ...drawCharts(page, records)]
  const pictures = new Map(page.figures.map(({ name, png }) => [`${name}.png`, png]))
  for (const { name, svg } of charts) pictures.set(`${name}.png`, await rasterise(svg))
  return version => new Map<string, string | Uint8Array>([
    ['metrics.json', `${JSON.stringify(page.metrics, null, 2)}\n`],
    ...pictures,
    ['index.html', renderPage({ ...page, charts, version })],
  ])
}

/**
 * Writes a report's files into `directory`, which is made if need be. Each file appears whole, the page last.
 * @returns the names of the files, sorted
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeReport (directory: string, files: ReturnType<DrawnReport>): Promise<string[]> {
  await createDirectory(directory)
  for (const [name, data] of files) await writeFileAtomic(join(directory, name), data)
  return [...files.keys()].sort()
}

function drawCharts (
  { metrics, partitions, config }: Pick<Page, 'metrics' | 'partitions' | 'config'>,
  records: readonly EpochRecord[]
): Chart[] {
  const card = { partitions, training: { config } }
  const charts: Chart[] = [
    ...drawTruthCharts(metrics, partitions),
    {
      name: 'kl-by-unit',
      title: 'KL by unit',
      caption: 'What each latent unit says about an image. A unit near 0 says nothing.',
      svg: drawKlByUnit(metrics.klByUnit, card),
    },
    {
      name: 'correlation',
      title: 'Correlation between units',
      caption:
        'Absolute correlation of the posterior means. What lies outside the blocks on the diagonal is shared ' +
        'between partitions. ' +
        (metrics.totalCorrelation === null
          ? 'Too few images for a total correlation.'
          : `(Total correlation ${metrics.totalCorrelation.means.toFixed(3)} nats).`),
      svg: drawCorrelation(metrics.latent.correlation, card),
    },
  ]
  if (records.length === 0) return charts
  return [
    {
      name: 'loss-curves',
      title: 'Training',
      caption: 'By epoch; losses are averages per image.',
      svg: drawLossCurves(records, partitions),
    },
    ...charts,
  ]
}
