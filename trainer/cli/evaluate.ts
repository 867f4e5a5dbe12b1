import { Option, type Command } from 'commander'
import { layOutPartitions, type ImageShape } from '@partition-vae/models'
import { applyOverrides } from '../config/overrides.js'
import { invalid, parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import { createInference } from '../engine/inference.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { TrainerError } from '../errors.js'
import { evaluateModel } from '../evaluate/metrics.js'
import { headlineMetrics } from '../evaluate/metrics-schema.js'
import { serveWeights } from '../export/assess.js'
import { readRun } from '../fit/run-directory.js'
import { overridesOf } from './config-flags.js'
import { throwIfInterrupted, type CliContext } from './context.js'
import { withData } from './data.js'
import { describeMetrics } from './finish.js'
import { configOf, openModel } from './models.js'
import { chosenPlaces, type Places } from './places.js'
import { loadTrained, warnRefused } from './runs.js'
import { addPlaceFlags, parseCount, threadsOption } from './runtime-flags.js'
import { createStatusLine } from './status-line.js'

interface EvaluateFlags {
  readonly run?: string
  readonly model?: string
  readonly runs?: string
  readonly repository?: string
  readonly data?: string
  readonly split: 'test' | 'train'
  readonly limit?: number
  readonly threads?: number
  readonly json?: true
}

export function addEvaluateCommand (program: Command, context: CliContext): void {
  const command = program.command('evaluate')
    .description('Measure a trained model: reconstruction, KL by partition and unit, active units, dead partitions, total correlation')
    .optionsGroup('Which model:')
    .option('--run <name>', 'the last checkpoint of a run')
    .option('--model <name[@version]>', 'a model of the repository; its highest version where none is given')
    .optionsGroup('On what:')
    .addOption(new Option('--split <split>', 'which images').choices(['test', 'train']).default('test'))
    .option('--data <dir>', 'folder of the images, where it is not the one that the model was trained on')
    .option('--limit <images>', 'at most so many images, evenly spaced', parseCount)
    .option('--json', 'print all numbers as JSON')
    .addOption(threadsOption())
  addPlaceFlags(command)
  command
    .addHelpText('after', `
Examples:
  $ npm run evaluate -- --model mnist
  $ npm run evaluate -- --model mnist@1 --split train --limit 5000 --json
  $ npm run evaluate -- --run mnist`)
    .action(async (flags: EvaluateFlags) => await evaluate(flags, context))
}

async function evaluate (flags: EvaluateFlags, context: CliContext): Promise<void> {
  if ((flags.run === undefined) === (flags.model === undefined)) throw invalid('the model to evaluate', 'either --run NAME or --model NAME', 'both or neither')
  const subject = await openSubject(flags, chosenPlaces(context.directory, flags), context)
  const config = parseRunConfig(applyOverrides(subject.config, overridesOf(flags.data === undefined ? {} : { data: flags.data }, subject.config.data.source)))
  const status = createStatusLine(context.stderr)
  await withData(config.data, context, async ({ [flags.split]: dataset }) => {
    const inference = await subject.open(dataset.shape)
    try {
      const metrics = await evaluateModel({
        inference,
        dataset,
        partitions: layOutPartitions(config.model.partitions),
        likelihood: config.model.likelihood,
        limit: flags.limit,
        seed: config.seed,
        progress (done, total) {
          throwIfInterrupted(context, 'interrupted; nothing was written')
          status.show(`measuring: ${done} of ${total} images`)
        },
      }).finally(() => status.clear())
      context.stdout.write(flags.json === true
        ? `${JSON.stringify(headlineMetrics(metrics), null, 2)}\n`
        : `${describeMetrics(metrics, config, flags.split)}\n`)
    } finally {
      await inference.dispose()
    }
  })
}

interface Subject {
  readonly config: RunConfig
  /** @throws TrainerError PVAE_DATA_MISMATCH for images of another shape than the model's */
  open (shape: ImageShape): Promise<InferenceGraphs>
}

async function openSubject ({ run: name, model, threads }: EvaluateFlags, { runs, repository }: Places, context: CliContext): Promise<Subject> {
  if (model !== undefined) {
    const { card, encoder, decoder } = await openModel(repository, model)
    return {
      config: configOf(card),
      async open (shape) {
        const [expected, found] = [card.image, shape].map(({ height, width, channels }) => `${height}×${width}×${channels}`)
        if (expected !== found) throw new TrainerError('PVAE_DATA_MISMATCH', `expected images of ${expected} for the model ${model} but found ${found}`)
        return await createInference({ encoder, decoder, image: shape, latentSize: card.latentSize, ...threads === undefined ? {} : { threads } })
      },
    }
  }
  const run = await readRun({ runs, name: name! })
  const { state } = await loadTrained(run, warnRefused(context))
  return {
    config: run.config,
    open: async shape => (await serveWeights(run.config, shape, state.weights, threads)).inference,
  }
}
