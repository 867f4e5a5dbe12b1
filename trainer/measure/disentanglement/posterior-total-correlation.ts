import type { Partition } from '@partition-vae/models'
import { createRandom } from '../../random/index.js'
import { UNPACED, type Pace } from '../pace.js'
import { defineJob } from '../work/job.js'
import { invalid } from './representation.js'
import { createLogSums } from './importance-weighted-bound.js'

export interface PosteriorTotalCorrelationOptions {
  /** One sample of each image's posterior, [N, D]. */
  readonly samples: Float32Array
  /** Posterior means, [N, D]. */
  readonly means: Float32Array
  /** [N, D] */
  readonly logVariances: Float32Array
  readonly partitions: readonly Partition[]
  /**
   * `weighted`: minibatch-weighted sampling, 1/(NM) Σ q(z | nⱼ), what β-TCVAE trains with; it errs by up to (P − 1) log
   * N, so only its changes mean something. `stratified` (default): minibatch stratified sampling, whose weights add up
   * to 1; with M = N it is the total correlation of the mixture of all N posteriors.
   */
  readonly estimator?: 'weighted' | 'stratified' | undefined
  /** M, default 512, at most N. A last, smaller batch is left out. */
  readonly batchSize?: number | undefined
  readonly seed: number
  readonly pace?: Pace | undefined
}

/**
 * Total correlation between partitions in nats without the assumption that the aggregate posterior is Gaussian: E[log
 * q(z) − Σ_p log q(z_p)], the densities estimated from minibatches (Chen et al. 2018, "Isolating sources of
 * disentanglement in VAEs", equation 3 for weighted sampling; its appendix for stratified sampling, here with the
 * weights averaged over the order of the batch). A check of the Gaussian formula, which sees linear dependence only. It
 * costs M·N·D.
 * @throws TrainerError PVAE_INVALID_PARAMETER
 */
export async function posteriorTotalCorrelation (options: PosteriorTotalCorrelationOptions): Promise<number> {
  const {
    samples,
    means,
    logVariances,
    partitions,
    estimator = 'stratified',
    batchSize = 512,
    seed,
    pace = UNPACED,
  } = options
  const latentSize = partitions.reduce((sum, { size }) => sum + size, 0)
  const count = means.length / latentSize
  if (!(Number.isInteger(count) && count >= 2)) {
    throw invalid(`posterior means of at least 2 images of ${latentSize} units`, `${means.length} values`)
  }
  for (const [name, { length }] of Object.entries({ samples, logVariances })) {
    if (length !== means.length) throw invalid(`${means.length} values for ${name}`, String(length))
  }
  const size = Math.min(batchSize, count)
  if (!(Number.isInteger(size) && size >= 2)) throw invalid('an integer of at least 2 for batchSize', String(batchSize))
  const order = createRandom(seed, 'total-correlation').shuffle(Uint32Array.from({ length: count }, (_, i) => i))
  const logWeightOfSelf = -Math.log(estimator === 'stratified' ? count : count * size)
  const logWeightOfOther = estimator === 'stratified' ? Math.log((count - 1) / (count * (size - 1))) : logWeightOfSelf
  const precisions = logVariances.map(value => Math.exp(-value))
  let total = 0
  let used = 0
  for (let start = 0; start + size <= count; start += size) {
    const batch = order.subarray(start, start + size)
    const joint = createLogSums(size)
    const separate = partitions.map(() => createLogSums(size))
    for (const [i, of] of batch.entries()) {
      if (i % 16 === 0) await pace()
      for (const [j, by] of batch.entries()) {
        const weight = i === j ? logWeightOfSelf : logWeightOfOther
        let all = 0
        for (const [p, { offset, size: units }] of partitions.entries()) {
          let density = 0
          for (let u = offset; u < offset + units; u++) {
            const at = by * latentSize + u
            density -= ((samples[of * latentSize + u]! - means[at]!) ** 2 * precisions[at]! + logVariances[at]!) / 2
          }
          separate[p]!.add(i, density + weight)
          all += density
        }
        joint.add(i, all + weight)
      }
      // The constants −½ log 2π of the densities cancel: each unit has one on either side.
      total += joint.logSum(i) - separate.reduce((sum, part) => sum + part.logSum(i), 0)
    }
    used += size
  }
  return total / used
}

export const correlatePosteriors = defineJob(
  import.meta.url,
  'correlatePosteriors',
  (options: Omit<PosteriorTotalCorrelationOptions, 'pace'>, pace) => posteriorTotalCorrelation({ ...options, pace })
)
