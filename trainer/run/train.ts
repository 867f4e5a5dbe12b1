import { join } from 'node:path'
import { resizeBaseline } from '../config/resolve-request.js'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits } from '../data/dataset.js'
import type { FootageAnalysis } from '../footage/analyse.js'
import { writeAnalysis } from '../footage/report.js'
import { beginRestarts } from '../fit/attempts.js'
import type { RestartsResult } from '../fit/restarts.js'
import { createRun, resumeRun, type WritableRun } from '../fit/run-directory.js'
import { totalStepsOf } from '../fit/run-length.js'
import { TrainerError } from '../foundation/errors.js'
import { createNetwork } from '../model/create-network.js'
import type { Network } from '../model/network.js'
import { checkMilestones } from '../model/phases.js'
import { completeByFootage, type AnalysedConfig } from './analyse-footage.js'
import { assessAndPublish } from './assess-and-publish.js'
import { chooseEngineDevice } from './choose-engine.js'
import { RunInterrupted, RunUnwritable } from './interrupted.js'
import { resumeCheckpoint } from './load-checkpoint.js'
import type { RunContext } from './observer.js'
import { withData } from './open-data.js'
import { openSources } from './open-sources.js'
import type { RunOptions } from './options.js'
import { checkWritable } from './output-checks.js'
import { planNewRun, planResumedRun, type RunPlan } from './plan.js'
import { checkEnoughImages, withFittingBatch } from './small-sets.js'
import { attemptsLeft, trainAttempts } from './train-attempts.js'
import { trainOnce, type Training } from './train-once.js'

/**
 * Makes a run from a request to a published version, or goes on with one. What does not fit is refused before the run's
 * folder is made.
 * @throws RunInterrupted once the signal is aborted; RunUnwritable where a run that has begun can't write; TrainerError
 */
export async function train (options: RunOptions, context: RunContext): Promise<void> {
  const plan = options.resume ? await planResumedRun(options) : await planNewRun(options, context)
  await withData(plan.config.data, context, data => trainOn(data, plan, options, context))
}

async function trainOn (data: DataSplits, plan: RunPlan, options: RunOptions, context: RunContext): Promise<void> {
  const { location } = plan
  const { resume, restarts, publishTo, sampleImages, engine, command } = options
  checkEnoughImages(data)
  const { config, analysis } = await completeConfig(data, plan, options, context)
  checkInterruption(options, context)
  const network = createNetwork(config.model, data.train.shape)
  await checkSteps(config, network, data)
  checkInterruption(options, context)
  if (publishTo !== undefined) await checkWritable(join(publishTo, config.name))
  const chosen = await chooseEngineDevice(engine)
  const run = resume
    ? await resumeRun(location)
    : await createRun(location, config, path => prepareRun(path, restarts, analysis, context))
  try {
    await checkWritable(run.report)
    const training = { options, config, network, data, run, command, chosen }
    const { result, config: trained } = await trainToEnd(training, options, context)
    const { outcome, state, totalSteps, path, trainedSeconds } = result
    if (outcome === 'interrupted') {
      throw new RunInterrupted({ at: 'training', run: location.name, step: state.step, totalSteps, path })
    }
    await assessAndPublish(
      { config: trained, network, run, state, trainedSeconds, data, publishTo, sampleImages, threads: engine.threads },
      context
    )
  } catch (error) {
    const isUnwritable = error instanceof TrainerError && error.code === 'PVAE_OUTPUT_UNWRITABLE'
    throw isUnwritable ? new RunUnwritable(location.name, error) : error
  } finally {
    await run.close()
  }
}

/** A run that goes on has its whole config; of a new one the images may have a say. */
async function completeConfig (
  { train }: DataSplits,
  { request, config: asked }: RunPlan,
  { resume, objects, corrections }: RunOptions,
  context: RunContext
): Promise<AnalysedConfig> {
  const planned = resume || request.baseline === undefined ? asked : resizeBaseline(request, train.shape)
  const { config, analysis } = resume
    ? { config: planned }
    : await completeByFootage(train, planned, { request, objects, corrections }, context)
  return { config: withFittingBatch(config, train, request, context.observer), ...analysis && { analysis } }
}

/** @throws RunInterrupted while there is no run yet */
function checkInterruption ({ resume }: RunOptions, { signal }: RunContext): void {
  if (!resume && signal.aborted) throw new RunInterrupted({ at: 'before training' })
}

/** @throws TrainerError where the data, or the length of the run, can't give what the config asks for */
async function checkSteps (config: RunConfig, network: Network, { train }: DataSplits): Promise<void> {
  const { batches } = await openSources(config, train)
  checkMilestones(network, totalStepsOf(config.fit, batches.stepsPerEpoch))
}

/** Writes into a new run's folder what it must not be without. */
async function prepareRun (
  path: string,
  restarts: number | undefined,
  analysis: FootageAnalysis | undefined,
  { observer }: RunContext
): Promise<void> {
  await beginRestarts(path, restarts)
  if (analysis === undefined) return
  const { picture } = await writeAnalysis(path, analysis)
  observer.onAnalysisDrawn?.(picture)
}

/** Trains from one seed or several. The config that comes back has the seed whose result is kept. */
async function trainToEnd (
  training: Omit<Training, 'checkpoint' | 'giveUp'> & { readonly run: WritableRun },
  { restarts: asked, resume }: RunOptions,
  context: RunContext
): Promise<RestartsResult> {
  const { config, run, data: { train } } = training
  const restarts = await attemptsLeft(asked, run)
  if (restarts !== undefined) return await trainAttempts(training, restarts, context)
  const checkpoint = resume ? await resumeCheckpoint(run, config, train, context.observer) : undefined
  return { result: await trainOnce({ ...training, checkpoint }, context), config }
}
