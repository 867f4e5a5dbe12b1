/**
 * The max-pool gradient without indices, against TensorFlow.js: ties, all-equal windows and edges that no window
 * covers.
 */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { largestDifference, normal, runLowered, type Input } from '../../../helpers/compare-engines.js'

const gradient = (size: number) => ({ x, dy }: Record<string, tf.Tensor>) => ({
  dx: tf.grad((image: tf.Tensor) => tf.maxPool(image as tf.Tensor4D, size, size, 'valid'))(x!, dy!),
})

for (const [size, shape, pooled] of [
  [2, [3, 6, 4, 5], [3, 3, 2, 5]],
  [2, [2, 7, 5, 3], [2, 3, 2, 3]],
  [3, [2, 6, 9, 2], [2, 2, 3, 2]],
] as const) {
  t.test(`${size} × ${size} windows on ${shape.join(' × ')}`, async t => {
    const rectified: Input = { shape, values: normal(21, ...shape).values.map(value => Math.max(0, value)) }
    const dy = normal(22, ...pooled)
    for (const x of [
      normal(20, ...shape),
      rectified,
      { shape, values: new Float32Array(rectified.values.length).fill(1) },
    ]) {
      t.equal(await largestDifference(gradient(size), { x, dy }, { portable: true }), 0)
    }
    const { dx } = await runLowered(gradient(size), { x: rectified, dy }, { portable: true })
    const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0)
    t.ok(Math.abs(sum(dx!.values) - sum(dy.values)) < 1e-4, 'each gradient goes to one place')
  })
}
