/**
 * `npm run bench:partitions`: what structure buys. The paper's recipe, a plain VAE, a joint decoder and layers on the same scenes, with the same units and as
 * many steps, each measured in the same way; prints a table. `--steps N` (default 3750), `--seeds 0,1`, `--only joint,layered`, `--runs DIR` to keep the
 * runs, `--threads N`.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { runCli } from '../../trainer/cli/program.js'
import type { Metrics } from '../../trainer/measure/metrics-schema.js'
import { parseEpochRecords } from '../../trainer/fit/record.js'
import { earlierMilestones } from './milestones.js'

const BATCH = 32
const IMAGES = 20_000
const GROUPS = ['A', 'B', 'table', 'ball', 'background', 'light']
const OBJECTS = ['A', 'B', 'table', 'ball']
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

/** Flags that fit a preset to a shorter run. */
function earlier (preset: string): string[] {
  const { model, fit } = parseRunConfig(findPreset(preset).config)
  return earlierMilestones(model, epochs / fit.epochs).flatMap(([path, step]) => ['--set', `model.${path}=${step}`])
}

const short = (value: number | undefined, digits = 2) => value === undefined ? '–' : value.toFixed(digits).replace(/^(-?)0\./, '$1.')
const header = [
  'model', 'seed', 'MSE', ...OBJECTS.map(name => `rec ${name}`), 'dead', 'TC', ...GROUPS.map(name => `R² ${name}`), 'mean R²', 'gap', '÷ ceiling', 'counterfactual', 'training',
]
console.log(`${epochs * stepsPerEpoch} steps of ${BATCH} images, measured on held-out frames. rec: 1 − error on an object's pixels ÷ without it; R²: of a group of factors from its best`)
console.log('partition; gap: to the second best; TC: between partitions, of samples, nats.\n')
const print = (cells: readonly string[]) => console.log(`| ${cells.join(' | ')} |`)
try {
  print(header)
  print(header.map((_, i) => i === 0 ? '---' : '---:'))
  for (const { name, preset, cut } of models.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name))) {
    for (const seed of values.seeds.split(',')) {
      const run = `${name}-${seed}`
      await pvae(['train', '--preset', preset, '--run', run, '--runs', runs, '--seed', seed, '--epochs', String(epochs), '--batch-size', String(BATCH), ...earlier(preset),
        '--evaluate-every', String(epochs), '--no-export', ...threads])
      const { trainedSeconds = 0 } = parseEpochRecords(await readFile(join(runs, run, 'log.jsonl'), 'utf8')).at(-1)!
      const metrics = cut === undefined
        ? JSON.parse(await readFile(join(runs, run, 'report/metrics.json'), 'utf8')) as Metrics
        : JSON.parse(await pvae(['evaluate', '--run', run, '--runs', runs, '--json', '--cut', cut, ...threads])) as Omit<Metrics, 'latent'>
      const { mse, objects, deadPartitions, totalCorrelation, disentanglement, counterfactual } = metrics
      const groups = disentanglement?.groups
      print([name, seed, short(mse, 5), ...OBJECTS.map(object => short(objects?.[object]?.score)), String(deadPartitions.length), short(totalCorrelation?.samples),
        ...GROUPS.map(group => short(groups?.best[group])), short(groups?.meanBest), short(groups?.meanGap), short(disentanglement?.shareOfCeiling),
        short(counterfactual?.meanBest), `${trainedSeconds.toFixed(0)} s`])
    }
  }
} finally {
  if (values.runs === undefined) await rm(runs, { recursive: true, force: true })
}
