import t from 'tap'
import { layOutPartitions } from '@partition-vae/models'
import { checkMetrics } from '../../../trainer/fit/divergence.js'

const partitions = layOutPartitions([{ name: 'a', size: 1 }, { name: 'b', size: 2 }])
const good = {
  loss: 1,
  reconstruction: 1,
  klByUnit: Float32Array.of(1, 2, 3),
  mse: 1,
  terms: { 'free-bits': 0, labels: 1 },
}

t.test('which part of the loss is not finite', async t => {
  checkMetrics(good, partitions, 5)
  const cases: Array<[object, string]> = [
    [
      { reconstruction: NaN, loss: NaN },
      'expected finite numbers at step 5 but received NaN for the reconstruction: training diverged',
    ],
    [{ klByUnit: Float32Array.of(1, 2, Infinity), loss: Infinity }, 'Infinity for the KL of partition b (unit b[1])'],
    [{ terms: { 'free-bits': 0, labels: NaN }, loss: NaN }, 'NaN for the term labels'],
    [{ mse: NaN }, 'NaN for the mean squared error'],
    [{ loss: -Infinity }, '-Infinity for the loss'],
    [
      { reconstruction: NaN, klByUnit: Float32Array.of(NaN, 2, Infinity), mse: NaN, loss: NaN },
      'NaN for the reconstruction, NaN for the KL of partition a (unit a[0]), Infinity for the KL of partition b ' +
        '(unit b[1]), NaN for the mean squared error: training',
    ],
  ]
  for (const [changes, message] of cases) {
    t.throws(() => checkMetrics({ ...good, ...changes }, partitions, 5), {
      code: 'PVAE_DIVERGED',
      message: new RegExp(message.replaceAll(/[[\]()]/g, '\\$&')),
    })
  }
})
