/** Estimates the importance weighted bound on chosen test images. */
import { latentSizeOf } from '@partition-vae/models'
import { batchesOf, decodeChecked, encodeChecked, readImages, sampleIndices } from '../batches.js'
import { importanceWeightedBound, type PosteriorBatch } from '../disentanglement/index.js'
import { BATCH, type KnownTruthOptions } from './source.js'

/** K of the importance weighted bound. */
const SAMPLES = 50

/** @param limit at most this many images */
export async function measureBound (
  { inference, test, partitions, likelihood, seed, progress }: KnownTruthOptions,
  limit: number
) {
  const latentSize = latentSizeOf(partitions)
  const chosen = sampleIndices(test.count, limit)
  let decoded = 0
  async function * batches (): AsyncGenerator<PosteriorBatch> {
    for (const { indices } of batchesOf(chosen, BATCH)) {
      const image = await readImages(test, indices)
      yield { image, ...await encodeChecked(inference, image, indices.length, latentSize) }
    }
  }
  return await importanceWeightedBound({
    batches: batches(),
    latentSize,
    decode (latent) {
      progress?.(
        'the importance weighted bound',
        (decoded += latent.length / latentSize),
        chosen.length * SAMPLES,
        'samples'
      )
      return decodeChecked(inference, latent, latent.length / latentSize, test.shape)
    },
    samples: SAMPLES,
    likelihood:
      likelihood.kind === 'bernoulli' ? { kind: 'bernoulli' } : { kind: 'gaussian', variance: likelihood.variance! },
    seed,
  })
}
