/** `npm run bench:partitions`: what structure buys. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findPreset } from '../../trainer/config/presets.js'
import { parseRunConfig } from '../../trainer/config/resolve.js'
import { runCli } from '../../trainer/cli/program.js'
import type { Metrics } from '../../trainer/measure/metrics-schema.js'
import { parseEpochRecords } from '../../trainer/fit/record.js'
import { earlierMilestones } from './milestones.js'
import { choose, readOptions } from './options.js'
import { printHeader, printRow } from './table.js'

const BATCH = 32
const GROUPS = ['A', 'B', 'table', 'ball', 'background', 'light']
const OBJECTS = ['A', 'B', 'table', 'ball']

interface Contestant {
  readonly preset: string
  /** Sizes of the partitions that a latent without any is measured in. */
  readonly cut?: string
}

const models: Readonly<Record<string, Contestant>> = {
  paper: { preset: 'paper-table-tennis' },
  vae: { preset: 'vae', cut: '5,5,4,3,2,1' },
  joint: { preset: 'joint' },
  layered: { preset: 'table-tennis' },
}

const options = readOptions({
  name: 'bench:partitions',
  about: `The paper's recipe, a plain VAE, a joint decoder and layers on the same scenes, with the same units and as
many steps, each measured in the same way; prints a table.`,
  options: {
    steps: { help: 'of 32 images, in whole epochs', default: 3750, smoke: 4 },
    images: { help: 'of training', default: 20_000, smoke: 64 },
    'test-images': { help: 'held out', default: 4000, smoke: 40 },
    height: { help: 'of the images, whose width is 4/3 of it', default: 48, smoke: 24 },
    seeds: { help: 'of the runs', default: [0] },
    only: { help: 'models', default: Object.keys(models), smoke: ['joint'] },
    runs: { help: 'a folder to keep the runs in', default: undefined },
    threads: { help: 'of the computation (default: as many as there are cores)', default: undefined, smoke: '1' },
  },
})
const stepsPerEpoch = options.images / BATCH
const epochs = Math.max(1, Math.round(options.steps / stepsPerEpoch))
const runs = options.runs === undefined ? await mkdtemp(join(tmpdir(), 'pvae-partitions-')) : resolve(options.runs)
const threads = options.threads === undefined ? [] : ['--threads', options.threads]
const data = ['--set', `data.count=${options.images}`, '--set', `data.testCount=${options['test-images']}`,
  '--set', `data.height=${options.height}`, '--set', `data.width=${options.height / 3 * 4}`]

async function pvae (argv: string[]): Promise<string> {
  let stdout = ''
  const code = await runCli(argv, {
    stdout: { write: text => { stdout += text } },
    stderr: process.stderr,
    signal: new AbortController().signal,
    directory: process.cwd(),
  })
  if (code !== 0) throw new Error(`pvae ${argv.join(' ')} ended with ${code}`)
  return stdout
}

/** Flags that fit a preset to a shorter run. */
function earlier (preset: string): string[] {
  const { model, fit } = parseRunConfig(findPreset(preset).config)
  return earlierMilestones(model, epochs / fit.epochs).flatMap(([path, step]) => ['--set', `model.${path}=${step}`])
}

/** Trains and measures one model: a row of the table. */
async function measure (name: string, { preset, cut }: Contestant, seed: number): Promise<string[]> {
  const run = `${name}-${seed}`
  const place = ['--run', run, '--runs', runs]
  await pvae(['train', '--preset', preset, ...place, '--seed', String(seed), '--epochs', String(epochs),
    '--batch-size', String(BATCH), ...data, ...earlier(preset), '--evaluate-every', String(epochs), '--no-export',
    ...threads])
  const { trainedSeconds = 0 } = parseEpochRecords(await readFile(join(runs, run, 'log.jsonl'), 'utf8')).at(-1)!
  const report = cut === undefined
    ? await readFile(join(runs, run, 'report/metrics.json'), 'utf8')
    : await pvae(['evaluate', ...place, '--json', '--cut', cut, ...threads])
  const metrics = JSON.parse(report) as Metrics
  const { mse, objects, deadPartitions, totalCorrelation, disentanglement, counterfactual } = metrics
  const groups = disentanglement?.groups
  return [
    name,
    String(seed),
    short(mse, 5),
    ...OBJECTS.map(object => short(objects?.[object]?.score)),
    String(deadPartitions.length),
    short(totalCorrelation?.samples),
    ...GROUPS.map(group => short(groups?.best[group])),
    short(groups?.meanBest),
    short(groups?.meanGap),
    short(disentanglement?.shareOfCeiling),
    short(counterfactual?.meanBest),
    `${trainedSeconds.toFixed(0)} s`,
  ]
}

const short = (value: number | null | undefined, digits = 2) =>
  value === undefined || value === null ? '–' : value.toFixed(digits).replace(/^(-?)0\./, '$1.')

console.log(`${epochs * stepsPerEpoch} steps of ${BATCH} images, measured on held-out frames.
rec: 1 − error on an object's pixels ÷ without it; R²: of a group of factors from its best partition; gap: to the second
best; TC: between partitions, of samples, nats.\n`)
try {
  printHeader(['model', 'seed', 'MSE', ...OBJECTS.map(name => `rec ${name}`), 'dead', 'TC',
    ...GROUPS.map(name => `R² ${name}`), 'mean R²', 'gap', '÷ ceiling', 'counterfactual', 'training'], 'right')
  for (const name of options.only) {
    for (const seed of options.seeds) printRow(await measure(name, choose('only', name, models), seed))
  }
} finally {
  if (options.runs === undefined) await rm(runs, { recursive: true, force: true })
}
