import { latentSizeOf } from '@partition-vae/models'
import { averagesOf, emptySums } from './epoch-sums.js'
import type { FitOptions, TimedOptions } from './options.js'
import type { Course, Position } from './position.js'
import { parseEpochRecords, type EpochRecord, type TestAverages } from './record.js'
import { epochOf } from './run-length.js'
import type { Scheduled } from './schedule.js'

/**
 * Measures and logs the epoch that has ended, or the part of one that the run ends with. False when it was interrupted:
 * then nothing is logged.
 */
export async function endEpoch (
  options: TimedOptions,
  course: Course,
  position: Position
): Promise<boolean> {
  const { config: { fit: { batchSize }, model }, run, signal, timeline } = options
  const { partitions, stepsPerEpoch, totalSteps } = course
  const { step, sums, trainedSeconds, epochSteps, epochSeconds } = position
  const scheduled = course.scheduleAt(step - 1)
  const epoch = epochOf(step, stepsPerEpoch)
  let test: { test?: TestAverages }
  try {
    test = await timeline.span('evaluate', () => testAverages(options, epoch, step === totalSteps, scheduled))
  } catch (error) {
    if (signal?.aborted === true) return false
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
  if (isWhole) position.sums = emptySums(latentSizeOf(model.partitions))
  position.epochSeconds = position.epochSteps = 0
  return true
}

/**
 * Ends the epoch that the process before was stopped in the middle of measuring, or forgets the sums of one that is in
 * the log. False when it was interrupted.
 */
export async function endEpochOfBefore (
  options: TimedOptions,
  course: Course,
  position: Position
): Promise<boolean> {
  const { step, sums } = position
  if (sums.steps === 0 || !course.isEnd(step)) return true
  const isLogged = parseEpochRecords(await options.run.readLog()).some(record => record.step === step)
  if (!isLogged) return await endEpoch(options, course, position)
  if (step % course.stepsPerEpoch === 0) position.sums = emptySums(latentSizeOf(options.config.model.partitions))
  return true
}

async function testAverages (
  { engine, evaluate, evaluateEvery = 1 }: Pick<FitOptions, 'engine' | 'evaluate' | 'evaluateEvery'>,
  epoch: number,
  isLast: boolean,
  scheduled: Scheduled
): Promise<{ test?: TestAverages }> {
  if (evaluate === undefined || (epoch % evaluateEvery !== 0 && !isLast)) return {}
  const test = await evaluate(await engine.readState(), scheduled)
  return test === undefined ? {} : { test }
}
