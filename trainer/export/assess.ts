import { latentSizeOf, layOutPartitions, type Partition } from '@partition-vae/models'
import { formUnitsOf } from '../config/form-units.js'
import { partitionKinds } from '../config/partition-kinds.js'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits } from '../data/dataset.js'
import type { EvaluationProgress } from '../measure/batches.js'
import {
  beginFactors,
  evaluateModel,
  isHandwriting,
  measureKnownTruth,
  measureLatentStatistics,
  type LatentStatistics,
  type Metrics,
} from '../measure/index.js'
import { drawFigures, drawReport, type DrawnReport } from '../report/index.js'
import { interruptible } from '../measure/pace.js'
import type { Work } from '../measure/work/job.js'
import type { Restarts } from '../fit/attempts.js'
import { parseEpochRecords } from '../fit/record.js'
import { checkThings } from './check-things.js'
import type { ServedModel } from './served-model.js'

/**
 * Training images at most that the card's statistics are of: a deviation is then known to 1%, and models that look at
 * an image for long do not take longer over these than over training.
 */
const STATISTICS_IMAGES = 5000

export interface AssessOptions {
  readonly config: RunConfig
  readonly model: ServedModel
  readonly data: DataSplits
  /** The run's log.jsonl. */
  readonly log: string
  /** Shown in the report by name. */
  readonly facts: Readonly<Record<string, string>>
  /** The attempts of a run that had several. */
  readonly restarts?: Restarts | undefined
  /** The command that makes this model again. */
  readonly command: string
  /** Does what takes long without the graphs. Default: this thread. */
  readonly work?: Work | undefined
  /** Told now and then what is going on. */
  readonly progress?: EvaluationProgress | undefined
  /** Once aborted, measuring and drawing stop. */
  readonly signal: AbortSignal
}

export interface Assessment {
  /** On the test split. */
  readonly metrics: Metrics
  readonly partitions: readonly Partition[]
  /** Over the training split. */
  readonly latentStatistics: LatentStatistics
  readonly report: DrawnReport
}

/**
 * Measures a model on the test split, draws its figures and its report. Nothing is written. @throws the signal's reason
 * once it is aborted
 */
export async function assessModel (options: AssessOptions): Promise<Assessment> {
  const { config, data, log, facts, restarts, command, work, progress, signal } = options
  const partitions = layOutPartitions(config.model.partitions)
  const latentSize = latentSizeOf(partitions)
  const inference = interruptible(options.model.inference, data.test.shape, latentSize, signal)
  const kinds = partitionKinds(config.model)
  const known = {
    inference,
    ...data,
    partitions,
    kinds,
    forms: formUnitsOf(config.model),
    seed: config.seed,
    handwriting: isHandwriting(config.data),
    work,
    progress,
    signal,
  }
  // Threads look for factors while the graphs are used for all else.
  const begunFactors = await beginFactors(known)
  const measured = await evaluateModel({
    inference,
    dataset: data.test,
    partitions,
    likelihood: config.model.likelihood,
    posteriors: begunFactors?.posteriors,
    seed: config.seed,
    progress,
  })
  const things = await checkThings({ config, inference, partitions, ...data, progress, signal })
  const latentStatistics = await measureLatentStatistics({
    inference, dataset: data.train, partitions, limit: STATISTICS_IMAGES, progress,
  })
  const { figures, notDrawn } = await drawFigures(
    {
      inference,
      dataset: data.test,
      card: { latentSize, partitions, latentStatistics, training: { config } },
      kinds,
    },
    { progress, signal }
  )
  const truth = await measureKnownTruth({ ...known, likelihood: measured.likelihood, begunFactors })
  const metrics = joinMetrics(measured, truth, things, { notMeasured: notDrawn })
  const report = await drawReport({
    title: config.name,
    description: config.description,
    split: 'test',
    partitions,
    kinds,
    metrics,
    figures,
    records: parseEpochRecords(log),
    config,
    facts,
    restarts,
    command,
  })
  return { metrics, partitions, latentStatistics, report }
}

/** All measures, and why any of them is missing. */
export function joinMetrics (measured: Metrics, ...others: ReadonlyArray<Partial<Metrics>>): Metrics {
  const notMeasured = Object.assign({}, ...[measured, ...others].map(part => part.notMeasured ?? {})) as NonNullable<
    Metrics['notMeasured']
  >
  const { notMeasured: _, ...all } = Object.assign({}, measured, ...others) as Metrics
  return Object.keys(notMeasured).length === 0 ? all : { notMeasured, ...all }
}
