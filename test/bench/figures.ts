/**
 * `npm run figures`: the README's figures, from the newest models of the repository, into docs/figures, and the images
 * of its commands into docs/examples. The paper's recipe is trained beside them, for as many steps as the layered model
 * was, unless its run is there already. `--repository DIR`, `--out DIR` (default: docs), `--runs DIR`, `--threads N`.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openRepository, type ModelVersion } from '@partition-vae/models'
import { configOf } from '../../trainer/cli/models.js'
import { runCli } from '../../trainer/cli/program.js'
import { loadTrained } from '../../trainer/cli/runs.js'
import type { RunConfig } from '../../trainer/config/schema.js'
import { openDataset } from '../../trainer/data/index.js'
import { createInference } from '../../trainer/engine/inference.js'
import type { TraversalSource } from '../../trainer/report/figure.js'
import { drawSwapSheet } from '../../trainer/report/figures.js'
import { drawLayers } from '../../trainer/report/layer-figure.js'
import { serveState } from '../../trainer/export/served-model.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { readRun } from '../../trainer/fit/run-directory.js'
import { writeExample } from './figures/examples.js'
import { drawSideBySide, drawSwapsAndTraversals } from './figures/sheets.js'
import { createNetwork } from '../../trainer/model/create-network.js'

const PAPER = 'paper-table-tennis'

const { values } = parseArgs({
  options: {
    repository: { type: 'string', default: 'models/repository' },
    out: { type: 'string', default: 'docs' },
    runs: { type: 'string', default: 'runs' },
    threads: { type: 'string', default: '1' },
  },
})
const repository = openRepository(resolve(values.repository))
const threads = Number(values.threads)

async function save (name: string, png: Uint8Array, folder = 'figures'): Promise<void> {
  const directory = join(resolve(values.out), folder)
  await createDirectory(directory)
  const file = join(directory, `${name}.png`)
  await writeFileAtomic(file, png)
  console.log(`${file} ${(png.length / 1000).toFixed(0)} kB`)
}

/** Calls `draw` with a model of the repository and its test images. */
async function withModel (name: string, draw: (source: TraversalSource, config: RunConfig) => Promise<void>): Promise<void> {
  const { card, encoder, decoder, layers }: ModelVersion = await repository.open(name)
  const { train, test } = await openDataset(configOf(card).data)
  const inference = await createInference({ encoder, decoder, ...layers && { layers }, image: card.image, latentSize: card.latentSize, threads })
  try {
    await draw({ inference, dataset: test, card }, configOf(card))
  } finally {
    await inference.dispose()
    await Promise.all([train.close(), test.close()])
  }
}

/** The paper's recipe on the same images, with batches as large and as many steps. */
async function trainPaper ({ fit: { epochs, batchSize } }: RunConfig): Promise<void> {
  const runs = resolve(values.runs)
  if (existsSync(join(runs, PAPER, 'checkpoints/final.safetensors'))) return
  const run = existsSync(join(runs, PAPER)) ? ['--resume'] : ['--preset', PAPER, '--epochs', String(epochs), '--batch-size', String(batchSize)]
  const argv = ['train', ...run, '--run', PAPER, '--runs', runs, '--no-export', '--evaluate-every', String(epochs), '--threads', values.threads]
  const code = await runCli(argv, { stdout: process.stdout, stderr: process.stderr, signal: new AbortController().signal, directory: process.cwd() })
  if (code !== 0) throw new Error(`pvae ${argv.join(' ')} ended with ${code}`)
}

/** Numbers of test images: what is on them is easy to name. */
const EXAMPLES = { digits: { nine: 9, zero: 25 }, 'table-tennis': { 'frame-a': 2, 'frame-b': 26 } } as const

async function saveExamples (model: keyof typeof EXAMPLES, { dataset }: TraversalSource): Promise<void> {
  for (const [name, index] of Object.entries(EXAMPLES[model])) {
    await save(name, await writeExample(dataset, index), 'examples')
  }
}

await withModel('digits', async source => {
  await saveExamples('digits', source)
  await save('digits-swaps-and-traversals', await drawSwapsAndTraversals(source, ['pose', 'shape'], 11))
})
await withModel('table-tennis', async (source, config) => {
  await saveExamples('table-tennis', source)
  await save('table-tennis-swaps', (await drawSwapSheet(source)).png)
  await save('table-tennis-layers', (await drawLayers(source))!.png)
  await trainPaper(config)
  const run = await readRun({ runs: resolve(values.runs), name: PAPER })
  const { state } = await loadTrained(run, error => { throw error })
  const { inference } = await serveState(createNetwork(run.config.model, source.dataset.shape), state, threads)
  await save('paper-and-layers', await drawSideBySide(source, [{ label: 'paper', inference }, { label: 'layers', inference: source.inference }], 10))
  await inference.dispose()
})
