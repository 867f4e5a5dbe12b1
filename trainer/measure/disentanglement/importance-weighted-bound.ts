import type { Static } from '@partition-vae/models/typebox'
import { createRandom } from '../../random/index.js'
import { bernoulliNegativeLogLikelihood, gaussianNegativeLogLikelihood, squaredError } from '../likelihood.js'
import { invalid } from './representation.js'
import type { ImportanceWeightedBoundSchema } from './schema.js'

export type ImportanceWeightedBound = Static<typeof ImportanceWeightedBoundSchema>

/** A batch of images with their posteriors. */
export interface PosteriorBatch {
  /** [n, E] in [0, 1] */
  readonly image: Float32Array
  /** [n, D] */
  readonly mean: Float32Array
  /** [n, D] */
  readonly logVariance: Float32Array
}

export interface ImportanceWeightedBoundOptions {
  readonly batches: AsyncIterable<PosteriorBatch> | Iterable<PosteriorBatch>
  readonly latentSize: number
  /** Latents [n, D] → means of the pixels' distributions [n, E]. */
  readonly decode: (latent: Float32Array) => Float32Array | Promise<Float32Array>
  readonly likelihood: { readonly kind: 'bernoulli' } | { readonly kind: 'gaussian', readonly variance: number }
  /** K, default 50. */
  readonly samples?: number | undefined
  readonly seed: number
}

/**
 * The importance weighted bound (Burda, Grosse & Salakhutdinov 2016, "Importance weighted autoencoders", equation 8),
 * per image in nats: log p(x) ≥ L_K = E log 1/K Σₖ p(x | zₖ) p(zₖ)/q(zₖ | x), zₖ ~ q(z | x). L₁ is the ELBO and L_K
 * rises towards log p(x) with K. Samples are streamed: memory does not grow with K. The paper's own evaluation takes K
 * = 5000; 50 is its largest in training.
 * @throws TrainerError PVAE_INVALID_PARAMETER for K < 1, no image, or lengths that disagree
 */
export async function importanceWeightedBound (
  options: ImportanceWeightedBoundOptions
): Promise<ImportanceWeightedBound> {
  const { batches, latentSize, decode, likelihood, samples = 50, seed } = options
  if (!(Number.isInteger(samples) && samples >= 1)) {
    throw invalid('an integer of at least 1 for samples', String(samples))
  }
  if (likelihood.kind === 'gaussian' && !(likelihood.variance > 0)) {
    throw invalid('a variance above 0 for the Gaussian likelihood', String(likelihood.variance))
  }
  let images = 0
  let bound = 0
  let elbo = 0
  let effective = 0
  for await (const { image, mean, logVariance } of batches) {
    const count = mean.length / latentSize
    if (!Number.isInteger(count) || count === 0) {
      throw invalid(`a multiple of ${latentSize} values for the posterior mean`, String(mean.length))
    }
    if (logVariance.length !== mean.length) {
      throw invalid(`${mean.length} values for log-variance`, String(logVariance.length))
    }
    const elements = image.length / count
    const sums = createLogSums(count)
    for (let k = 0; k < samples; k++) {
      const noise = createRandom(seed, 'importance-samples', images, k).fillNormal(new Float32Array(mean.length))
      const latent = noise.map((value, i) => mean[i]! + Math.exp(logVariance[i]! / 2) * value)
      const decoded = await decode(latent)
      if (decoded.length !== image.length) {
        throw invalid(`${image.length} values for decoded images`, String(decoded.length))
      }
      for (let row = 0; row < count; row++) {
        // log p(z) − log q(z | x): the normalisers 2π cancel, and (z − mean)²/variance is the noise squared.
        let logWeight = 0
        for (let i = row * latentSize; i < (row + 1) * latentSize; i++) {
          logWeight += (noise[i]! ** 2 + logVariance[i]! - latent[i]! ** 2) / 2
        }
        const [x, p] = [image, decoded].map(values => values.subarray(row * elements, (row + 1) * elements)) as [
          Float32Array,
          Float32Array
        ]
        logWeight -=
          likelihood.kind === 'bernoulli'
            ? bernoulliNegativeLogLikelihood(x, p)
            : gaussianNegativeLogLikelihood(squaredError(x, p), elements, likelihood.variance)
        sums.add(row, logWeight)
        elbo += logWeight / samples
      }
    }
    for (let row = 0; row < count; row++) {
      bound += sums.logSum(row) - Math.log(samples)
      effective += sums.effectiveSize(row)
    }
    images += count
  }
  if (images === 0) throw invalid('at least 1 image for the importance weighted bound', 'none')
  return { images, samples, bound: bound / images, elbo: elbo / images, effectiveSamples: effective / images }
}

/**
 * Running log Σ exp of a stream of numbers for each of `count` rows, exact whatever their size: what has been added is
 * rescaled when the largest grows.
 */
export function createLogSums (count: number) {
  const largest = new Float64Array(count).fill(-Infinity)
  const sum = new Float64Array(count)
  const squares = new Float64Array(count)
  return {
    add (row: number, value: number): void {
      if (value > largest[row]!) {
        const shrink = Math.exp(largest[row]! - value)
        sum[row]! *= shrink
        squares[row]! *= shrink ** 2
        largest[row] = value
      }
      const weight = Math.exp(value - largest[row]!)
      sum[row]! += weight
      squares[row]! += weight ** 2
    },
    logSum: (row: number): number => largest[row]! + Math.log(sum[row]!),
    /** (Σw)²/Σw² (Kish 1965): how many of the samples count. */
    effectiveSize: (row: number): number => sum[row]! ** 2 / squares[row]!,
  }
}
