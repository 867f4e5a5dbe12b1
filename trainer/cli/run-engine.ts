import { join } from 'node:path'
import { layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { invalid } from '../config/invalid.js'
import { createEngine } from '../engine/create.js'
import { chooseDevice, type ChosenDevice } from '../engine/devices.js'
import { TrainerError, type TrainerErrorCode } from '../foundation/errors.js'
import { reasonOf } from '../measure/not-measured.js'
import { sourceCommit } from '../export/revision.js'
import { packageVersions } from '../export/versions.js'
import { createBatchSource, type BatchSource } from '../fit/batch-source.js'
import { createLabelledSource, type LabelledSource } from '../fit/labelled-source.js'
import { fit, type FitOptions, type FitResult } from '../fit/loop.js'
import { createProgress } from '../fit/progress.js'
import { epochOf, totalStepsOf } from '../fit/run-length.js'
import { chooseRules } from '../onnx/rules/index.js'
import { recordProfile, type Recording } from '../engine/profile-recording.js'
import { describeProfile } from '../profile/table.js'
import { writeProfile } from '../engine/profile-files.js'
import { openBoard, type Board } from '../tensorboard/board.js'
import type { CliContext } from './context.js'
import { evaluateEpoch } from './epoch-evaluation.js'
import { displayPath } from './places.js'
import { checkRoom } from './preflight.js'
import { createStageLine, createStatusLine } from './status-line.js'
import type { TrainFlags } from './train.js'

const DEFAULT_PROFILE_STEPS = 20

/** What measuring an epoch may find that the run can't go on with. */
const PASSING: readonly TrainerErrorCode[] = ['PVAE_DIVERGED', 'PVAE_OUTPUT_UNWRITABLE']

export interface Work extends Pick<FitOptions, 'config' | 'network' | 'run' | 'checkpoint' | 'giveUp'> {
  readonly flags: TrainFlags
  readonly data: DataSplits
  readonly command: string
  /** What is computed on, as chooseRunDevice found. */
  readonly chosen: ChosenDevice
}

interface Sources {
  readonly batches: BatchSource
  readonly labelled: LabelledSource | undefined
}

/** What a run reads at each step. @throws TrainerError where the data set can't give what the config asks for */
export async function sourcesOf (
  { model, objective: { pairs, labels }, fit: { batchSize }, seed }: RunConfig,
  train: ImageDataset
): Promise<Sources> {
  return {
    batches: createBatchSource(train, { batchSize, seed, pairs }),
    labelled:
      labels === undefined
        ? undefined
        : await createLabelledSource(train, { labels, partitions: model.partitions, seed }),
  }
}

/** One run, from its checkpoint or from the start, to its end or until it is interrupted or given up. */
export async function runEngine (
  { flags, config, network, data: { train, test }, run, checkpoint, giveUp, command, chosen: { device, note } }: Work,
  context: CliContext
): Promise<FitResult> {
  const { stderr, signal, directory } = context
  const {
    model,
    objective,
    seed,
    fit: { adam, batchSize, gradientClip },
  } = config
  const threads = flags.threads === undefined ? {} : { threads: flags.threads }
  const { batches, labelled } = await sourcesOf(config, train)
  const partitions = layOutPartitions(model.partitions)
  const labelHeads = labelled?.targets.map(({ partition, columns }) => ({
    partition: partitions.find(({ name }) => name === partition)!,
    factors: columns.length,
  }))
  const backend = flags.backend === undefined ? {} : { backend: flags.backend }
  const bare = await createEngine({
    network,
    objective,
    adam,
    batchSize,
    seed,
    labelHeads,
    gradientClip,
    kind: flags.engine,
    device,
    profile: flags.profile !== undefined,
    ...backend,
    ...threads,
    ...(flags.without && { without: flags.without }),
  })
  const recording =
    flags.profile === undefined
      ? undefined
      : recordProfile(bare, flags.profile === true ? DEFAULT_PROFILE_STEPS : flags.profile)
  const engine = recording?.engine ?? bare
  const epochs = epochOf(totalStepsOf(config.fit, batches.stepsPerEpoch), batches.stepsPerEpoch)
  const progress = createProgress({ stream: stderr, config, epochs })
  const status = createStatusLine(stderr)
  let board: Board | undefined
  try {
    if (flags.tensorboard) {
      board = await openBoard({
        directory: join(run.path, 'tensorboard'),
        partitions,
        step: checkpoint?.state.step ?? 0,
      })
    }
    if (checkpoint === undefined) {
      await checkRoom(run.path, await engine.readState())
      // Of a run that was killed before its first checkpoint, the command that began it.
      const begun = await run.readOrigin()
      const notes = note === undefined ? {} : { device: note }
      await run.writeOrigin({
        command: begun?.command ?? command,
        engine: engine.description,
        ...notes,
        packages: packageVersions(),
        commit: await sourceCommit(),
      })
    }
    stderr.write(`engine: ${engine.description}\nrun: ${displayPath(directory, run.path)}\n`)
    const result = await fit({
      config,
      network,
      engine,
      batches,
      labelled,
      dataFingerprint: train.fingerprint,
      run,
      checkpoint,
      async evaluate (state, { beta }) {
        try {
          return await evaluateEpoch({
            config,
            network,
            test,
            state,
            beta,
            board,
            signal,
            progress: createStageLine(status),
            ...threads,
          })
        } catch (error) {
          if (signal.aborted || (error instanceof TrainerError && PASSING.includes(error.code))) throw error
          // What can't be measured is no reason to stop training.
          stderr.write(`note: the test images were not measured after step ${state.step}: ${reasonOf(error)}\n`)
          return undefined
        } finally {
          status.clear()
        }
      },
      evaluateEvery: flags.evaluateEvery,
      giveUp,
      signal,
      timeline: recording?.timeline,
      async onStep (report) {
        progress.step(report)
        await board?.step(report)
      },
      async onEpoch (record) {
        progress.epoch(record)
        await board?.epoch(record)
      },
    })
    progress.end()
    if (recording !== undefined) await showProfile(join(run.path, 'profile'), recording, context)
    return result
  } finally {
    progress.end()
    await board?.close()
    await engine.dispose()
  }
}

/**
 * Chooses what a run computes on.
 * @throws TrainerError where a flag is for the other engine, the device asked for does not work, or a rule is not there
 */
export async function chooseRunDevice ({
  engine,
  device = 'auto',
  backend,
  without,
}: TrainFlags): Promise<ChosenDevice> {
  if (engine === 'eager' && without !== undefined) {
    throw invalid('--without', 'the compiled engine', 'the eager one, which has no rules')
  }
  // A rule that is not there is refused before the run begins, as a device is.
  chooseRules({ without })
  if (engine === 'compiled' && backend !== undefined) {
    throw invalid('--backend', '--engine eager beside it', 'the compiled engine')
  }
  if (engine === 'compiled') return await chooseDevice(device)
  if (device !== 'auto') throw invalid('--device', 'the compiled engine', 'the eager one, which --backend is for')
  return { device: 'cpu' }
}

/** Rows of each table that are shown at the end; the file has more. */
const SHOWN_ROWS = 12

async function showProfile (path: string, recording: Recording, { stderr, directory }: CliContext): Promise<void> {
  const summary = await writeProfile(path, recording)
  if (summary === undefined) return
  stderr.write(`${describeProfile(summary, { rows: SHOWN_ROWS })}\n`)
  stderr.write(
    `profile: ${displayPath(directory, path)}; open its trace.json in https://ui.perfetto.dev or chrome://tracing\n`
  )
}
