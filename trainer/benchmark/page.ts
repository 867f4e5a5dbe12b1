import { drawChart, PALETTE } from '../report/draw-chart.js'
import { renderDocument } from '../report/document.js'
import { renderChart, type Chart } from '../report/page.js'
import { axis, faint } from '../report/panels.js'
import { escapeMarkup } from '../report/svg.js'
import { heading, number, renderTable, type Cell } from '../report/table.js'
import type { Benchmark } from './benchmark.js'
import type { Measure } from './measures.js'
import { machineOf, READING, reasonsOf, rowsOf, WORDS } from './rows.js'
import { RUNS } from './results.js'
import { measuredAt } from './summary.js'

/** Renders the page of a benchmark, which loads nothing. It links to the reports of the runs beside it. */
export function renderPage (benchmark: Benchmark): string {
  const { name, preset, data, command, measures, models, machines, results } = benchmark
  const { header, measured, published } = rowsOf(benchmark)
  const cells = (row: readonly string[]): Cell[] => row.map((text, i) => i < WORDS ? text : { number: text })
  const reasons = reasonsOf(models)
  return renderDocument(`${name}: benchmark`, `<header>
<h1>${escapeMarkup(name)} <span class="quiet">benchmark on the images of ${escapeMarkup(preset)}</span></h1>
<p>${READING.map(escapeMarkup).join(' ')}</p>
</header>
<main>
<section>
<h2>All models</h2>
${renderTable({
  title: 'Medians and ranges',
  caption: 'Published numbers below the measured ones.',
  header: header.map((text, i) => i < WORDS ? text : heading(text)),
  rows: [...measured, ...published].map(cells),
})}
<dl class="verdict">
${measures.map(({ name, meaning }) =>
  `<dt>${escapeMarkup(name)}</dt><dd>${escapeMarkup(meaning)}</dd>`).join('\n')}
</dl>
${reasons.length === 0 ? '' : list('Not measured', reasons)}
</section>
<section>
<h2>Seeds</h2>
${measures.filter(({ isHeadline }) => isHeadline).flatMap(measure => chartOf(measure, benchmark)).map(renderChart)
  .join('\n')}
${renderTable({
  title: 'All runs',
  caption: 'Each with its report.',
  header: ['Run', ...measures.map(({ name }) => heading(name)), heading('training, s'), heading('measuring, s')],
  rows: results.map(({ run, metrics, seconds, error }): Cell[] => [
    error === undefined
      ? { markup: `<a href="${RUNS}/${escapeMarkup(run)}/report/index.html">${escapeMarkup(run)}</a>` }
      : `${run}: ${error}`,
    ...measures.map(measure => number(measuredAt(metrics, measure), measure.digits)),
    number(metrics === undefined ? undefined : seconds.training, 0),
    number(seconds.measuring, 0),
  ]),
})}
</section>
<section>
<h2>How it was made</h2>
${machines.map(machine => `<p>${escapeMarkup(machineOf(machine))}</p>`).join('\n')}
<p>Images: <code>${escapeMarkup(JSON.stringify(data))}</code></p>
<pre>${escapeMarkup(command)}</pre>
</section>
</main>`)
}

function list (title: string, lines: readonly string[]): string {
  return `<details><summary>${title}</summary>
<ul>${lines.map(line => `<li>${escapeMarkup(line)}</li>`).join('')}</ul>
</details>`
}

const [BLUE, ORANGE] = PALETTE

/** A row a model with a point a seed, and published numbers; none where no model was measured. */
function chartOf (measure: Measure, { measures, models, published }: Benchmark): Chart[] {
  const { name, meaning } = measure
  const measured = models.filter(({ measures }) => name in measures)
  if (measured.length === 0) return []
  const beside = published.filter(({ values }) => name in values)
  const rows = [...measured.map(({ title }) => title), ...beside.map(({ model }) => `${model}, published`)]
  const points = measured.flatMap(({ measures }, row) =>
    measures[name]!.values.flatMap(value => value === null ? [] : [[value, row]]))
  const others = beside.map(({ values }, i) => [values[name]!, measured.length + i])
  const svg = drawChart(`seeds${measures.indexOf(measure)}`, {
    grid: { left: 24 + 6.4 * Math.max(...rows.map(({ length }) => length)), right: 30, top: 10, bottom: 46 },
    xAxis: {
      ...axis, type: 'value', name, nameLocation: 'middle', nameGap: 26, scale: true, splitLine: { lineStyle: faint },
    },
    yAxis: { ...axis, type: 'category', inverse: true, data: rows, axisTick: { show: false } },
    series: [
      { type: 'scatter', symbolSize: 9, itemStyle: { color: BLUE, opacity: 0.75 }, data: points },
      { type: 'scatter', symbol: 'diamond', symbolSize: 11, itemStyle: { color: ORANGE }, data: others },
    ],
  }, { width: 900, height: 66 + 30 * rows.length })
  return [{ name: `seeds-${measures.indexOf(measure)}`, title: name, caption: `${meaning}. A point a seed.`, svg }]
}
