/** Defaults that fit what there is: of a few images no batch of 64 can be made. */
import { parseRunConfig } from '../config/resolve.js'
import type { RunConfig } from '../config/schema.js'
import type { DataSplits, ImageDataset } from '../data/dataset.js'
import { TrainerError } from '../foundation/errors.js'
import { givenConfig, overridesOf, type ConfigFlags } from './config-flags.js'
import type { CliContext } from './context.js'

/** Images that each split needs: of one alone nothing is learned, but something can be measured. */
const FEWEST = { train: 2, test: 1 }

/** @throws TrainerError PVAE_DATA_EMPTY for a data set of which nothing could be learned, or measured afterwards */
export function checkEnoughImages ({ train, test }: Pick<DataSplits, 'train' | 'test'>): void {
  if (train.count >= FEWEST.train && test.count >= FEWEST.test) return
  const expected = `expected at least ${FEWEST.train} images to train (${train.name}) and ${FEWEST.test} to test (${test.name})`
  throw new TrainerError('PVAE_DATA_EMPTY', `${expected} but found ${train.count} and ${test.count}: add images`)
}

/**
 * The config with as many images a batch as there are, where nobody chose more, and says so.
 * @throws TrainerError PVAE_CONFIG_INVALID for an objective that can't be computed of so few
 */
export async function withFittingBatch (config: RunConfig, { count }: ImageDataset, flags: ConfigFlags, { stderr }: CliContext): Promise<RunConfig> {
  const { fit, objective } = config
  if (fit.batchSize <= count || await choosesBatchSize(flags)) return config
  const batchSize = objective.pairs === undefined ? count : count - count % 2
  const fitting = parseRunConfig({ ...config, fit: { ...fit, batchSize } })
  stderr.write(`batch size ${batchSize}: ${count} training images\n`)
  return fitting
}

async function choosesBatchSize (flags: ConfigFlags): Promise<boolean> {
  if (overridesOf(flags, undefined).some(([path]) => path === 'fit.batchSize' || path === 'fit')) return true
  const given = await givenConfig(flags) as { fit?: { batchSize?: unknown } } | undefined
  return given?.fit?.batchSize !== undefined
}
