import { klToPrior, type Card } from '@partition-vae/models'
import { InferenceError } from '../foundation/errors.js'
import type { Encoding } from '../schemas/encode.js'

/** A few numbers out of many. `Array.from` asks an iterator for each, which for so few takes several times as long. */
function numbersOf (values: Float32Array, from: number, count: number): number[] {
  const numbers: number[] = []
  for (let i = from; i < from + count; i++) numbers.push(values[i]!)
  return numbers
}

/**
 * The encoder's outputs, [N, D] each, by image and partition.
 * @throws PVAE_INFERENCE_FAILED if a number is not finite: JSON would silently make it null
 */
export function describePosterior (
  { partitions, latentSize }: Card,
  mean: Float32Array,
  logVariance: Float32Array
): Encoding[] {
  return Array.from({ length: mean.length / latentSize }, (_, n) => {
    const described = partitions.map(({ name, offset, size }) => {
      const mu = numbersOf(mean, n * latentSize + offset, size)
      const logSigma2 = numbersOf(logVariance, n * latentSize + offset, size)
      return { name, mean: mu, logVariance: logSigma2, kl: klToPrior(mu, logSigma2) }
    })
    const kl = described.reduce((sum, partition) => sum + partition.kl, 0)
    if (!Number.isFinite(kl)) throw new InferenceError(`The encoder gave numbers that are not finite for image[${n}]`)
    return { partitions: described, kl }
  })
}
