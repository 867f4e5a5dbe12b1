import { basename } from 'node:path'
import { latentSizeOf } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import { batchesPerEpoch } from '../data/batches.js'
import type { DataSplits } from '../data/dataset.js'
import { assessModel } from '../export/assess.js'
import { publishModel } from '../export/publish.js'
import { UNKNOWN_COMMIT } from '../export/revision.js'
import { recordSample } from '../export/sample.js'
import { serveState, type ServedModel } from '../export/served-model.js'
import { packageVersions } from '../export/versions.js'
import { readRestarts, type Restarts } from '../fit/attempts.js'
import type { RunDirectory, RunOrigin } from '../fit/run-directory.js'
import { epochsTaken } from '../fit/run-length.js'
import { formatDuration } from '../foundation/duration.js'
import type { TrainingState } from '../foundation/training-state.js'
import { interruptible } from '../measure/pace.js'
import { startWork } from '../measure/work/threads.js'
import type { Network } from '../model/network.js'
import { writeReport } from '../report/index.js'
import { RunInterrupted } from './interrupted.js'
import type { RunContext } from './observer.js'

export interface TrainedModel {
  readonly config: RunConfig
  readonly network: Network
  readonly run: RunDirectory
  readonly state: TrainingState
  readonly trainedSeconds: number
  readonly data: DataSplits
  /** The root of the repository to publish to; the model is only measured and reported where absent. */
  readonly publishTo?: string | undefined
  readonly threads?: number | undefined
  /** Test images to publish encoded, for people to explore. Default: none. */
  readonly sampleImages?: number | undefined
}

/**
 * Does what follows training: measures on the test split, writes figures and report, publishes a version.
 * @throws RunInterrupted once the signal is aborted; the training is saved
 */
export async function assessAndPublish (trained: TrainedModel, context: RunContext): Promise<void> {
  const history = await readHistory(trained)
  try {
    context.signal.throwIfAborted()
    await assess(trained, history, context)
  } catch (error) {
    throw context.signal.aborted ? new RunInterrupted({ at: 'assessing', run: basename(trained.run.path) }) : error
  }
}

async function assess (
  trained: TrainedModel,
  history: History,
  { observer, signal }: RunContext
): Promise<void> {
  const { config, network, run, state, data, publishTo, threads } = trained
  const { origin, restarts } = history
  observer.onAssessing?.({ step: state.step, testImages: data.test.count })
  const model = await serveState(network, state, threads)
  const work = startWork({ threads, signal })
  try {
    const assessment = await assessModel({
      config,
      model,
      data,
      log: await run.readLog(),
      command: origin.command,
      restarts,
      facts: factsOf(trained, history),
      work,
      progress: observer.onMeasuring?.bind(observer),
      signal,
    }).finally(() => observer.onMeasuringEnd?.())
    signal.throwIfAborted()
    await writeReport(run.report, assessment.report())
    const { metrics, partitions } = assessment
    observer.onAssessed?.({ metrics, config, partitions, path: run.path, report: run.report })
    if (publishTo === undefined) return
    const sample = await sampleOf(trained, model, { observer, signal })
    const { name, version, directory } = await publishModel({
      repository: publishTo,
      config,
      model,
      data,
      assessment,
      sample,
      training: {
        epochs: history.epochs,
        steps: state.step,
        durations: { trainingSeconds: trained.trainedSeconds },
        ...(restarts === undefined ? {} : { restarts }),
        ...origin,
      },
    })
    await writeReport(run.report, assessment.report(version))
    observer.onPublished?.({ name, version, directory, repository: publishTo })
  } finally {
    await work.close()
    await model.inference.dispose()
  }
}

async function sampleOf (
  { config, data: { test }, sampleImages: images }: TrainedModel,
  model: ServedModel,
  { observer, signal }: RunContext
): Promise<Uint8Array | undefined> {
  if (images === undefined) return undefined
  const latentSize = latentSizeOf(config.model.partitions)
  const inference = interruptible(model.inference, test.shape, latentSize, signal)
  const progress = observer.onMeasuring?.bind(observer)
  return await recordSample({ inference, dataset: test, latentSize, images, progress })
    .finally(() => observer.onMeasuringEnd?.())
}

interface History {
  readonly origin: Omit<RunOrigin, 'device'>
  /** Passes over the training images. */
  readonly epochs: number
  readonly restarts: Restarts | undefined
}

async function readHistory ({ config, run, state, data }: TrainedModel): Promise<History> {
  // Why a device was not used is of no interest to who gets the model.
  const { device: _, ...origin } = (await run.readOrigin()) ?? {
    command: 'unknown',
    engine: 'unknown',
    packages: packageVersions(),
  }
  const epochs = epochsTaken(state.step, batchesPerEpoch(data.train, config.fit.batchSize))
  return { origin, epochs, restarts: await readRestarts(run.path) }
}

function factsOf (
  { config, state, trainedSeconds, data: { train, test } }: TrainedModel,
  { origin, epochs }: History
): Record<string, string> {
  return {
    commit: origin.commit ?? UNKNOWN_COMMIT,
    engine: origin.engine,
    seed: String(config.seed),
    epochs: String(epochs),
    steps: String(state.step),
    'training time': formatDuration(trainedSeconds),
    'training images': `${train.count} (${train.name})`,
    'test images': `${test.count} (${test.name})`,
    ...origin.packages,
  }
}
