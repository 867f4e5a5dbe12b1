import { join } from 'node:path'
import { layOutPartitions } from '@partition-vae/models'
import type { DataSplits } from '../data/dataset.js'
import { createEngine } from '../engine/create.js'
import type { ChosenDevice } from '../engine/devices.js'
import type { Engine } from '../engine/engine.js'
import { writeProfile } from '../engine/profile-files.js'
import { recordProfile } from '../engine/profile-recording.js'
import { sourceCommit } from '../export/revision.js'
import { packageVersions } from '../export/versions.js'
import { fit } from '../fit/loop.js'
import type { FitOptions, FitResult } from '../fit/options.js'
import { epochOf, totalStepsOf } from '../fit/run-length.js'
import { TrainerError, type TrainerErrorCode } from '../foundation/errors.js'
import { reasonOf } from '../measure/not-measured.js'
import { openBoard, type Board } from '../tensorboard/board.js'
import { evaluateEpoch } from './evaluate-epoch.js'
import type { RunContext } from './observer.js'
import { openSources, type Sources } from './open-sources.js'
import type { TrainingOptions } from './options.js'
import { checkRoom } from './output-checks.js'

/** Errors of measuring an epoch that the run can't go on with. */
const FATAL: readonly TrainerErrorCode[] = ['PVAE_DIVERGED', 'PVAE_OUTPUT_UNWRITABLE']

export interface Training extends Pick<FitOptions, 'config' | 'network' | 'run' | 'checkpoint' | 'giveUp'> {
  readonly options: TrainingOptions
  readonly data: DataSplits
  /** The command that began the run. */
  readonly command: string
  /** As `chooseEngineDevice` found it. */
  readonly chosen: ChosenDevice
}

/** Trains with one seed, from a checkpoint or from the start, to the end or until it is interrupted or given up. */
export async function trainOnce (training: Training, context: RunContext): Promise<FitResult> {
  const { options, config, network, data: { train }, run, checkpoint, giveUp } = training
  const { observer, signal } = context
  const sources = await openSources(config, train)
  const bare = await openEngine(training, sources)
  const recording = options.profileSteps === undefined ? undefined : recordProfile(bare, options.profileSteps)
  const engine = recording?.engine ?? bare
  let board: Board | undefined
  try {
    if (options.tensorboard) {
      board = await openBoard({
        directory: join(run.path, 'tensorboard'),
        partitions: layOutPartitions(config.model.partitions),
        step: checkpoint?.state.step ?? 0,
      })
    }
    if (checkpoint === undefined) await beginRun(training, engine)
    const { stepsPerEpoch } = sources.batches
    const epochs = epochOf(totalStepsOf(config.fit, stepsPerEpoch), stepsPerEpoch)
    observer.onTraining?.({ engine: engine.description, path: run.path, config, epochs })
    const result = await fit({
      config,
      network,
      engine,
      ...sources,
      dataFingerprint: train.fingerprint,
      run,
      checkpoint,
      evaluate: evaluation(training, board, context),
      evaluateEvery: options.evaluateEvery,
      giveUp,
      signal,
      timeline: recording?.timeline,
      async onStep (report) {
        observer.onStep?.(report)
        await board?.step(report)
      },
      async onEpoch (record) {
        observer.onEpoch?.(record)
        await board?.epoch(record)
      },
    }).finally(() => observer.onTrainingEnd?.())
    if (recording !== undefined) {
      const path = join(run.path, 'profile')
      const summary = await writeProfile(path, recording)
      if (summary !== undefined) observer.onProfile?.({ summary, path })
    }
    return result
  } finally {
    await board?.close()
    await engine.dispose()
  }
}

async function openEngine (
  { options, config, network, chosen: { device } }: Training,
  { labelled }: Sources
): Promise<Engine> {
  const { model, objective, seed, fit: { adam, batchSize, gradientClip } } = config
  const { kind, backend, threads, without } = options.engine
  const partitions = layOutPartitions(model.partitions)
  const labelHeads = labelled?.targets.map(({ partition, width }) => ({
    partition: partitions.find(({ name }) => name === partition)!,
    factors: width,
  }))
  return await createEngine({
    network,
    objective,
    adam,
    batchSize,
    seed,
    labelHeads,
    gradientClip,
    kind,
    device,
    profile: options.profileSteps !== undefined,
    ...(backend && { backend }),
    ...(threads && { threads }),
    ...(without && { without }),
  })
}

/** Checks that checkpoints will have room, and writes down where the run comes from. */
async function beginRun ({ run, command, chosen: { note } }: Training, engine: Engine): Promise<void> {
  await checkRoom(run.path, await engine.readState())
  // Of a run that was killed before its first checkpoint, the command that began it.
  const begun = await run.readOrigin()
  await run.writeOrigin({
    command: begun?.command ?? command,
    engine: engine.description,
    ...(note === undefined ? {} : { device: note }),
    packages: packageVersions(),
    commit: await sourceCommit(),
  })
}

/** Measures the test images after an epoch. That they can't be measured is no reason to stop training. */
function evaluation (
  { options: { engine: { threads } }, config, network, data: { test } }: Training,
  board: Board | undefined,
  { observer, signal }: RunContext
): NonNullable<FitOptions['evaluate']> {
  return async (state, { beta }) => {
    try {
      return await evaluateEpoch({
        config,
        network,
        test,
        state,
        beta,
        board,
        signal,
        progress: observer.onMeasuring?.bind(observer),
        threads,
      })
    } catch (error) {
      if (signal.aborted || (error instanceof TrainerError && FATAL.includes(error.code))) throw error
      observer.onUnmeasured?.({ step: state.step, reason: reasonOf(error) })
      return undefined
    } finally {
      observer.onMeasuringEnd?.()
    }
  }
}
