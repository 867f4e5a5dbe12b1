import type { Partition } from '@partition-vae/models'
import { NO_KINDS, partitionKinds } from '../config/partition-kinds.js'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import type { InferenceGraphs } from '../engine/engine.js'
import { findKnownPlaces } from '../footage/known-places.js'
import type { EvaluationProgress } from '../measure/batches.js'
import type { Metrics } from '../measure/index.js'
import { measureOrLeaveOut, type NotMeasured } from '../measure/not-measured.js'
import { drawsThings, measureThings } from '../measure/things/measure.js'

export interface CheckOptions {
  readonly config: RunConfig
  readonly inference: InferenceGraphs
  readonly partitions: readonly Partition[]
  readonly train: ImageDataset
  readonly test: ImageDataset
  /** The training images that the model was trained on, where that may be others than `train`. */
  readonly fingerprint?: string | undefined
  /** Test images at most. */
  readonly limit?: number | undefined
  readonly progress?: EvaluationProgress | undefined
  readonly signal: AbortSignal
}

/**
 * Checks without known truth that each thing has its partition, of models that draw their partitions apart: nothing of
 * others.
 * @throws the signal's reason once it is aborted
 */
export async function checkThings (options: CheckOptions): Promise<Pick<Metrics, 'things' | 'notMeasured'>> {
  const { config, inference, partitions, train, test, fingerprint, limit, progress, signal } = options
  const kinds = partitions.every(({ name }, i) => config.model.partitions[i]?.name === name)
    ? partitionKinds(config.model)
    : NO_KINDS
  if (!drawsThings({ inference, partitions, kinds })) return {}
  const notMeasured: NotMeasured = {}
  const isOther = fingerprint !== undefined && fingerprint !== train.fingerprint
  const things = await measureOrLeaveOut(
    'things',
    notMeasured,
    async () => {
      // Tracks name training images by their index.
      const hasPlaces = !isOther || config.objective.keyPoints?.tracks === undefined
      if (!hasPlaces) notMeasured['things.partitions'] = 'expected the images that it was trained on but found others'
      const known = hasPlaces ? await findKnownPlaces(config, { train, test }) : undefined
      return await measureThings(
        { inference, test, partitions, kinds, known, limit, seed: config.seed, progress },
        notMeasured
      )
    },
    signal
  )
  return { things, ...(Object.keys(notMeasured).length === 0 ? {} : { notMeasured }) }
}
