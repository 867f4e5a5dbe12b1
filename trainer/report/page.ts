import type { Partition } from '@partition-vae/models'
import type { PartitionKinds } from '../config/partition-kinds.js'
import type { Restarts } from '../fit/attempts.js'
import { renderDocument } from './document.js'
import type { Figure } from './figure.js'
import type { Metrics } from '../measure/metrics-schema.js'
import { escapeMarkup } from './svg.js'
import { segmentationTable } from './segmentation-table.js'
import { attemptTable, disentanglementTable, notMeasuredTable, objectTable, partitionTable } from './tables.js'
import { thingsTable } from './things-table.js'
import { judge, type Verdict } from './verdict.js'
import { deadPartitionsOf } from './verdict/still-background.js'

/** A drawing that is put into the page as it is, and beside it as a PNG. */
export interface Chart {
  /** File name without the extension. */
  readonly name: string
  readonly title: string
  readonly caption: string
  readonly svg: string
}

export interface Page {
  readonly title: string
  /** Version of the model in its repository; absent while it is not published. */
  readonly version?: number | undefined
  readonly description: string
  /** Which images were measured, e.g. "test". */
  readonly split: string
  readonly partitions: readonly Partition[]
  readonly kinds: PartitionKinds
  readonly metrics: Metrics
  readonly figures: readonly Figure[]
  readonly charts: readonly Chart[]
  /** Shown as JSON. */
  readonly config: unknown
  /** Facts of the run by name: engine, epochs, durations, package versions. */
  readonly facts: Readonly<Record<string, string>>
  /** The attempts of a run that had several. */
  readonly restarts?: Restarts | undefined
  /** The command that makes this model again. */
  readonly command: string
}

/**
 * The whole report as one HTML document that loads nothing: styles, figures and charts are inside. Every text is
 * escaped.
 */
export function renderPage (page: Page): string {
  const { title, version, description, split, metrics, figures, charts, facts, config, command, restarts } = page
  const text = escapeMarkup
  return renderDocument(`${title}: report`, `<header>
<h1>${text(title)}${version === undefined ? '' : ` <span class="quiet">version ${version}</span>`}</h1>
${description === '' ? '' : `<p>${text(description)}</p>\n`}${headline(page)}
${renderVerdict(judge(metrics, page.partitions, page.kinds))}
</header>
<main>
<section>
<h2>What it sees and what it draws</h2>
${figures.map(renderFigure).join('\n')}
</section>
<section>
<h2>Measures</h2>
<p class="quiet">On ${metrics.images.toLocaleString('en')} images of the ${text(split)} split. \
Averages are per image; information is in nats.</p>
${partitionTable(page.partitions, metrics, page.kinds)}
${thingsTable(page.partitions, metrics)}
${segmentationTable(metrics)}
${objectTable(metrics)}
${disentanglementTable(metrics)}
${notMeasuredTable(metrics)}
${charts.map(renderChart).join('\n')}
</section>
<section>
<h2>Making it again</h2>
<pre>${text(command)}</pre>
${attemptTable(restarts)}
<h3>Run</h3>
<div class="wide"><table><tbody>
${Object.entries({ model: title, version: version === undefined ? 'not published' : String(version), ...facts })
  .map(([name, value]) => `<tr><th>${text(name)}</th><td>${text(value)}</td></tr>`)
  .join('\n')}
</tbody></table></div>
<details><summary>Configuration</summary>
<pre>${text(JSON.stringify(config, null, 2) ?? '')}</pre>
</details>
</section>
</main>`)
}

function headline ({ metrics, kinds }: Page): string {
  const { mse, reconstruction, kl, activeUnits, klByUnit, totalCorrelation } = metrics
  const numbers: ReadonlyArray<readonly [string, string]> = [
    ['Squared error of a pixel', String(Number(mse.toPrecision(3)))],
    ['Reconstruction, nats', reconstruction.toFixed(2)],
    ['KL, nats', kl.toFixed(2)],
    ['Active units', activeUnits === null ? '–' : `${activeUnits} of ${klByUnit.length}`],
    ['Dead partitions', String(deadPartitionsOf(metrics, kinds).length)],
    ['Total correlation, nats', totalCorrelation === null ? '–' : totalCorrelation.means.toFixed(3)],
  ]
  const rows = numbers.map(([name, value]) => `<div><dt>${name}</dt><dd>${value}</dd></div>`)
  return `<dl class="numbers">\n${rows.join('\n')}\n</dl>`
}

function renderVerdict ({ good, worrying, next }: Verdict): string {
  const list = (title: string, sentences: readonly string[]) => sentences.length === 0
    ? ''
    : `<dt>${title}</dt><dd><ul>${sentences.map(sentence => `<li>${escapeMarkup(sentence)}</li>`).join('')}</ul></dd>\n`
  return `<dl class="verdict">\n${list('Good', good)}${list('Worrying', worrying)}${list('To try next', next)}</dl>`
}

function renderFigure ({ title, caption, png, width, height }: Figure): string {
  return `<figure><h3>${escapeMarkup(title)}</h3><figcaption>${escapeMarkup(caption)}</figcaption>
<img width="${width}" height="${height}" alt="${escapeMarkup(title)}" \
src="data:image/png;base64,${Buffer.from(png).toString('base64')}"></figure>`
}

/** One chart with its heading. */
export function renderChart ({ title, caption, svg }: Chart): string {
  return `<figure><h3>${escapeMarkup(title)}</h3><figcaption>${escapeMarkup(caption)}</figcaption>\n${svg}\n</figure>`
}
