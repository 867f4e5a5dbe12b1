import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { latentSizeOf, layOutPartitions } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits } from '../data/dataset.js'
import { drawFigures, evaluateModel, isHandwriting, measureKnownTruth, measureLatentStatistics, writeReport, type LatentStatistics, type Metrics } from '../evaluate/index.js'
import type { Restarts } from '../fit/attempts.js'
import { parseEpochRecords } from '../fit/record.js'
import type { ServedModel } from './served-model.js'

export interface AssessOptions {
  readonly config: RunConfig
  readonly model: ServedModel
  readonly data: DataSplits
  /** Where the report is written. */
  readonly report: string
  /** The run's log.jsonl. */
  readonly log: string
  /** Shown in the report by name. */
  readonly facts: Readonly<Record<string, string>>
  /** Of a run that had several attempts. */
  readonly restarts?: Restarts | undefined
  /** The command that makes this model again. */
  readonly command: string
  /** Told now and then what is going on; may throw to stop. */
  readonly onProgress?: ((what: string, done: number, total: number) => void) | undefined
}

export interface Assessment {
  /** On the test split. */
  readonly metrics: Metrics
  /** Over the training split. */
  readonly latentStatistics: LatentStatistics
  /** The report's files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>
}

/** Measures a model on the test split, draws its figures and writes the report. */
export async function assessModel (options: AssessOptions): Promise<Assessment> {
  const { config, model: { inference }, data, report, log, facts, restarts, command, onProgress } = options
  const partitions = layOutPartitions(config.model.partitions)
  const progress = (what: string) => (done: number, total: number) => onProgress?.(what, done, total)
  const measured = await evaluateModel({
    inference, dataset: data.test, partitions, likelihood: config.model.likelihood, seed: config.seed, progress: progress('measuring on the test split'),
  })
  const truth = await measureKnownTruth({
    inference,
    ...data,
    partitions,
    likelihood: measured.likelihood,
    seed: config.seed,
    handwriting: isHandwriting(config.data),
    onStage: what => onProgress?.(what, 0, 1),
  })
  const metrics = { ...measured, ...truth }
  const latentStatistics = await measureLatentStatistics({
    inference, dataset: data.train, partitions, progress: progress('measuring the latent on the training split'),
  })
  onProgress?.('drawing figures', 0, 1)
  const figures = await drawFigures({ inference, dataset: data.test, card: { latentSize: latentSizeOf(partitions), partitions, latentStatistics } })
  const names = await writeReport(report, {
    title: config.name,
    description: config.description,
    split: 'test',
    partitions,
    metrics,
    figures,
    records: parseEpochRecords(log),
    config,
    facts,
    restarts,
    command,
  })
  const files = await Promise.all(names.map(async name => [name, new Uint8Array(await readFile(join(report, name)))] as const))
  onProgress?.('drawing figures', 1, 1)
  return { metrics, latentStatistics, files: new Map(files) }
}
