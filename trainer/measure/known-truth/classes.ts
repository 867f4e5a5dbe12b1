/** Measures how well classes are told from partitions. */
import type { ImageDataset } from '../../data/dataset.js'
import { sampleIndices } from '../batches.js'
import { measureClassification, type LabelledMeans } from '../classification/index.js'
import type { Classification } from '../classification/schema.js'
import type { NotMeasured } from '../not-measured.js'
import { createPace } from '../pace.js'
import { countJobs, workHere } from '../work/job.js'
import { encodeAll, type KnownTruthOptions } from './source.js'

const TRAIN_IMAGES = 15_000
const TEST_IMAGES = 2_000

/** @param train images with labels, to learn from; the test images have some too */
export async function measureClasses (
  options: KnownTruthOptions,
  train: ImageDataset,
  notMeasured: NotMeasured
): Promise<Classification> {
  const { test, partitions, seed, limit = Infinity, progress, signal } = options
  const { work = workHere(createPace(signal)) } = options
  const [learnt, judged] = [
    await encodeLabelled(options, train, TRAIN_IMAGES),
    await encodeLabelled(options, test, Math.min(limit, TEST_IMAGES)),
  ]
  return await measureClassification({
    train: learnt,
    test: judged,
    partitions,
    seed,
    labelNames: test.labelNames,
    work: countJobs(work, (done, asked) => progress?.('classes in partitions', done, asked, 'parts')),
    onLeftOut: (label, reason) => {
      notMeasured[`classification.classes.${label}`] = reason
    },
  })
}

async function encodeLabelled (
  options: KnownTruthOptions,
  dataset: ImageDataset,
  limit: number
): Promise<LabelledMeans> {
  const chosen = sampleIndices(dataset.count, limit)
  const { means } = await encodeAll(options, dataset, chosen, `images with known classes of ${dataset.name}`)
  return { means, labels: Uint8Array.from(chosen, index => dataset.labels![index]!) }
}
