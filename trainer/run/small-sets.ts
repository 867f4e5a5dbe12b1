/** Defaults fit what there is: of a few images no batch of 64 can be made. */
import { setsBatchSize, type ConfigRequest } from '../config/request.js'
import { parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import type { RunObserver } from './observer.js'

/** Images that each split needs: of one alone nothing is learned, but something can be measured. */
const FEWEST = { train: 2, test: 1 }

/** @throws TrainerError PVAE_DATA_EMPTY for a data set of which nothing could be learned, or measured afterwards */
export function checkEnoughImages ({ train, test }: Pick<DataSplits, 'train' | 'test'>): void {
  if (train.count >= FEWEST.train && test.count >= FEWEST.test) return
  const expected = `expected at least ${FEWEST.train} images to train (${train.name}) and ${FEWEST.test} to test ` +
    `(${test.name})`
  throw new TrainerError('PVAE_DATA_EMPTY', `${expected} but found ${train.count} and ${test.count}: add images`)
}

/**
 * Gives the config as many images a batch as there are, where nobody chose more.
 * @throws TrainerError PVAE_CONFIG_INVALID for an objective that can't be computed of so few
 */
export function withFittingBatch (
  config: RunConfig,
  { count }: ImageDataset,
  request: ConfigRequest,
  observer: RunObserver
): RunConfig {
  const { fit, objective } = config
  if (fit.batchSize <= count || setsBatchSize(request)) return config
  const batchSize = objective.pairs === undefined ? count : count - (count % 2)
  const fitting = parseRunConfig({ ...config, fit: { ...fit, batchSize } })
  observer.onSmallBatch?.({ batchSize, images: count })
  return fitting
}
