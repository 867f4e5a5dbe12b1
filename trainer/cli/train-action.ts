import { join } from 'node:path'
import { invalid } from '../config/invalid.js'
import { findPreset } from '../config/presets.js'
import type { ConfigRequest } from '../config/request.js'
import { resolveRequest } from '../config/resolve-request.js'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import { beginRestarts, describeAttempt, readRestarts } from '../fit/attempts.js'
import type { Checkpoint } from '../fit/checkpoint.js'
import type { FitResult } from '../fit/loop.js'
import { fitWithRestarts, type RestartsResult } from '../fit/restarts.js'
import { checkResumable } from '../fit/resumption.js'
import { checkNewRun, createRun, readRun, resumeRun, type RunLocation, type WritableRun } from '../fit/run-directory.js'
import { totalStepsOf } from '../fit/run-length.js'
import { createNetwork } from '../model/create-network.js'
import { checkMilestones } from '../model/phases.js'
import { TrainerError } from '../foundation/errors.js'
import { writeAnalysis } from '../footage/report.js'
import { Interrupted, type CliContext } from './context.js'
import { withData } from './data.js'
import { finishRun } from './finish.js'
import { chooseImageSize } from './image-size.js'
import { lookAtImages } from './look.js'
import { chosenPlaces, displayPath } from './places.js'
import { checkWritable } from './preflight.js'
import { requestOf } from './request.js'
import { chooseRunDevice, runEngine, sourcesOf, type Work } from './run-engine.js'
import { warnRefused } from './runs.js'
import { measureSignals } from './signals.js'
import { quote } from './shell.js'
import { checkEnoughImages, withFittingBatch } from './small-sets.js'
import type { TrainFlags } from './train.js'
import { withValidNames } from './valid-names.js'

const BEFORE_TRAINING = 'interrupted before the first step\ngo on with: the same command'

export async function train (given: TrainFlags, context: CliContext, command: string): Promise<void> {
  const flags = withValidNames(given, context)
  const asked = await requestOf(flags)
  const request = flags.resume === true ? asked : await chooseImageSize(asked, context)
  const places = chosenPlaces(context.directory, flags)
  const { config: planned, location, resumed } = await plan(flags, request, places.runs)
  if (!resumed) await checkNewRun(location)
  await withData(planned.data, context, async data => {
    checkEnoughImages(data)
    const { config: looked, analysis } = resumed
      ? { config: planned }
      : await lookAtImages(data.train, planned, { request, objects: flags.objects }, context)
    const config = withFittingBatch(looked, data.train, request, context)
    if (!resumed && context.signal.aborted) throw new Interrupted(BEFORE_TRAINING)
    // What does not fit is refused before the run's folder is made.
    const network = createNetwork(config.model, data.train.shape)
    const { batches } = await sourcesOf(config, data.train)
    checkMilestones(network, totalStepsOf(config.fit, batches.stepsPerEpoch))
    if (!resumed && context.signal.aborted) throw new Interrupted(BEFORE_TRAINING)
    const prepare = async (path: string) => {
      await beginRestarts(path, flags.restarts)
      if (analysis === undefined) return
      const { picture } = await writeAnalysis(path, analysis)
      context.stderr.write(`objects: ${displayPath(context.directory, picture)}\n`)
    }
    if (flags.export) await checkWritable(join(places.repository, config.name))
    const chosen = await chooseRunDevice(flags)
    const run = resumed ? await resumeRun(location) : await createRun(location, config, prepare)
    try {
      await checkWritable(run.report)
      const work = { flags, config, network, data, run, command, chosen }
      const restarts = await attemptsLeft(flags, run)
      const { result, config: trained } =
        restarts === undefined
          ? {
              result: await runEngine(
                { ...work, checkpoint: resumed ? await loadCheckpoint(run, config, data.train, context) : undefined },
                context
              ),
              config,
            }
          : await trainAttempts(work, restarts, context)
      if (result.outcome === 'interrupted') throw interrupted(result, location, flags, context)
      const { state, trainedSeconds } = result
      await finishRun(
        {
          config: trained,
          network,
          run,
          state,
          trainedSeconds,
          data,
          places,
          publish: flags.export,
          threads: flags.threads,
          again: finishCommand(location, flags),
        },
        context
      )
    } catch (error) {
      if (!(error instanceof TrainerError) || error.code !== 'PVAE_OUTPUT_UNWRITABLE') throw error
      throw new TrainerError(
        error.code,
        `${error.message}; what was saved before is whole: once that is mended, go on with: ` +
          `${resumeCommand(location, flags)}`,
        { cause: error }
      )
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

async function plan (flags: TrainFlags, request: ConfigRequest, runs: string): Promise<Plan> {
  if (flags.resume !== true) {
    const config = resolveRequest(request)
    return { config, location: { runs, name: flags.run ?? config.name }, resumed: false }
  }
  // A preset only says which run: its config may have been changed by flags when the run began.
  const name = flags.run ?? flags.name ?? (flags.preset === undefined ? undefined : findPreset(flags.preset).name)
  if (name === undefined) throw invalid('the run to resume', '--run NAME', 'nothing')
  const location = { runs, name }
  const run = await readRun(location)
  const config = resolveRequest(request, run.config)
  const restarts = await readRestarts(run.path)
  // Once an attempt is kept the run has its seed: a config file that began the run still names the first attempt's.
  const isFirst = config.seed === restarts?.attempts[0]?.seed
  return { config: isFirst ? { ...config, seed: run.config.seed } : config, location, resumed: true }
}

/**
 * The last whole checkpoint; undefined for a run that was killed before its first. The run takes on the config it goes
 * on with.
 */
async function loadCheckpoint (
  run: WritableRun,
  config: RunConfig,
  { fingerprint }: ImageDataset,
  context: CliContext
): Promise<Checkpoint | undefined> {
  const { stderr, directory } = context
  const latest = await run.checkpoints.loadLatest(warnRefused(context))
  checkResumable(latest?.checkpoint ?? { config: run.config, dataFingerprint: fingerprint }, config, fingerprint)
  await run.writeConfig(config)
  stderr.write(
    latest === undefined
      ? 'no checkpoint yet: starting from the first step\n'
      : `resuming at step ${latest.checkpoint.state.step}, from ${displayPath(directory, latest.path)}\n`
  )
  return latest?.checkpoint
}

/**
 * How many attempts the run may have in all; undefined for a run of one attempt, and for one whose attempts are over.
 */
async function attemptsLeft ({ restarts }: TrainFlags, run: WritableRun): Promise<number | undefined> {
  const begun = await readRestarts(run.path)
  if (restarts !== undefined && restarts !== begun?.restarts) {
    throw invalid(
      '--restarts',
      begun === undefined ? 'no restarts, as the run began,' : `${begun.restarts}, as the run began,`,
      String(restarts)
    )
  }
  return begun?.kept === undefined ? begun?.restarts : undefined
}

async function trainAttempts (
  work: Omit<Work, 'checkpoint'>,
  restarts: number,
  context: CliContext
): Promise<RestartsResult> {
  const { config, network, data, run, flags } = work
  const { stderr } = context
  checkResumable({ config: run.config, dataFingerprint: data.train.fingerprint }, config, data.train.fingerprint)
  return await fitWithRestarts({
    run,
    config,
    restarts,
    train: ({ attempt, restarts, ...own }) => {
      stderr.write(
        `attempt ${attempt} of at most ${restarts}: seed ` +
          `${own.config.seed}${own.checkpoint === undefined ? '' : `, resuming at step ${own.checkpoint.state.step}`}\n`
      )
      return runEngine({ ...work, ...own, checkpoint: own.checkpoint }, context)
    },
    signals: (config, state) => measureSignals(config, network, data.train, state, context.signal, flags.threads),
    signal: context.signal,
    onRefused: warnRefused(context),
    onAttempt: attempt => stderr.write(`attempt ${attempt.attempt}: ${describeAttempt(attempt)}\n`),
  })
}

function interrupted (
  { state, totalSteps, path }: FitResult,
  location: RunLocation,
  flags: TrainFlags,
  { directory }: CliContext
): Interrupted {
  return new Interrupted(
    `interrupted after step ${state.step} of ${totalSteps}, saved in ${displayPath(directory, path)}\ngo on with: ` +
      `${resumeCommand(location, flags)}`
  )
}

/** What is left to do of a run that was trained: it is told without training. */
function finishCommand (location: RunLocation, flags: TrainFlags): string {
  return flags.export
    ? `npm run pvae -- export --run ${location.name}${placesText(flags)}`
    : resumeCommand(location, flags)
}

function resumeCommand ({ name }: RunLocation, flags: TrainFlags): string {
  return `npm run train -- --resume --run ${name}${placesText(flags)}${flags.export ? '' : ' --no-export'}`
}

/** Where the run is, and where its model goes: a command that goes on must not put it elsewhere. */
function placesText (flags: TrainFlags): string {
  const places = (['runs', 'repository'] as const).map(place =>
    flags[place] === undefined ? '' : ` --${place} ${quote(flags[place])}`
  )
  return places.join('')
}
