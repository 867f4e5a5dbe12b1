import { latentSizeOf, layOutPartitions } from '@partition-vae/models'
import { areInterchangeable, partitionKinds } from '../config/partition-kinds.js'
import type { RunConfig } from '../config/schema.js'
import type { ImageDataset } from '../data/dataset.js'
import type { TrainingState } from '../foundation/training-state.js'
import { keyPointCoincidence } from '../measure/disentanglement/index.js'
import { evaluateModel } from '../measure/metrics.js'
import { interruptible } from '../measure/pace.js'
import { serveState } from '../export/served-model.js'
import type { AttemptQuality } from '../fit/attempts.js'
import { rememberedKeyPoints } from '../model/layered/key-points.js'
import type { Network } from '../model/network.js'

/** Images: so many tell a covariance of some dozens of units well. */
const IMAGES = 1000

/**
 * Measures without labels how good a state is, on training images: what chooses between models must not be what they
 * are measured on later.
 * @throws the signal's reason once it is aborted
 */
export async function measureAttempt (
  config: RunConfig,
  network: Network,
  train: ImageDataset,
  state: TrainingState,
  signal: AbortSignal,
  threads: number | undefined
): Promise<AttemptQuality> {
  signal.throwIfAborted()
  const served = await serveState(network, state, threads)
  try {
    const inference = interruptible(served.inference, train.shape, latentSizeOf(config.model.partitions), signal)
    const { totalCorrelation, deadPartitions } = await evaluateModel({
      inference,
      dataset: train,
      partitions: layOutPartitions(config.model.partitions),
      likelihood: config.model.likelihood,
      limit: IMAGES,
      swapLimit: 2,
    })
    // By the KL alone: a swap effect takes more images, and more time.
    // A background may have nothing to tell, where the scene stands still; slots are in reserve for more things.
    const kinds = partitionKinds(config.model)
    const dead = deadPartitions
      .filter(({ name, reasons }) => reasons.includes('kl') && !['background', 'slot'].includes(kinds.get(name) ?? ''))
      .length
    return {
      // What slots share is the order in which they look.
      ...(totalCorrelation === null || areInterchangeable(kinds) ? {} : { totalCorrelation: totalCorrelation.samples }),
      deadPartitions: dead,
      ...coincidenceOf(config, state),
    }
  } finally {
    await served.inference.dispose()
  }
}

/** Only sprites have key points; one alone coincides with nothing. */
function coincidenceOf ({ model }: RunConfig, { statistics }: TrainingState): Pick<AttemptQuality, 'coincidence'> {
  if (model.architecture !== 'layered') return {}
  const { names, keyPoints } = rememberedKeyPoints(model, statistics)
  return names.length < 2 || keyPoints.length === 0
    ? {}
    : { coincidence: keyPointCoincidence(keyPoints, names).largest }
}
