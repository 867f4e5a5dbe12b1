import { latentSizeOf, layOutPartitions, pixelCount } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { Engine, StepMetrics } from '../engine/engine.js'
import type { TrainingState } from '../foundation/training-state.js'
import { TrainerError } from '../foundation/errors.js'
import { createLocate } from '../footage/locate.js'
import type { Network } from '../model/network.js'
import { checkMilestones } from '../model/phases.js'
import type { Timeline } from '../profile/timeline.js'
import type { Checkpoint } from './checkpoint.js'
import { createCheckpointClock } from './checkpoint-clock.js'
import { checkMetrics, checkState } from './divergence.js'
import { addStep, averagesOf, emptySums } from './epoch-sums.js'
import type { LabelledSource } from './labelled-source.js'
import { createLossWatch } from './loss-watch.js'
import { meanImageError } from './mean-image.js'
import { parseEpochRecords, type EpochRecord, type TestAverages } from './record.js'
import { checkResumable } from './resumption.js'
import type { WritableRun } from './run-directory.js'
import { epochOf, totalStepsOf } from './run-length.js'
import { scheduleAt, type Scheduled } from './schedule.js'
import type { BatchSource } from './batch-source.js'
import { stepInputs } from './step-inputs.js'

/** Told after every step. */
export interface StepReport extends Scheduled {
  /** Steps taken since the run began. */
  readonly step: number
  readonly totalSteps: number
  readonly stepsPerEpoch: number
  readonly batchSize: number
  readonly metrics: StepMetrics
}

export interface FitOptions {
  readonly config: RunConfig
  /** The config's, at full resolution. */
  readonly network: Network
  /** Holds the seed's initial state. */
  readonly engine: Engine
  readonly batches: BatchSource
  /** Given exactly when the objective has labels. */
  readonly labelled?: LabelledSource | undefined
  readonly dataFingerprint: string
  readonly run: WritableRun
  /** Where to go on from; from the start when absent. */
  readonly checkpoint?: Checkpoint | undefined
  /**
   * Measures the test split, for the log; undefined where it could not be. May throw once the signal is aborted: a
   * resumed run measures it then.
   */
  readonly evaluate?: ((state: TrainingState, scheduled: Scheduled) => Promise<TestAverages | undefined>) | undefined
  /** Evaluate after every so many epochs, and after the last one. Default 1. */
  readonly evaluateEvery?: number | undefined
  /**
   * Asked before the first step of each further tenth of the run whether to give the run up, and why. Default: never.
   */
  readonly giveUp?: ((state: TrainingState, progress: number) => Promise<string | undefined>) | undefined
  /**
   * Once aborted: the step under way is finished or measuring is stopped, a checkpoint saved, and the outcome is
   * `interrupted`.
   */
  readonly signal?: AbortSignal | undefined
  /** Told how long each part of the loop takes. */
  readonly timeline?: Pick<Timeline, 'span'> | undefined
  /** Waited for, as `onEpoch` is: what they write is there before a checkpoint that follows. */
  readonly onStep?: ((report: StepReport) => unknown) | undefined
  readonly onEpoch?: ((record: EpochRecord) => unknown) | undefined
  /** Milliseconds, monotonic: for checkpoints by time. */
  readonly now?: (() => number) | undefined
}

export interface FitResult {
  readonly outcome: 'finished' | 'interrupted' | 'given up'
  /** Why it was given up. */
  readonly reason?: string
  readonly state: TrainingState
  readonly totalSteps: number
  /** Wall time spent in training steps, over all processes that worked on the run. */
  readonly trainedSeconds: number
  /** The checkpoint that holds `state`. */
  readonly path: string
}

/**
 * Trains to the end of the config's epochs, or steps. Everything random is addressed by seed and step, so a run that
 * was stopped anywhere and resumed from a checkpoint ends with the same bits as one that was not.
 * @throws TrainerError PVAE_DIVERGED (the last good checkpoint stays), PVAE_CHECKPOINT_MISMATCH, PVAE_DATA_MISMATCH,
 * PVAE_OUTPUT_UNWRITABLE
 */
export async function fit (options: FitOptions): Promise<FitResult> {
  try {
    return await takeSteps(options)
  } catch (error) {
    throw error instanceof TrainerError && error.code === 'PVAE_DIVERGED' ? await adviseDiverged(error, options) : error
  }
}

async function takeSteps (options: FitOptions): Promise<FitResult> {
  const {
    config,
    network,
    engine,
    batches,
    run,
    dataFingerprint,
    checkpoint,
    signal,
    timeline = UNTIMED,
    now = () => performance.now(),
  } = options
  const partitions = layOutPartitions(config.model.partitions)
  const { stepsPerEpoch } = batches
  const { batchSize, checkpointEverySteps, checkpointEverySeconds, epochs, steps } = config.fit
  const totalSteps = totalStepsOf(config.fit, stepsPerEpoch)
  checkMilestones(network, totalSteps)
  const restarts = network.phases.map(({ from }) => from)
  const { image } = network
  const sources = {
    ...options,
    image,
    locate: config.objective.keyPoints && createLocate(config.objective.keyPoints, image),
  }
  const watch = createLossWatch({
    ...options,
    image,
    model: config.model,
    partitions,
    meanImageError: await meanImageError(batches, pixelCount(image)),
    milestones: network.milestones.map(({ step }) => step),
  })
  let step = 0
  let sums = emptySums(latentSizeOf(partitions))
  let trainedSeconds = 0
  if (checkpoint !== undefined) {
    checkResumable(checkpoint, config, dataFingerprint)
    step = checkpoint.state.step
    if (step > totalSteps) {
      throw new TrainerError(
        'PVAE_CHECKPOINT_MISMATCH',
        steps === undefined
          ? `expected at least ${epochOf(step, stepsPerEpoch)} for fit.epochs, as many as the run has had, but ` +
            `received ${epochs}`
          : `expected at least ${step} for fit.steps, as many as the run has had, but received ${steps}`
      )
    }
    sums = checkpoint.epochSums
    trainedSeconds = checkpoint.trainedSeconds
    await engine.writeState(checkpoint.state)
  }
  await run.truncateLog(step)

  const isAborted = () => signal?.aborted === true
  const clock = createCheckpointClock(checkpointEverySeconds, () => now() / 1000)
  const save = (final = false) => timeline.span('save checkpoint', async () => {
    const begun = now()
    const state = await engine.readState()
    checkState(state)
    const path = await run.checkpoints.save(
      { state, config, dataFingerprint, epochSums: sums, trainedSeconds },
      { final }
    )
    clock.written((now() - begun) / 1000)
    return { state, path, totalSteps, trainedSeconds }
  })

  let epochSeconds = 0
  let epochSteps = 0 // of this process: a resumed epoch's earlier steps had other speeds

  /**
   * Measures and logs the epoch that has ended, or the part of one that the run ends with. False when it was
   * interrupted: then nothing is logged.
   */
  const endEpoch = async (): Promise<boolean> => {
    const scheduled = scheduleAt(step - 1, totalSteps, config.fit, config.objective, restarts)
    const epoch = epochOf(step, stepsPerEpoch)
    let test: { test?: TestAverages }
    try {
      test = await timeline.span('evaluate', () => testAverages(options, epoch, step === totalSteps, scheduled))
    } catch (error) {
      if (isAborted()) return false
      throw error
    }
    const isWhole = step % stepsPerEpoch === 0
    const record: EpochRecord = {
      epoch,
      ...isWhole ? {} : { partial: step % stepsPerEpoch / stepsPerEpoch },
      step,
      train: averagesOf(sums, partitions),
      ...test,
      ...scheduled,
      imagesPerSecond: epochSteps > 0 ? epochSteps * batchSize / epochSeconds : step * batchSize / trainedSeconds,
      trainedSeconds,
    }
    // Before the checkpoint: what a checkpoint follows is in the log, and what the log has beyond it is cut off on
    // resuming.
    await run.appendLog(record)
    await options.onEpoch?.(record)
    // The sums of a part are kept: a run that is extended goes on with its epoch.
    if (isWhole) sums = emptySums(latentSizeOf(partitions))
    epochSeconds = epochSteps = 0
    return true
  }

  const isEnd = () => step % stepsPerEpoch === 0 || step === totalSteps
  if (sums.steps > 0 && isEnd()) {
    // The process before was stopped while it measured this epoch, or ended with a part of one.
    const isLogged = parseEpochRecords(await run.readLog()).some(record => record.step === step)
    if (isLogged) sums = step % stepsPerEpoch === 0 ? emptySums(latentSizeOf(partitions)) : sums
    else if (!await endEpoch()) return { outcome: 'interrupted', ...await save() }
  }
  let ahead = prefetch(batches, step, totalSteps)
  while (step < totalSteps) {
    if (isAborted()) return { outcome: 'interrupted', ...await save() }
    let reason: string | undefined
    try {
      reason = await reasonToGiveUp(options, step, totalSteps)
    } catch (error) {
      if (isAborted()) return { outcome: 'interrupted', ...await save() }
      throw error
    }
    if (reason !== undefined) return { outcome: 'given up', reason, ...await save() }
    const bytes = await timeline.span('wait for data', () => ahead!)
    const scheduled = scheduleAt(step, totalSteps, config.fit, config.objective, restarts)
    const inputs = await timeline.span('prepare inputs', async () =>
      stepInputs(sources, bytes, step, {
        ...scheduled,
        scheduled: { ...network.scheduleAt(step, totalSteps), ...scheduled.scheduled },
      })
    )
    ahead = prefetch(batches, step + 1, totalSteps)
    const started = performance.now()
    const metrics = await timeline.span('step', () => engine.step(inputs))
    const seconds = (performance.now() - started) / 1000
    checkMetrics(metrics, partitions, step + 1)
    step++
    watch.look(metrics, scheduled.beta, step)
    sums = addStep(sums, metrics)
    trainedSeconds += seconds
    epochSeconds += seconds
    epochSteps++
    await options.onStep?.({ ...scheduled, step, totalSteps, stepsPerEpoch, batchSize, metrics })

    const ended = isEnd()
    if (ended) {
      if (clock.isDue() && !watch.isSuspect()) await save() // measuring may take long
      if (!await endEpoch()) return { outcome: 'interrupted', ...await save() }
    }
    // What may be diverging does not take the place of what it can fall back on.
    if (step < totalSteps && (ended || step % checkpointEverySteps === 0 || clock.isDue()) && !watch.isSuspect()) {
      await save()
    }
  }
  return { outcome: 'finished', ...await save(true) }
}

const UNTIMED: Pick<Timeline, 'span'> = { span: (_, work) => work() }

function prefetch (batches: BatchSource, step: number, totalSteps: number): Promise<Uint8Array> | undefined {
  if (step >= totalSteps) return undefined
  const batch = batches.read(Math.floor(step / batches.stepsPerEpoch), step % batches.stepsPerEpoch)
  // Awaited a step later: until then a failure must not count as unhandled.
  batch.catch(() => undefined)
  return batch
}

async function reasonToGiveUp (
  { engine, giveUp }: FitOptions,
  step: number,
  totalSteps: number
): Promise<string | undefined> {
  const tenth = (at: number) => Math.floor((10 * at) / totalSteps)
  if (giveUp === undefined || step === 0 || tenth(step) === tenth(step - 1)) return undefined
  return giveUp(await engine.readState(), step / totalSteps)
}

async function testAverages (
  { engine, evaluate, evaluateEvery = 1 }: FitOptions,
  epoch: number,
  isLast: boolean,
  scheduled: Scheduled
): Promise<{ test?: TestAverages }> {
  if (evaluate === undefined || (epoch % evaluateEvery !== 0 && !isLast)) return {}
  const test = await evaluate(await engine.readState(), scheduled)
  return test === undefined ? {} : { test }
}

/** What is left of a run that diverged, and what a person can do. */
async function adviseDiverged (
  error: TrainerError,
  {
    config: {
      fit: { learningRate, gradientClip },
    },
    run,
  }: FitOptions
): Promise<TrainerError> {
  const latest = await run.checkpoints.loadLatest(() => undefined)
  const kept =
    latest === undefined
      ? 'no checkpoint had been written yet'
      : `kept is the last good checkpoint, after step ${latest.checkpoint.state.step}, ${latest.path}`
  const clip = gradientClip === undefined ? ' or with a limit on the gradients (--set fit.gradientClip=100)' : ''
  return new TrainerError(
    'PVAE_DIVERGED',
    `${error.message}; ${kept}; begin another run with a --learning-rate below ${learningRate}${clip}`,
    { cause: error }
  )
}
