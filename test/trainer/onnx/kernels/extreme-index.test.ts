/** Indices of extremes without 64 bit integers, against TensorFlow.js: along each axis, with ties. */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { largestDifference, normal } from '../../../helpers/compare-engines.js'

for (const [name, find] of [['argMax', tf.argMax], ['argMin', tf.argMin]] as const) {
  for (const axis of [0, 1, 2, 3]) {
    t.test(`${name} along axis ${axis}`, async t => {
      const { shape, values } = normal(axis, 3, 5, 4, 6)
      const program = ({ x }: Record<string, tf.Tensor>) => ({ index: tf.cast(find(x!, axis), 'float32') })
      t.equal(await largestDifference(program, { x: { shape, values } }, { portable: true }), 0)
      t.equal(
        await largestDifference(program, { x: { shape, values: values.map(Math.round) } }, { portable: true }),
        0,
        'the first of equals'
      )
    })
  }
}
