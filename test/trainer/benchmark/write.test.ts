import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import t from 'tap'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { benchmarkOf } from '../../../trainer/benchmark/benchmark.js'
import { writeBenchmark } from '../../../trainer/benchmark/write.js'
import { resultOf } from './fixture.js'

const measured = (fgAri: number) => ({ mse: 0.5, segmentation: { fgAri } })
const own = [
  resultOf('slots', 0, measured(0.9)), resultOf('slots', 1, measured(0.7)), resultOf('slots', 2, measured(0.8)),
  resultOf('other|<b>', 0, { mse: 0.25, notMeasured: { segmentation: 'expected a model with layers' } }),
  resultOf('other|<b>', 1, { error: 'diverged at step 3' }),
]
const { data } = parseRunConfig(findPreset('tetrominoes').config)
const results = own.map(result => ({ ...result, asked: { ...result.asked, data } }))
const benchmark = benchmarkOf({ name: 'mine', preset: 'tetrominoes', command: 'pvae benchmark tetrominoes' }, results)

t.test('the file has every number, the table its medians, the page both', async t => {
  const paths = await writeBenchmark(t.testdir(), benchmark)
  t.strictSame(paths.map(path => basename(path)), ['benchmark.json', 'benchmark.md', 'index.html'])
  const [json, markdown, page] = await Promise.all(paths.map(path => readFile(path, 'utf8')))

  const { models, published, runs, machines } = JSON.parse(json!)
  t.strictSame(models[0].measures['FG-ARI'], { median: 0.8, least: 0.7, most: 0.9, values: [0.9, 0.7, 0.8] })
  t.ok(published.some(({ model }: { model: string }) => model === 'Slot Attention'), 'with what is published')
  t.equal(runs.length, 5)
  t.strictSame(machines, [{ processor: 'Abacus', cores: 2, packages: { node: 'v20.0.0' } }])

  const lines = markdown!.split('\n').filter(line => line.startsWith('|'))
  t.equal(new Set(lines.map(line => line.replaceAll('\\|', '').split('|').length)).size, 1, 'each row has all columns')
  t.match(lines[2], /^\| SLOTS \| 3 \| nothing \| nothing \| 0\.800 \(0\.700–0\.900\) \|/)
  t.match(lines[3], /^\| OTHER\\\|<B> \| 1 \(1 not trained\) \| nothing \| nothing \| – \|/)
  t.match(markdown, /Slot Attention \| published: Emami et al\. 2021.* \| 0\.995 \|/)
  t.match(markdown, /- OTHER\|<B>: segmentation: expected a model with layers/)
  t.match(markdown, /- OTHER\|<B>, seed 1: diverged at step 3/)
  t.match(markdown, /Machine: Abacus, 2 cores; node v20\.0\.0/)
  t.match(markdown, /pvae benchmark tetrominoes/)

  t.match(page, /0\.800 \(0\.700–0\.900\)/)
  t.match(page, /<a href="runs\/slots-seed-1\/report\/index\.html">/)
  t.match(page, /OTHER\|&#60;B&#62;/, 'what people write is escaped')
  t.notMatch(page, /<b>/i)
  t.match(page, /<svg[^]*Slot Attention, published/, 'seeds and publications in a chart')
})

t.test('images that nothing is published on have no such rows', async t => {
  const { published } = benchmarkOf({ name: 'mine', preset: 'tetrominoes', command: '' }, own)
  t.strictSame(published, [], 'one’s own images')
  t.strictSame(benchmarkOf({ name: 'mine', preset: 'mnist', command: '' }, results).published, [])
})
