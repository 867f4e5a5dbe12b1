import { join } from 'node:path'
import { createDirectory, writeFileAtomic } from '../files.js'
import type { EpochRecord } from '../fit/record.js'
import { drawKlByUnit, drawLossCurves } from './charts.js'
import { drawCorrelation } from './correlation-map.js'
import { renderPage, type Chart, type Page } from './page.js'
import { rasterise } from './svg.js'
import { drawTruthCharts } from './truth-charts.js'

export interface Report extends Omit<Page, 'charts'> {
  /** The run's epochs; without any the loss curves are left out. */
  readonly records: readonly EpochRecord[]
}

/**
 * Writes `index.html` (one self-contained page), `metrics.json` and every figure and chart as a PNG into `directory`, which is made if need be.
 * Each file appears whole, the page last.
 * @returns the names of the files, sorted
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeReport (directory: string, report: Report): Promise<string[]> {
  const { records, ...page } = report
  const charts = drawCharts(report)
  const files = new Map<string, string | Uint8Array>([['metrics.json', `${JSON.stringify(page.metrics, null, 2)}\n`]])
  for (const { name, png } of page.figures) files.set(`${name}.png`, png)
  for (const { name, svg } of charts) files.set(`${name}.png`, await rasterise(svg))
  files.set('index.html', renderPage({ ...page, charts }))
  await createDirectory(directory)
  for (const [name, data] of files) await writeFileAtomic(join(directory, name), data)
  return [...files.keys()].sort()
}

function drawCharts ({ records, metrics, partitions }: Report): Chart[] {
  const charts: Chart[] = [
    ...drawTruthCharts(metrics, partitions),
    {
      name: 'kl-by-unit',
      title: 'KL by unit',
      caption: 'What each latent unit says about an image. A unit near 0 says nothing.',
      svg: drawKlByUnit(metrics.klByUnit, partitions),
    },
    {
      name: 'correlation',
      title: 'Correlation between units',
      caption: 'Absolute correlation of the posterior means. What lies outside the blocks on the diagonal is shared between partitions ' +
        `(total correlation ${metrics.totalCorrelation.means.toFixed(3)} nats).`,
      svg: drawCorrelation(metrics.latent.correlation, partitions),
    },
  ]
  if (records.length === 0) return charts
  return [{ name: 'loss-curves', title: 'Training', caption: 'By epoch; losses are averages per image.', svg: drawLossCurves(records, partitions) }, ...charts]
}
