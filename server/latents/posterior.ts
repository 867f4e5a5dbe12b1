import { slicePartition, type Card } from '@partition-vae/models'
import { InferenceError } from '../errors.js'
import type { Encoding } from '../schemas/encode.js'

/** KL(N(μ, σ²) ‖ N(0, 1)) summed over units, in nats: ½ Σ (μ² + σ² − 1 − ln σ²). Kingma and Welling 2014, appendix B. */
export function klToPrior (mean: Float32Array, logVariance: Float32Array): number {
  return 0.5 * mean.reduce((sum, mu, i) => sum + mu * mu + Math.exp(logVariance[i]!) - 1 - logVariance[i]!, 0)
}

/**
 * The encoder's outputs, [N, D] each, by image and partition.
 * @throws PVAE_INFERENCE_FAILED if a number is not finite: JSON would silently make it null
 */
export function describePosterior ({ partitions, latentSize }: Card, mean: Float32Array, logVariance: Float32Array): Encoding[] {
  return Array.from({ length: mean.length / latentSize }, (_, n) => {
    const of = (values: Float32Array) => values.subarray(n * latentSize, (n + 1) * latentSize)
    const described = partitions.map(partition => {
      const mu = slicePartition(of(mean), partition)
      const logSigma2 = slicePartition(of(logVariance), partition)
      return { name: partition.name, mean: Array.from(mu), logVariance: Array.from(logSigma2), kl: klToPrior(mu, logSigma2) }
    })
    const kl = described.reduce((sum, partition) => sum + partition.kl, 0)
    if (!Number.isFinite(kl)) throw new InferenceError(`The encoder gave numbers that are not finite for image[${n}]`)
    return { partitions: described, kl }
  })
}
