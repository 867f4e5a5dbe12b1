import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { capacityTerm, klByUnit } from '../../../trainer/objective/kl.js'
import { normal, runEagerly } from '../../helpers/compare-engines.js'

t.test('zero for the prior itself, ½μ² for a shifted mean, ½(σ² − 1 − log σ²) for another variance; batch ' +
  'average', async t => {
  const { kl } = await runEagerly(
    () => ({
      kl: klByUnit({
        mean: tf.tensor2d([
          [0, 2, 0],
          [0, 0, 0],
        ]),
        logVariance: tf.tensor2d([
          [0, 0, Math.log(4)],
          [0, 0, 0],
        ]),
      }),
    }),
    {}
  )
  const expected = [0, 2 / 2, (4 - 1 - Math.log(4)) / 2 / 2]
  t.ok(
    kl!.values.every((value, i) => Math.abs(value - expected[i]!) < 1e-6),
    'nats, by unit',
    { found: [...kl!.values], expected }
  )
})

t.test('agrees with a Monte Carlo estimate of E_q[log q − log p]', async t => {
  const [mean, logVariance, count] = [0.7, -0.6, 200_000]
  const { kl, estimate } = await runEagerly(({ noise }) => {
    const z = tf.add(mean, tf.mul(noise!, Math.exp(logVariance / 2)))
    const logQ = tf.mul(-0.5, tf.add(tf.square(noise!), logVariance))
    const logP = tf.mul(-0.5, tf.square(z))
    return {
      kl: klByUnit({ mean: tf.tensor2d([[mean]]), logVariance: tf.tensor2d([[logVariance]]) }),
      estimate: tf.mean(tf.sub(logQ, logP)),
    }
  }, { noise: normal(1, count) })
  t.ok(Math.abs(kl!.values[0]! - estimate!.values[0]!) < 0.01)
})

t.test('γ |KL − C|, pushing the KL towards C from both sides', async t => {
  for (const [kl, nats, weight, value, slope] of [
    [7, 5, 10, 20, 10],
    [3, 5, 10, 20, -10],
    [5, 5, 10, 0, undefined],
    [2.5, 0, 4, 10, 4],
  ] as const) {
    const found = await runEagerly(
      () => ({
        value: capacityTerm(tf.scalar(kl), tf.scalar(nats), weight),
        slope: tf.grad(kl => capacityTerm(kl, tf.scalar(nats), weight))(tf.scalar(kl)),
      }),
      {}
    )
    t.equal(found.value!.values[0], value)
    if (slope !== undefined) t.equal(found.slope!.values[0], slope)
  }
})
