import { join } from 'node:path'
import { withOverrides, type ConfigRequest } from '../../config/request.js'
import type { Metrics } from '../../measure/metrics-schema.js'
import { TrainerError } from '../../foundation/errors.js'
import { medianOf } from '../../foundation/median.js'
import { RunInterrupted } from '../../run/interrupted.js'
import type { RunObserver } from '../../run/observer.js'
import type { EngineChoice } from '../../run/options.js'
import { trainOrResume } from '../../run/train-or-resume.js'
import { overridesOf } from '../space/check-space.js'
import { isReported, numberAt, RANK } from './objective.js'
import { rankRuns, type RankedRun } from './rank-runs.js'
import type { StudySettings } from './settings.js'
import type { Claim } from './claim.js'
import type { Study, TrialEnd } from './study.js'

export interface TrialOptions extends StudySettings {
  /** The seed of each trial's first training; the next ones have the numbers after it. */
  readonly seed: number
  readonly engine: EngineChoice
  readonly command: string
}

/** What makes a config that can't be trained, and says nothing about the next one. */
const OF_THE_CONFIG = ['PVAE_DIVERGED', 'PVAE_CONFIG_INVALID', 'PVAE_INVALID_PARAMETER', 'PVAE_KERNEL_NOT_LOWERED']

/**
 * Trains and measures one trial, from its last checkpoints where it was begun before.
 * @returns how it ended; undefined where it was interrupted, or another process is at it still: it is to be taken again
 * @throws TrainerError for what would stop every trial
 */
export async function runTrial (
  study: Study,
  claim: Claim,
  options: TrialOptions,
  signal: AbortSignal
): Promise<TrialEnd | undefined> {
  const { trial, drawn } = claim
  const begun = performance.now()
  const attributes = (more: Readonly<Record<string, unknown>>) =>
    ({ 'pvae:seconds': Math.round((performance.now() - begun) / 100) / 10, ...more })
  try {
    const runs: RankedRun[] = []
    for (let repetition = 0; repetition < options.repetitions; repetition++) {
      const metrics = await trainOnce(study, claim, repetition, options, signal)
      if (metrics === 'pruned') return { state: 'pruned', attributes: attributes({}), ...lastReport() }
      runs.push({ name: runNameOf(trial.number, repetition), metrics })
    }
    const values: number[] = []
    const bySeed: Record<string, readonly number[]> = {}
    for (const { metric } of options.objectives) {
      if (metric === RANK) {
        values.push(await rankRuns(join(study.directory, RUNS), runs, options.engine.threads, signal))
        continue
      }
      const ofSeeds = runs.map(({ metrics }) => measured(metrics, metric))
      values.push(medianOf(ofSeeds))
      bySeed[metric] = ofSeeds
    }
    const more = options.repetitions === 1 ? {} : { 'pvae:valuesBySeed': bySeed }
    return { state: 'complete', values, attributes: attributes(more) }
  } catch (error) {
    if (signal.aborted && (error instanceof RunInterrupted || error === signal.reason)) return undefined
    // Its former process is slow, not lost.
    if (error instanceof TrainerError && error.code === 'PVAE_RUN_LOCKED') return undefined
    if (!(error instanceof TrainerError) || !OF_THE_CONFIG.includes(error.code)) throw error
    return { state: 'fail', attributes: attributes({ 'pvae:error': error.message, 'pvae:drawn': drawn }) }
  }

  /** As Optuna does: the value of a trial that was stopped early is what it reported last. */
  function lastReport (): Pick<TrialEnd, 'values'> {
    const { intermediateValues } = study.state().trials[trial.number]!
    const last = intermediateValues.get(Math.max(...intermediateValues.keys()))
    return last === undefined ? {} : { values: [last] }
  }
}

async function trainOnce (
  study: Study,
  { trial }: Claim,
  repetition: number,
  { request, space, objectives, seed, engine, command }: TrialOptions,
  signal: AbortSignal
): Promise<Metrics | 'pruned'> {
  const runs = join(study.directory, RUNS)
  const name = runNameOf(trial.number, repetition)
  const [objective] = objectives
  const stop = new AbortController()
  let epochs = Infinity
  let reports = Promise.resolve()
  const observer: RunObserver = {
    onTraining (training) { epochs = training.epochs },
    onEpoch ({ epoch, test }) {
      const value = numberAt(test, objective!.metric)
      // One report an epoch: what further seeds show counts in the median at the end.
      if (repetition > 0 || value === undefined || !isReported(objective!)) return
      reports = reports.then(async () => {
        if (await study.report(trial, epoch, value) && epoch < epochs) stop.abort()
      })
      // Awaited below: until then a failure is nobody's.
      reports.catch(() => stop.abort())
    },
  }
  const drawn = Object.fromEntries(study.state().trials[trial.number]?.parameters ?? trial.parameters)
  const options = {
    request: requestOf(request, space, drawn, seed + repetition),
    runs,
    name,
    engine,
    evaluateEvery: 1,
    tensorboard: false,
    command,
  }
  try {
    const metrics = await trainOrResume(options, { observer, signal: AbortSignal.any([signal, stop.signal]) })
    await reports
    return metrics
  } catch (error) {
    await reports
    if (error instanceof RunInterrupted && stop.signal.aborted && !signal.aborted) return 'pruned'
    throw error
  }
}

/** The folder of all trainings of a study. */
export const RUNS = 'runs'

export function runNameOf (trial: number, repetition = 0): string {
  const name = `trial-${String(trial).padStart(4, '0')}`
  return repetition === 0 ? name : `${name}-seed-${repetition + 1}`
}

function requestOf (
  request: ConfigRequest,
  space: StudySettings['space'],
  drawn: Claim['drawn'],
  seed: number
): ConfigRequest {
  return withOverrides(request, ...overridesOf(space, drawn), ['seed', seed])
}

function measured (metrics: Metrics, metric: string): number {
  const value = numberAt(metrics, metric)
  if (value !== undefined) return value
  const reason = Object.entries(metrics.notMeasured ?? {}).find(([what]) => metric.startsWith(what))?.[1]
  throw new TrainerError(
    'PVAE_CONFIG_INVALID',
    `expected the objective ${metric} to be measured but found none${reason === undefined ? '' : `: ${reason}`}`
  )
}
