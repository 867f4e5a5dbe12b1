import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { checkMetrics } from '../../../trainer/fit/divergence.js'

const partitions = layOutPartitions([{ name: 'a', size: 1 }, { name: 'b', size: 2 }])
const good = { loss: 1, reconstruction: 1, klByUnit: Float32Array.of(1, 2, 3), mse: 1, terms: { 'free-bits': 0, labels: 1 } }

t.test('which part of the loss is not finite', async t => {
  checkMetrics(good, partitions, 5)
  const cases: Array<[object, string]> = [
    [{ reconstruction: NaN, loss: NaN }, 'the reconstruction at step 5 but received NaN'],
    [{ klByUnit: Float32Array.of(1, 2, Infinity), loss: Infinity }, 'the KL of unit b[1] at step 5 but received Infinity'],
    [{ terms: { 'free-bits': 0, labels: NaN }, loss: NaN }, 'the term labels at step 5 but received NaN'],
    [{ mse: NaN }, 'the mean squared error at step 5'],
    [{ loss: -Infinity }, 'the loss at step 5 but received -Infinity'],
  ]
  for (const [changes, message] of cases) {
    t.throws(() => checkMetrics({ ...good, ...changes }, partitions, 5), { code: 'PVAE_DIVERGED', message: new RegExp(message.replaceAll(/[[\]]/g, '\\$&')) })
  }
})
