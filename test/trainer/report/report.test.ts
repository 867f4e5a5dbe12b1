import t from 'tap'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Value } from '../../../models/foundation/typebox.js'
import { layOutPartitions } from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import { evaluateModel, measureLatentStatistics, MetricsSchema } from '../../../trainer/measure/index.js'
import { drawFigures, drawReport, writeReport, type Report } from '../../../trainer/report/index.js'
import { createRandom } from '../../../trainer/random/index.js'
import { createLinearInference } from '../measure/linear-model.js'

const shape = { height: 4, width: 4, channels: 1 }
const row = (at: number) => Array.from({ length: 16 }, (_, i) => i === at ? 1 : 0)
const inference = createLinearInference({
  shape,
  encoder: [row(0), row(5), row(9)],
  logVariance: [-2, -2, -2],
  decoder: Array.from({ length: 16 }, (_, i) => [i === 0 ? 1 : 0, i === 5 ? 1 : 0, 0]),
  centre: new Array<number>(16).fill(0.5),
})
const random = createRandom(9, 'report')
const dataset = createMemoryDataset({
  name: 'noise',
  shape,
  images: Uint8Array.from({ length: 20 * 16 }, () => random.integer(256)),
})
const partitions = [
  { ...layOutPartitions([{ name: 'pair', size: 2 }])[0]!, label: '"pair" <i>' },
  { name: 'deaf', size: 1, offset: 2 },
]
const hostile = '</pre><script>alert("1")</script><img src=x onerror=1>'

async function createReport (): Promise<Report> {
  const latentStatistics = await measureLatentStatistics({ inference, dataset, partitions })
  return {
    title: `noise ${hostile}`,
    description: hostile,
    split: hostile,
    partitions,
    kinds: new Map(),
    metrics: await evaluateModel({ inference, dataset, partitions, likelihood: { kind: 'gaussian', variance: 0.1 } }),
    figures: (await drawFigures({ inference, dataset, card: { latentSize: 3, partitions, latentStatistics } })).figures,
    records: [{
      epoch: 1,
      step: 10,
      train: { loss: 3, reconstruction: 2, kl: 1, klByPartition: { pair: 0.9, deaf: 0.1 }, mse: 0.1 },
      beta: 1,
      learningRate: 0.001,
      imagesPerSecond: 100,
    }],
    config: { seed: 7, note: hostile },
    facts: { 'Node.js': 'v20 & later', [hostile]: hostile },
    command: `npm run train -- --preset noise --set 'note=${hostile}'`,
  }
}

t.test('a report is one page that needs nothing, its figures beside it', async t => {
  const directory = join(t.testdir(), 'runs', 'noise', 'report')
  const report = await createReport()
  const files = await writeReport(directory, (await drawReport(report))(7))
  t.same(files, [
    'correlation.png',
    'index.html',
    'influence.png',
    'kl-by-unit.png',
    'loss-curves.png',
    'metrics.json',
    'partition-swap.png',
    'reconstructions.png',
    'traversal-joint.png',
    'traversal-scale.png',
    'traversal-unit.png',
  ])
  t.same((await readdir(directory)).sort(), files, 'and no temporary file')
  const metrics: unknown = JSON.parse(await readFile(join(directory, 'metrics.json'), 'utf8'))
  t.ok(Value.Check(MetricsSchema, metrics))
  t.same(metrics, report.metrics)

  const html = await readFile(join(directory, 'index.html'), 'utf8')
  const outside = [...html.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/g)]
    .map(match => match[1]!)
    .filter(url => !url.startsWith('data:') && !url.startsWith('#'))
  t.same(outside.filter(url => !url.startsWith('x')), [], 'no request leaves the page')
  t.notMatch(html, /<script|<img src=x|<i>|<link|@import/, 'every text is escaped')
  t.equal(html.match(/<img /g)!.length, 6)
  t.equal(html.match(/<svg /g)!.length, 3)
  t.match(html, `data:image/png;base64,${(await readFile(join(directory, 'influence.png'))).toString('base64')}`)
  t.match(html, '--preset noise')
  t.match(html, /dead: swapping it changes less than 0\.05% of the variance/)
  t.match(html, '<tr><th>version</th><td>7</td></tr>')
  t.match(html, /<dl class="verdict">[^]*<li>only 20 images were measured/, 'the verdict stands on top')
  t.match(html, 'prefers-color-scheme: dark')
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(match => match[1])
  t.equal(new Set(ids).size, ids.length, 'charts share a page without sharing ids')
  for (const tag of ['section', 'figure', 'table', 'tr', 'td', 'pre', 'details', 'svg', 'g', 'main', 'header', 'dl']) {
    t.equal(
      html.match(new RegExp(`<${tag}[ >]`, 'g'))?.length,
      html.match(new RegExp(`</${tag}>`, 'g'))?.length,
      `<${tag}> is closed`
    )
  }
})

t.test('without a log there are no loss curves, without a description no empty paragraph', async t => {
  const directory = t.testdir()
  const files = await writeReport(
    directory,
    (await drawReport({ ...(await createReport()), records: [], description: '', config: undefined }))()
  )
  t.notOk(files.includes('loss-curves.png'))
  const html = await readFile(join(directory, 'index.html'), 'utf8')
  t.notMatch(html, '<p></p>')
  t.match(html, '<tr><th>version</th><td>not published</td></tr>')
})

t.test('where nothing can be written, a clear error', async t => {
  const directory = t.testdir({ taken: 'a file' })
  const path = join(directory, 'taken', 'report')
  await t.rejects(writeReport(path, (await drawReport(await createReport()))()), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  // A page that was there stays whole when another one can't replace it.
  const old = join(directory, 'old')
  await mkdir(join(old, 'metrics.json'), { recursive: true })
  await writeFile(join(old, 'index.html'), 'old page')
  await t.rejects(writeReport(old, (await drawReport(await createReport()))()), { code: 'PVAE_OUTPUT_UNWRITABLE' })
  t.equal(await readFile(join(old, 'index.html'), 'utf8'), 'old page')
})
