import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { validNameOf } from '../../config/valid-name.js'
import { invalid } from '../../config/invalid.js'
import { resolveRequest } from '../../config/resolve-request.js'
import type { ConfigRequest } from '../../config/request.js'
import { decodeText } from '../../data/decode-text.js'
import { notFound } from '../../foundation/not-found.js'
import { bestTrials, writeBestConfigs } from '../../tune/outcome/best.js'
import { writeStudyReport } from '../../tune/outcome/report.js'
import { checkSpace } from '../../tune/space/check-space.js'
import { readSpace } from '../../tune/space/read-space.js'
import { TRIAL_QUEUE, type TrialPiece } from '../../tune/queue/piece.js'
import { queueStudy } from '../../tune/queue/queue-study.js'
import { isReported, parseObjective, RANK, type Objective } from '../../tune/study/objective.js'
import type { StudyOptions } from '../../tune/study/settings.js'
import { openStudy, type Study } from '../../tune/study/study.js'
import { watchStudy } from '../../tune/study/watch.js'
import { workOn, type WorkOptions } from '../../tune/study/work.js'
import { threadsOfEach, workSideBySide } from '../../tune/study/workers.js'
import { Interrupted, type CliContext } from '../context.js'
import type { TuneFlags } from '../commands/tune.js'
import { chosenDirectories } from '../output-directories.js'
import { displayPath } from '../terminal/display-path.js'
import { trialLines } from '../terminal/trial-lines.js'
import { untilParentIsGone } from './parent.js'
import { requestOf } from './request.js'
import { withValidNames } from './valid-names.js'

interface Given {
  /** For whoever wants to repeat it. */
  readonly command: string
  readonly argv: readonly string[]
}

/** Reads the flags, runs trials, tells of them, and writes what was found. */
export async function tune (given: TuneFlags, context: CliContext, { command, argv }: Given): Promise<void> {
  const flags = withValidNames(given, context)
  const request = await requestOf(flags)
  const config = resolveRequest(request)
  const space = readSpace(await readSpaceFile(flags.space))
  checkSpace(space, request, config)
  const objectives = flags.objective.map(parseObjective)
  if (flags.seeds === 1 && objectives.some(({ metric }) => metric === RANK)) {
    throw invalid(`--seeds with --objective ${RANK}`, 'at least 2, which it compares,', '1')
  }
  const name = flags.study ?? config.name
  if (validNameOf(name) === undefined) throw invalid('--study', 'letters, digits and dashes', JSON.stringify(name))
  const directory = join(chosenDirectories(context.directory, flags).studies, validNameOf(name)!)
  const studyOptions: StudyOptions = {
    directory,
    name,
    space,
    objectives,
    request: withoutPath(request),
    repetitions: flags.seeds,
    sampler: flags.sampler,
    seed: config.seed,
    prunes: choosePruner(flags, objectives),
  }
  const study = await openStudy(studyOptions)
  const workOptions: WorkOptions = {
    ...studyOptions,
    request,
    engine: { kind: 'compiled', threads: threadsOfEach(flags) },
    command,
    trials: flags.trials,
    until: performance.now() + (flags.hours ?? Infinity) * 3_600_000,
  }
  if (flags.worker === true) {
    return await workOn(study, workOptions, untilParentIsGone(context.signal)).finally(() => study.close())
  }
  const lines = trialLines({ ...context, study, objectives, trials: flags.trials, space })
  const watching = watchStudy(study, lines)
  try {
    if (flags.queue !== undefined) await throughQueue(flags.queue, study, studyOptions, workOptions, context)
    else if (flags.jobs === 1) await workOn(study, workOptions, context.signal)
    else await workSideBySide({ argv, jobs: flags.jobs, signal: context.signal })
  } finally {
    await watching.end()
    await study.close()
    await tellResult(study, studyOptions, context, command)
  }
  if (context.signal.aborted) {
    throw new Interrupted(`interrupted; ${displayPath(context.directory, directory)} has all there is\n` +
      'go on with: the same command')
  }
}

/** Has `pvae worker` processes run the trials. */
async function throughQueue (
  url: string,
  study: Study,
  { directory: folder, name, sampler, prunes }: StudyOptions,
  { trials, until, command }: WorkOptions,
  { directory: root, stderr, signal }: CliContext
): Promise<void> {
  // Its library is large: loaded where it is wanted.
  const { openQueue } = await import('@partition-vae/collections/queue')
  const say = (text: string) => stderr.write(`${text}\n`)
  const queue = await openQueue({ url, name: TRIAL_QUEUE, onState: say, signal })
  const piece: TrialPiece = {
    kind: 'tune',
    folder,
    study: name,
    sampler,
    prunes,
    trials,
    ...until === Infinity ? {} : { until: Date.now() + until - performance.now() },
    root,
    command,
  }
  const onGivenUp = (reason: string) => say(`a trial was given up: ${reason}`)
  await queueStudy(study, queue, { piece, until, signal, onGivenUp }).finally(() => queue.close())
}

/** Writes report and best configs, as far as there is something to write. */
async function tellResult (
  study: Study,
  { directory, objectives, space }: StudyOptions,
  { stdout, directory: here }: CliContext,
  command: string
): Promise<void> {
  await study.refresh()
  const best = bestTrials(study.state(), objectives)
  if (best.length === 0) return
  const configs = await writeBestConfigs(directory, best, objectives)
  const report = await writeStudyReport(directory, study.state(), { space, objectives, command, configs })
  best.forEach(({ number, values }, i) => {
    const shown = objectives.map(({ metric }, at) => `${metric} ${Number(values![at]!.toPrecision(5))}`).join(', ')
    stdout.write(`best: trial ${number}, ${shown}; train it with: npm run train -- --config ` +
      `${displayPath(here, configs[i]!)}\n`)
  })
  stdout.write(`report: ${displayPath(here, report)}\n`)
}

/** @throws TrainerError PVAE_CONFIG_INVALID where nothing is reported by which trials could be stopped */
function choosePruner ({ pruner }: TuneFlags, objectives: readonly Objective[]): boolean {
  const reason = objectives.length > 1
    ? 'several objectives'
    : isReported(objectives[0]!) ? undefined : `${objectives[0]!.metric}, which is measured at the end only`
  if (pruner === 'asha' && reason !== undefined) {
    throw invalid('--pruner asha', 'one objective that each epoch measures', reason)
  }
  return pruner !== 'none' && reason === undefined
}

/** Where the config file lies says nothing about what is in it. */
function withoutPath ({ file, ...request }: ConfigRequest): ConfigRequest {
  return { ...request, ...file === undefined ? {} : { file: { path: basename(file.path), value: file.value } } }
}

async function readSpaceFile (path: string): Promise<unknown> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw notFound(path, '--space', error, 'PVAE_CONFIG_INVALID')
  })
  try {
    return JSON.parse(decodeText(bytes, path))
  } catch (error) {
    throw invalid('--space', `a JSON file at ${path}`, (error as Error).message, { cause: error })
  }
}
