/**
 * `npm run figures`: the README's figures and the images of its commands, from the newest models of the repository.
 */
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { openRepository, type ModelVersion } from '@partition-vae/models'
import { configOf } from '../../trainer/cli/actions/models.js'
import { runCli } from '../../trainer/cli/program.js'
import { loadCheckpoint } from '../../trainer/run/load-checkpoint.js'
import type { RunConfig } from '../../trainer/config/schema.js'
import { openDataset } from '../../trainer/data/index.js'
import { createInference } from '../../trainer/engine/inference.js'
import { createNetwork } from '../../trainer/model/create-network.js'
import type { TraversalSource } from '../../trainer/report/figure.js'
import { drawSwapSheet } from '../../trainer/report/figures.js'
import { drawLayers } from '../../trainer/report/layer-figure.js'
import { serveState } from '../../trainer/export/served-model.js'
import { createDirectory, writeFileAtomic } from '../../trainer/foundation/files.js'
import { readRun } from '../../trainer/fit/run-directory.js'
import { writeExample } from './figures/examples.js'
import { drawSideBySide, drawSwapsAndTraversals } from './figures/sheets.js'
import { readOptions, SMOKE_FOLDER } from './options.js'
import { SHIPPED } from './shipped.js'

const PAPER = 'paper-table-tennis'

const options = readOptions({
  name: 'figures',
  about: `Draws the README's figures, from the newest models of the repository, into figures/, and the images of its
commands into examples/. The paper's recipe is trained beside them, for as many steps as the layered model was, unless
its run is there already.`,
  options: {
    repository: { help: 'of models', default: SHIPPED },
    out: { help: 'folder', default: 'docs', smoke: SMOKE_FOLDER },
    runs: { help: 'folder of the paper\'s run', default: 'runs', smoke: join(SMOKE_FOLDER, 'runs') },
    epochs: { help: 'of the paper\'s run (0: as many as the layered model\'s)', default: 0, smoke: 1 },
    images: { help: 'that the paper\'s run is trained on', default: 20_000, smoke: 64 },
    'test-images': { help: 'that the paper\'s run is measured on', default: 4000, smoke: 64 },
    threads: { help: 'of the computation', default: 1 },
  },
})
const { threads } = options
const runs = resolve(options.runs)
const repository = openRepository(resolve(options.repository))

async function save (name: string, png: Uint8Array, folder = 'figures'): Promise<void> {
  const directory = join(resolve(options.out), folder)
  await createDirectory(directory)
  const file = join(directory, `${name}.png`)
  await writeFileAtomic(file, png)
  console.log(`${file} ${(png.length / 1000).toFixed(0)} kB`)
}

type Draw = (source: TraversalSource, config: RunConfig) => Promise<void>

/** Calls `draw` with a model of the repository and its test images. */
async function withModel (name: string, draw: Draw): Promise<void> {
  const { card, encoder, decoder, layers }: ModelVersion = await repository.open(name)
  const { train, test } = await openDataset(configOf(card).data)
  const { image, latentSize } = card
  const graphs = { encoder, decoder, ...layers && { layers } }
  const inference = await createInference({ ...graphs, image, latentSize, threads })
  try {
    await draw({ inference, dataset: test, card }, configOf(card))
  } finally {
    await inference.dispose()
    await Promise.all([train.close(), test.close()])
  }
}

/** Trains the paper's recipe on the same images, with batches as large and as many steps. */
async function trainPaper ({ fit }: RunConfig): Promise<void> {
  const epochs = String(options.epochs || fit.epochs)
  if (existsSync(join(runs, PAPER, 'checkpoints/final.safetensors'))) return
  const run = existsSync(join(runs, PAPER))
    ? ['--resume']
    : ['--preset', PAPER, '--epochs', epochs, '--batch-size', String(fit.batchSize),
        '--set', `data.count=${options.images}`, '--set', `data.testCount=${options['test-images']}`]
  const argv = ['train', ...run, '--run', PAPER, '--runs', runs, '--no-export', '--evaluate-every', epochs,
    '--threads', String(threads)]
  const code = await runCli(argv, {
    stdout: process.stdout,
    stderr: process.stderr,
    signal: new AbortController().signal,
    directory: process.cwd(),
  })
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
  const run = await readRun({ runs, name: PAPER })
  const { state } = await loadCheckpoint(run, { onRefusedCheckpoint (error) { throw error } })
  const { inference } = await serveState(createNetwork(run.config.model, source.dataset.shape), state, threads)
  const models = [{ label: 'paper', inference }, { label: 'layers', inference: source.inference }]
  await save('paper-and-layers', await drawSideBySide(source, models, 10))
  await inference.dispose()
})
