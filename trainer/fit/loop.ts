import { pixelCount } from '@partition-vae/models'
import type { Batch } from '../data/batches.js'
import { TrainerError } from '../foundation/errors.js'
import { createLocate } from '../footage/locate.js'
import { checkMilestones } from '../model/phases.js'
import type { Timeline } from '../profile/timeline.js'
import type { BatchSource } from './batch-source.js'
import { adviseDiverged, checkMetrics } from './divergence.js'
import { endEpoch, endEpochOfBefore } from './end-epoch.js'
import { addStep } from './epoch-sums.js'
import { createLossWatch, type LossWatch } from './loss-watch.js'
import { meanImageError } from './mean-image.js'
import type { FitOptions, FitResult, TimedOptions } from './options.js'
import { planCourse, startingPosition, type Course } from './position.js'
import { createSaver } from './save-checkpoint.js'
import { stepInputs } from './step-inputs.js'

const UNTIMED: Pick<Timeline, 'span'> = { span: (_, work) => work() }

/**
 * Trains to the end of the config's epochs, or steps. Everything random is addressed by seed and step, so a run that
 * was stopped anywhere and resumed from a checkpoint ends with the same bits as one that was not.
 * @throws TrainerError PVAE_DIVERGED (the last good checkpoint stays), PVAE_CHECKPOINT_MISMATCH, PVAE_DATA_MISMATCH,
 * PVAE_OUTPUT_UNWRITABLE
 */
export async function fit (options: FitOptions): Promise<FitResult> {
  try {
    return await takeSteps({ ...options, timeline: options.timeline ?? UNTIMED })
  } catch (error) {
    throw error instanceof TrainerError && error.code === 'PVAE_DIVERGED' ? await adviseDiverged(error, options) : error
  }
}

async function takeSteps (options: TimedOptions): Promise<FitResult> {
  const { config, network, engine, batches, run, checkpoint, signal, timeline } = options
  const { batchSize, checkpointEverySteps } = config.fit
  const { image } = network
  const course = planCourse(options)
  const { partitions, stepsPerEpoch, totalSteps } = course
  checkMilestones(network, totalSteps)
  const locate = config.objective.keyPoints &&
    createLocate(config.objective.keyPoints, image, batches.stepsPerEpoch * config.fit.batchSize)
  const sources = { ...options, image, locate }
  const watch = await watchLosses(options, course)
  const position = startingPosition(options, course)
  if (checkpoint !== undefined) await engine.writeState(checkpoint.state)
  await run.truncateLog(position.step)

  const saver = createSaver(options, totalSteps, position)
  const isAborted = () => signal?.aborted === true
  const interrupted = async (): Promise<FitResult> => ({ outcome: 'interrupted', ...await saver.save() })

  if (!await endEpochOfBefore(options, course, position)) return await interrupted()
  let ahead = prefetch(batches, position.step, totalSteps)
  while (position.step < totalSteps) {
    if (isAborted()) return await interrupted()
    let reason: string | undefined
    try {
      reason = await reasonToGiveUp(options, position.step, totalSteps)
    } catch (error) {
      if (isAborted()) return await interrupted()
      throw error
    }
    if (reason !== undefined) return { outcome: 'given up', reason, ...await saver.save() }
    const batch = await timeline.span('wait for data', () => ahead!)
    const scheduled = course.scheduleAt(position.step)
    const inputs = await timeline.span('prepare inputs', async () =>
      stepInputs(sources, batch, position.step, scheduled))
    ahead = prefetch(batches, position.step + 1, totalSteps)
    const started = performance.now()
    const metrics = await timeline.span('step', () => engine.step(inputs))
    const seconds = (performance.now() - started) / 1000
    const step = position.step + 1
    checkMetrics(metrics, partitions, step)
    position.step = step
    watch.look(metrics, scheduled.beta, step)
    position.sums = addStep(position.sums, metrics)
    position.trainedSeconds += seconds
    position.epochSeconds += seconds
    position.epochSteps++
    await options.onStep?.({ ...scheduled, step, totalSteps, stepsPerEpoch, batchSize, metrics })

    const ended = course.isEnd(step)
    if (ended) {
      if (saver.isDue() && !watch.isSuspect()) await saver.save() // measuring may take long
      if (!await endEpoch(options, course, position)) return await interrupted()
    }
    // What may be diverging does not take the place of what it can fall back on.
    if (step < totalSteps && (ended || step % checkpointEverySteps === 0 || saver.isDue()) && !watch.isSuspect()) {
      await saver.save()
    }
  }
  return { outcome: 'finished', ...await saver.save(true) }
}

async function watchLosses (
  { config: { model }, network: { image, milestones }, batches }: FitOptions,
  { partitions }: Course
): Promise<LossWatch> {
  return createLossWatch({
    model,
    image,
    partitions,
    meanImageError: await meanImageError(batches, pixelCount(image)),
    milestones: milestones.map(({ step }) => step),
  })
}

function prefetch (batches: BatchSource, step: number, totalSteps: number): Promise<Batch> | undefined {
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
