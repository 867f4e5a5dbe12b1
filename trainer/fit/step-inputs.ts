import { latentSizeOf, pixelCount, unitFromBytes, type ImageShape } from '@partition-vae/models'
import type { RunConfig } from '../config/schema.js'
import type { Batch } from '../data/batches.js'
import type { StepInputs } from '../engine/engine.js'
import type { Locate } from '../footage/locate.js'
import { createRandom } from '../random/index.js'
import type { LabelledSource } from './labelled-source.js'
import type { Scheduled } from './schedule.js'
import { unsharedOf, type Unshared } from './unshared.js'

export interface StepSources {
  readonly config: RunConfig
  readonly image: ImageShape
  readonly labelled?: LabelledSource | undefined
  /** Given exactly when the objective has pairs whose differing factor is known. */
  readonly unshared?: Unshared | undefined
  /** Given exactly when the objective has key points. */
  readonly locate: Locate | undefined
}

/**
 * What a step is given: images, noise that is addressed by seed and step, and what is in force.
 * @param batch which images of the data set, and their bytes
 * @param step from 0
 */
export function stepInputs (
  { config, image, labelled, unshared, locate }: StepSources,
  { images, indices, differing }: Pick<Batch, 'images' | 'indices' | 'differing'>,
  step: number,
  { learningRate, beta, scheduled }: Scheduled
): StepInputs {
  const { seed, model, objective } = config
  const count = images.length / pixelCount(image)
  const noise = (stream: string, size: number) =>
    createRandom(seed, stream, step).fillNormal(new Float32Array(count * size))
  return {
    image: unitFromBytes(images),
    latentNoise: noise('latent-noise', latentSizeOf(model.partitions)),
    ...(objective.inputNoise > 0 ? { imageNoise: noise('image-noise', pixelCount(image)) } : {}),
    ...(labelled === undefined ? {} : { labelled: unitLabels(labelled.read(step)) }),
    ...(unshared === undefined ? {} : { unshared: unsharedOf(differing!, unshared) }),
    ...(locate === undefined ? {} : { keyPoints: locate(images, indices) }),
    learningRate,
    beta,
    ...(scheduled === undefined ? {} : { scheduled }),
  }
}

function unitLabels ({ images, factors }: ReturnType<LabelledSource['read']>): NonNullable<StepInputs['labelled']> {
  return { image: unitFromBytes(images), factors }
}
