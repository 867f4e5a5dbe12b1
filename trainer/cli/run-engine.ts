import { layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { invalid } from '../config/invalid.js'
import { createEngine } from '../engine/create.js'
import { chooseDevice, type ChosenDevice } from '../engine/devices.js'
import type { TrainingState } from '../engine/engine.js'
import { evaluateModel } from '../evaluate/metrics.js'
import { serveState } from '../export/served-model.js'
import { packageVersions } from '../export/versions.js'
import { createBatchSource } from '../fit/batch-source.js'
import { createLabelledSource, type LabelledSource } from '../fit/labelled-source.js'
import { fit, type BatchSource, type FitOptions, type FitResult } from '../fit/loop.js'
import { createProgress } from '../fit/progress.js'
import type { EpochAverages } from '../fit/record.js'
import type { Scheduled } from '../fit/schedule.js'
import type { CliContext } from './context.js'
import { displayPath } from './places.js'
import type { TrainFlags } from './train.js'

export interface Work extends Pick<FitOptions, 'config' | 'run' | 'checkpoint' | 'giveUp'> {
  readonly flags: TrainFlags
  readonly data: DataSplits
  readonly command: string
}

interface Sources {
  readonly batches: BatchSource
  readonly labelled: LabelledSource | undefined
}

/** What a run reads at each step. @throws TrainerError where the data set can't give what the config asks for */
export async function sourcesOf ({ model, objective: { pairs, labels }, fit: { batchSize }, seed }: RunConfig, train: ImageDataset): Promise<Sources> {
  return {
    batches: createBatchSource(train, { batchSize, seed, pairs }),
    labelled: labels === undefined ? undefined : await createLabelledSource(train, { labels, partitions: model.partitions, seed }),
  }
}

/** One run, from its checkpoint or from the start, to its end or until it is interrupted or given up. */
export async function runEngine ({ flags, config, data: { train, test }, run, checkpoint, giveUp, command }: Work, { stderr, signal, directory }: CliContext): Promise<FitResult> {
  const { model, objective, seed, fit: { adam, batchSize, gradientClip } } = config
  const threads = flags.threads === undefined ? {} : { threads: flags.threads }
  const { batches, labelled } = await sourcesOf(config, train)
  const partitions = layOutPartitions(model.partitions)
  const labelHeads = labelled?.targets.map(({ partition, columns }) => ({ partition: partitions.find(({ name }) => name === partition)!, factors: columns.length }))
  const { device, note } = await deviceOf(flags)
  if (note !== undefined) stderr.write(`device: ${note}\n`)
  const engine = await createEngine({
    model, objective, adam, image: train.shape, batchSize, seed, labelHeads, gradientClip, kind: flags.engine, device, ...flags.backend === undefined ? {} : { backend: flags.backend }, ...threads,
  })
  const progress = createProgress({ stream: stderr, config })
  try {
    if (checkpoint === undefined) {
      // Of a run that was killed before its first checkpoint, the command that began it.
      const begun = await run.readOrigin()
      await run.writeOrigin({ command: begun?.command ?? command, engine: engine.description, packages: packageVersions() })
    }
    stderr.write(`engine: ${engine.description}\nrun: ${displayPath(directory, run.path)}\n`)
    return await fit({
      config,
      image: train.shape,
      engine,
      batches,
      labelled,
      dataFingerprint: train.fingerprint,
      run,
      checkpoint,
      evaluate: (state, scheduled) => testAverages(config, test, state, scheduled, flags.threads),
      evaluateEvery: flags.evaluateEvery,
      giveUp,
      signal,
      onStep: progress.step,
      onEpoch: progress.epoch,
    })
  } finally {
    progress.end()
    await engine.dispose()
  }
}

/** @throws TrainerError where a flag is for the other engine, or the device asked for does not work */
async function deviceOf ({ engine, device = 'auto', backend }: TrainFlags): Promise<ChosenDevice> {
  if (engine === 'compiled' && backend !== undefined) throw invalid('--backend', '--engine eager beside it', 'the compiled engine')
  if (engine === 'compiled') return await chooseDevice(device)
  if (device !== 'auto') throw invalid('--device', 'the compiled engine', 'the eager one, which --backend is for')
  return { device: 'cpu' }
}

/** The test losses of the log: the decoded posterior mean, and the β in force. */
async function testAverages (config: RunConfig, test: ImageDataset, state: TrainingState, { beta }: Scheduled, threads?: number): Promise<EpochAverages> {
  const { inference } = await serveState(config, test.shape, state, threads)
  try {
    const partitions = layOutPartitions(config.model.partitions)
    // The fewest images for the swap effect, which the log does not have.
    const metrics = await evaluateModel({ inference, dataset: test, partitions, likelihood: config.model.likelihood, swapLimit: 2 })
    const { reconstruction, kl, klByPartition, klByUnit, mse } = metrics
    return { loss: reconstruction + beta * kl, reconstruction, kl, klByPartition, klByUnit, mse }
  } finally {
    await inference.dispose()
  }
}
