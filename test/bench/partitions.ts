/**
 * What structure buys: the paper's recipe, a plain VAE, a joint decoder and layers on the same scenes, with the same units and as many steps, each measured in
 * the same way. Prints a table. `--steps N` (default 3750), `--seeds 0,1`, `--only joint,layered`, `--runs DIR` to keep the runs.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { runCli } from '../../trainer/cli/program.js'
import type { Metrics } from '../../trainer/evaluate/metrics-schema.js'

const BATCH = 32
const IMAGES = 20_000
const models = [
  { name: 'paper', preset: 'paper-table-tennis', cut: undefined },
  { name: 'vae', preset: 'vae', cut: '5,5,4,3,2,1' },
  { name: 'joint', preset: 'joint', cut: undefined },
  { name: 'layered', preset: 'table-tennis', cut: undefined },
]

const { values } = parseArgs({
  options: { steps: { type: 'string', default: '3750' }, seeds: { type: 'string', default: '0' }, only: { type: 'string' }, runs: { type: 'string' }, threads: { type: 'string' } },
})
const stepsPerEpoch = IMAGES / BATCH
const epochs = Math.max(1, Math.round(Number(values.steps) / stepsPerEpoch))
const runs = values.runs === undefined ? await mkdtemp(join(tmpdir(), 'pvae-partitions-')) : resolve(values.runs)
const threads = values.threads === undefined ? [] : ['--threads', values.threads]

async function pvae (argv: string[]): Promise<string> {
  let stdout = ''
  const code = await runCli(argv, { stdout: { write: text => { stdout += text } }, stderr: process.stderr, signal: new AbortController().signal, directory: process.cwd() })
  if (code !== 0) throw new Error(`pvae ${argv.join(' ')} ended with ${code}`)
  return stdout
}

const short = (value: number | undefined, digits = 2) => value === undefined ? '–' : value.toFixed(digits).replace(/^(-?)0\./, '$1.')
const header = ['model', 'seed', 'MSE', 'ball', 'A', 'B', 'dead', 'TC', 'R²', 'gap', 'counterfactual', 'seconds']
const rows: string[][] = []
try {
  for (const { name, preset, cut } of models.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))) {
    for (const seed of values.seeds.split(',')) {
      const run = `${name}-${seed}`
      const started = performance.now()
      await pvae(['train', '--preset', preset, '--run', run, '--runs', runs, '--seed', seed, '--epochs', String(epochs), '--batch-size', String(BATCH),
        '--evaluate-every', String(epochs), '--no-export', ...threads])
      const seconds = (performance.now() - started) / 1000
      const metrics = JSON.parse(await pvae(['evaluate', '--run', run, '--runs', runs, '--json', ...cut === undefined ? [] : ['--cut', cut], ...threads])) as Omit<Metrics, 'latent'>
      const { mse, objects, deadPartitions, totalCorrelation, disentanglement, counterfactual } = metrics
      rows.push([name, seed, short(mse, 5), short(objects?.['ball']?.score), short(objects?.['A']?.score), short(objects?.['B']?.score), String(deadPartitions.length),
        short(totalCorrelation.samples), short(disentanglement?.groups.meanBest), short(disentanglement?.groups.meanGap), short(counterfactual?.meanBest), seconds.toFixed(0)])
    }
  }
} finally {
  if (values.runs === undefined) await rm(runs, { recursive: true, force: true })
}
const widths = header.map((title, column) => Math.max(title.length, ...rows.map(row => row[column]!.length)))
for (const row of [header, ...rows]) console.log(row.map((cell, column) => column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)).join('  '))
console.log(`${epochs * stepsPerEpoch} steps of ${BATCH} images; measured on held-out frames; seconds include measuring and the report`)
