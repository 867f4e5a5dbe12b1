import t, { type Test } from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import type { ObjectiveConfig } from '../../../trainer/config/schema.js'
import { dependence, dependenceWithin } from '../../../trainer/objective/dependence.js'
import { freeBits } from '../../../trainer/objective/free-bits.js'
import { gaussianTotalCorrelation } from '../../../trainer/objective/gaussian-total-correlation.js'
import { labelError } from '../../../trainer/objective/labels.js'
import { minibatchTotalCorrelation } from '../../../trainer/objective/minibatch-total-correlation.js'
import { disagreement } from '../../../trainer/objective/pairs.js'
import { objectiveTerms } from '../../../trainer/objective/terms.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }])
const BETA = 0.3
const KL = [0.4, 0.1, 0.2]
const inputs = {
  latent: normal(1, 8, 3),
  mean: normal(2, 8, 3),
  logVariance: normal(3, 8, 3),
  factors: normal(4, 8, 2),
  unshared: { shape: [4, 2], values: Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0) },
}
const labelHeads = [{ partition: partitions[0]!, factors: 2 }]
const parameters = (_: string, shape: readonly number[]) => tf.fill([...shape], 0.5)

/** The terms of an objective, and what each costs before it is weighted. @param scheduled the scalars in force */
async function termsOf (
  objective: Partial<ObjectiveConfig>,
  scheduled: Record<string, number>,
  unweighted: (tensors: Record<string, tf.Tensor>) => tf.Tensor
) {
  const outputs = await runEagerly(tensors => {
    const posterior = { mean: tensors.mean!, logVariance: tensors.logVariance! }
    const terms = objectiveTerms(
      {
        posterior,
        latent: tensors.latent!,
        klByUnit: tf.tensor1d(KL),
        beta: tf.scalar(BETA),
        scheduled: Object.fromEntries(
          Object.entries(scheduled).map(([name, value]) => [`objective.${name}`, tf.scalar(value)])
        ),
        network: { encode: () => posterior },
        values: { parameters, statistics: {} },
        labelled: { image: tensors.latent!, factors: tensors.factors! },
        unshared: tensors.unshared!,
      },
      { partitions, objective: { beta: 1, betaWarmup: 0, inputNoise: 0, ...objective }, labelHeads }
    )
    return { ...terms, unweighted: unweighted(tensors) }
  }, inputs)
  const { unweighted: cost, ...terms } = Object.fromEntries(
    Object.entries(outputs).map(([name, { values }]) => [name, values[0]!])
  )
  return { terms, cost: cost! }
}

const near = (t: Test, found: number, expected: number, message: string) =>
  t.ok(Math.abs(found - expected) < 1e-6 * Math.max(1, Math.abs(expected)), `${message}: ${found} for ${expected}`)

t.test('capacity: its own weight, and no β', async t => {
  const { terms } = await termsOf({ capacity: { weight: 5, nats: 1 } }, { 'capacity.nats': 1 }, () => tf.scalar(0))
  near(t, terms['capacity']!, 5 * Math.abs(0.7 - 1), 'γ |KL − C|')
})

t.test('free bits cost β, as the KL does that they stand for', async t => {
  const { terms, cost } = await termsOf(
    { freeBits: { nats: 0.3, level: 'partition' } },
    { 'freeBits.nats': 0.3 },
    () => freeBits(tf.tensor1d(KL), tf.scalar(0.3), 'partition', partitions)
  )
  near(t, terms['free-bits']!, BETA * cost, 'β · what the floor adds')
})

t.test('total correlation, Gaussian', async t => {
  const { terms, cost } = await termsOf(
    { totalCorrelation: { estimator: 'gaussian', weight: 4 } },
    { 'totalCorrelation.weight': 4 },
    ({ latent }) => gaussianTotalCorrelation(latent!, partitions)
  )
  near(t, terms['total-correlation']!, 4 * cost, 'weighted')
})

t.test('total correlation by minibatches: between partitions and within them, each by its own weight', async t => {
  const scheduled = { 'totalCorrelation.weight': 4, 'totalCorrelation.within': 0.5 }
  for (const [name, part, weight] of [
    ['total-correlation', 'between', 4],
    ['total-correlation-within', 'within', 0.5],
  ] as const) {
    const { terms, cost } = await termsOf(
      { totalCorrelation: { estimator: 'minibatch', weight: 4, within: 0.5 } },
      scheduled,
      ({ latent, mean, logVariance }) =>
        minibatchTotalCorrelation(latent!, { mean: mean!, logVariance: logVariance! }, partitions)[part]
    )
    near(t, terms[name]!, weight * cost, name)
  }
})

t.test('without a weight for it nothing is added for the units inside partitions', async t => {
  const { terms } = await termsOf(
    { totalCorrelation: { estimator: 'minibatch', weight: 4 } },
    { 'totalCorrelation.weight': 4 },
    () => tf.scalar(0)
  )
  t.strictSame(Object.keys(terms), ['total-correlation'])
})

t.test('dependence', async t => {
  const { terms, cost } = await termsOf({ dependence: { weight: 7 } }, { 'dependence.weight': 7 }, ({ latent }) =>
    dependence(latent!, partitions)
  )
  near(t, terms['dependence']!, 7 * cost, 'weighted')
  t.strictSame(Object.keys(terms), ['dependence'])
})

t.test('dependence within partitions', async t => {
  const { terms, cost } = await termsOf(
    { dependence: { weight: 7, within: 3 } }, { 'dependence.weight': 7, 'dependence.within': 3 },
    ({ latent }) => dependenceWithin(latent!, partitions))
  near(t, terms['dependence-within']!, 3 * cost, 'weighted')
})

t.test('agreement of known pairs', async t => {
  const { terms, cost } = await termsOf(
    { pairs: { maxGap: 1, differing: 'known', agreement: 6 } },
    { 'pairs.agreement': 6 },
    ({ mean, logVariance, unshared }) =>
      disagreement({ mean: mean!, logVariance: logVariance! }, partitions, unshared!)
  )
  near(t, terms['agreement']!, 6 * cost, 'weighted')
  t.strictSame((await termsOf({ pairs: { maxGap: 1, differing: 'known' } }, {}, () => tf.scalar(0))).terms, {})
})

t.test('labels: from the posterior mean of the labelled images', async t => {
  const { terms, cost } = await termsOf(
    { labels: { count: 9, weight: 2, batchSize: 8, hidden: 3 } },
    { 'labels.weight': 2 },
    ({ mean, factors }) => labelError(mean!, factors!, labelHeads, 3, parameters)
  )
  near(t, terms['labels']!, 2 * cost, 'weighted')
})

t.test('an objective of reconstruction and KL has no further terms', async t => {
  t.strictSame((await termsOf({}, {}, () => tf.scalar(0))).terms, {})
})
