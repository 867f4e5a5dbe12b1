import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { layOutPartitions } from '@partition-vae/models'
import { freeBits } from '../../../trainer/objective/free-bits.js'
import { runEagerly } from '../../helpers/compare-engines.js'

const partitions = layOutPartitions([{ name: 'a', size: 2 }, { name: 'b', size: 1 }, { name: 'c', size: 3 }])
const kl = [0.5, 0, 0.1, 0.05, 0.05, 0.1]

const measure = (level: 'partition' | 'unit', nats: number) => runEagerly(() => ({
  value: freeBits(tf.tensor1d(kl), tf.scalar(nats), level, partitions),
  slope: tf.grad(kl => tf.add(tf.sum(kl), freeBits(kl, tf.scalar(nats), level, partitions)))(tf.tensor1d(kl)),
}), {})
const near = (a: number, b: number) => Math.abs(a - b) < 1e-6

t.test('by partition: Σ_p max(KL_p, λ d_p) − KL', async t => {
  const { value, slope } = await measure('partition', 0.15)
  // KL by partition .5, .1, .2; floors .3, .15, .45.
  t.ok(near(value!.values[0]!, 0.05 + 0.25))
  t.strictSame([...slope!.values], [1, 1, 0, 0, 0, 0], 'below its floor a partition is left alone')
})

t.test('by unit: Σ_u max(KL_u, λ) − KL', async t => {
  const { value, slope } = await measure('unit', 0.07)
  t.ok(near(value!.values[0]!, 0.07 + 0.02 + 0.02))
  t.strictSame([...slope!.values], [1, 0, 1, 0, 0, 1])
})

t.test('no floor adds nothing', async t => {
  for (const level of ['partition', 'unit'] as const) t.equal((await measure(level, 0)).value!.values[0], 0)
})
