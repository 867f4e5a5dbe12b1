import { layOutPartitions } from '@partition-vae/models'
import { findPreset } from '../config/presets.js'
import { invalid } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { createEngine } from '../engine/create.js'
import type { TrainingState } from '../engine/engine.js'
import { evaluateModel } from '../evaluate/metrics.js'
import { serveState } from '../export/served-model.js'
import { packageVersions } from '../export/versions.js'
import { createBatchSource } from '../fit/batch-source.js'
import type { Checkpoint } from '../fit/checkpoint.js'
import { fit, type BatchSource, type FitResult } from '../fit/loop.js'
import { createProgress } from '../fit/progress.js'
import type { EpochAverages } from '../fit/record.js'
import { checkResumable } from '../fit/resumption.js'
import { checkNewRun, createRun, readRun, resumeRun, type RunLocation, type WritableRun } from '../fit/run-directory.js'
import type { Scheduled } from '../fit/schedule.js'
import { createNetwork } from '../model/network.js'
import { resolveConfig } from './config-flags.js'
import { Interrupted, type CliContext } from './context.js'
import { withData } from './data.js'
import { finishRun } from './finish.js'
import { chosenPlaces, displayPath } from './places.js'
import { warnRefused } from './runs.js'
import { quote } from './shell.js'
import type { TrainFlags } from './train.js'

export async function train (flags: TrainFlags, context: CliContext, command: string): Promise<void> {
  const places = chosenPlaces(context.directory, flags)
  const { config, location, resumed } = await plan(flags, places.runs)
  if (!resumed) await checkNewRun(location)
  await withData(config.data, context, async data => {
    // What does not fit is refused before the run's folder is made.
    createNetwork(config.model, data.train.shape)
    const batches = createBatchSource(data.train, { batchSize: config.fit.batchSize, seed: config.seed })
    const run = resumed ? await resumeRun(location) : await createRun(location, config)
    try {
      const checkpoint = resumed ? await loadCheckpoint(run, config, data.train, context) : undefined
      const result = await runEngine({ flags, config, data, batches, run, checkpoint, command }, context)
      if (result.outcome === 'interrupted') throw interrupted(result, location, flags, context)
      const { state, trainedSeconds } = result
      await finishRun({
        config, run, runName: location.name, state, trainedSeconds, data, places, publish: flags.export, threads: flags.threads,
      }, context)
    } finally {
      await run.close()
    }
  })
}

interface Plan {
  readonly config: RunConfig
  readonly location: RunLocation
  readonly resumed: boolean
}

async function plan (flags: TrainFlags, runs: string): Promise<Plan> {
  if (flags.resume !== true) {
    const config = await resolveConfig(flags)
    return { config, location: { runs, name: flags.run ?? config.name }, resumed: false }
  }
  // A preset only says which run: its config may have been changed by flags when the run began.
  const name = flags.run ?? flags.name ?? (flags.preset === undefined ? undefined : findPreset(flags.preset).name)
  if (name === undefined) throw invalid('the run to resume', '--run NAME', 'nothing')
  const location = { runs, name }
  const { config } = await readRun(location)
  return { config: await resolveConfig(flags, config), location, resumed: true }
}

/** The last whole checkpoint; undefined for a run that was killed before its first. The run takes on the config it goes on with. */
async function loadCheckpoint (run: WritableRun, config: RunConfig, { fingerprint }: ImageDataset, context: CliContext): Promise<Checkpoint | undefined> {
  const { stderr, directory } = context
  const latest = await run.checkpoints.loadLatest(warnRefused(context))
  checkResumable(latest?.checkpoint ?? { config: run.config, dataFingerprint: fingerprint }, config, fingerprint)
  await run.writeConfig(config)
  stderr.write(latest === undefined
    ? 'no checkpoint yet: starting from the first step\n'
    : `resuming at step ${latest.checkpoint.state.step}, from ${displayPath(directory, latest.path)}\n`)
  return latest?.checkpoint
}

interface Work {
  readonly flags: TrainFlags
  readonly config: RunConfig
  readonly data: DataSplits
  readonly batches: BatchSource
  readonly run: WritableRun
  readonly checkpoint: Checkpoint | undefined
  readonly command: string
}

async function runEngine ({ flags, config, data: { train, test }, batches, run, checkpoint, command }: Work, { stderr, signal, directory }: CliContext): Promise<FitResult> {
  const { model, objective, seed, fit: { adam, batchSize } } = config
  const threads = flags.threads === undefined ? {} : { threads: flags.threads }
  const engine = await createEngine({ model, objective, adam, image: train.shape, batchSize, seed, kind: flags.engine, ...threads })
  const progress = createProgress({ stream: stderr, config })
  try {
    if (checkpoint === undefined) await run.writeOrigin({ command, engine: engine.description, packages: packageVersions() })
    stderr.write(`engine: ${engine.description}\nrun: ${displayPath(directory, run.path)}\n`)
    return await fit({
      config,
      image: train.shape,
      engine,
      batches,
      dataFingerprint: train.fingerprint,
      run,
      checkpoint,
      evaluate: (state, scheduled) => testAverages(config, test, state, scheduled, flags.threads),
      evaluateEvery: flags.evaluateEvery,
      signal,
      onStep: progress.step,
      onEpoch: progress.epoch,
    })
  } finally {
    progress.end()
    await engine.dispose()
  }
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

function interrupted ({ state, totalSteps, path }: FitResult, { name }: RunLocation, flags: TrainFlags, { directory }: CliContext): Interrupted {
  const elsewhere = flags.runs === undefined ? '' : ` --runs ${quote(flags.runs)}`
  return new Interrupted(`interrupted after step ${state.step} of ${totalSteps}, saved in ${displayPath(directory, path)}\n` +
    `go on with: npm run train -- --resume --run ${name}${elsewhere}`)
}
