import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { capacityTerm } from '../../../trainer/objective/capacity.js'
import { runEagerly } from '../../helpers/compare-engines.js'

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
