import { describe, ModelError } from '../foundation/errors.js'

/** Seeds are integers of 32 bits: both inclusive. */
export const PRIOR_SEED_LIMITS = [0, 2 ** 32 - 1] as const

/**
 * Uniform in (0, 1), 32 bits each. SplitMix32 (the finaliser of MurmurHash3 over a Weyl sequence): small, seeded, the
 * same everywhere; not for secrets.
 */
function createUniform (seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let bits = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
    return (((bits ^ (bits >>> 16)) >>> 0) + 0.5) / 2 ** 32
  }
}

/**
 * Draws a sample of the prior N(0, I), by Box and Muller's transform: the same seed always gives the same latent, in
 * the service and on the command line.
 * @param seed an integer, 0 … 2³² − 1
 * @returns [D]
 * @throws ModelError PVAE_INVALID_PARAMETER for another seed
 */
export function samplePrior (seed: number, latentSize: number): Float32Array {
  const [lowest, highest] = PRIOR_SEED_LIMITS
  if (!(Number.isInteger(seed) && seed >= lowest && seed <= highest)) {
    throw new ModelError('PVAE_INVALID_PARAMETER', 'the prior', {
      field: 'seed',
      expected: `an integer from ${lowest} to ${highest}`,
      found: describe(seed),
    })
  }
  const uniform = createUniform(seed)
  const latent = new Float32Array(latentSize)
  for (let i = 0; i < latentSize; i += 2) {
    const radius = Math.sqrt(-2 * Math.log(uniform()))
    const angle = 2 * Math.PI * uniform()
    latent[i] = radius * Math.cos(angle)
    if (i + 1 < latentSize) latent[i + 1] = radius * Math.sin(angle)
  }
  return latent
}

/**
 * Computes KL(N(μ, σ²) ‖ N(0, 1)), summed over units, in nats: ½ Σ (μ² + σ² − 1 − ln σ²) (Kingma and Welling 2014,
 * appendix B).
 */
export function klToPrior (mean: ArrayLike<number>, logVariance: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < mean.length; i++) sum += mean[i]! * mean[i]! + Math.exp(logVariance[i]!) - 1 - logVariance[i]!
  return 0.5 * sum
}
