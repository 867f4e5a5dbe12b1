import {
  latentSizeOf,
  layOutPartitions,
  openRepository,
  PIXEL_RULE,
  type PublishedVersion,
} from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { headlineMetrics } from '../measure/index.js'
import type { Assessment } from './assess.js'
import { recordGolden } from './golden.js'
import type { ServedModel } from './served-model.js'

/** The facts of how a model came to be, for its card. */
export interface TrainingFacts {
  /** Passes over the training images; with a fraction where the run ended within one. */
  readonly epochs: number
  readonly steps: number
  readonly engine: string
  readonly durations: { readonly trainingSeconds: number }
  readonly packages: Readonly<Record<string, string>>
  readonly command: string
  /** The commit of the sources that it was trained by. */
  readonly commit?: string
}

export interface PublishOptions {
  /** The repository's root folder; it is made if need be. */
  readonly repository: string
  readonly config: RunConfig
  readonly model: ServedModel
  readonly data: DataSplits
  readonly assessment: Assessment
  readonly training: TrainingFacts
  /** The encoded sample. Default: none. */
  readonly sample?: Uint8Array | undefined
}

/**
 * Publishes a model as a new, immutable version: card, graphs, golden examples and report, whole or not at all.
 * @throws ModelError PVAE_REPOSITORY_UNWRITABLE, or as the repository refuses
 */
export async function publishModel ({
  repository,
  config,
  model,
  data,
  assessment,
  training,
  sample,
}: PublishOptions): Promise<PublishedVersion> {
  const { height, width, channels } = data.test.shape
  const partitions = layOutPartitions(config.model.partitions)
  return await openRepository(repository).publish({
    card: {
      name: config.name,
      description: config.description,
      image: { height, width, channels: channels as 1 | 3 },
      pixelRule: PIXEL_RULE,
      subresolution: config.model.subresolution,
      latentSize: latentSizeOf(partitions),
      partitions,
      latentStatistics: assessment.latentStatistics,
      training: {
        config,
        seed: config.seed,
        ...training,
        data: { train: summarise(data.train), test: summarise(data.test) },
      },
      metrics: { test: headlineMetrics(assessment.metrics) },
    },
    ...model.graphs,
    ...sample && { sample },
    golden: await recordGolden(model.inference, data.test, config.model),
    report: assessment.report,
  })
}

function summarise ({ name, count, fingerprint }: ImageDataset) {
  return { name, count, fingerprint }
}
