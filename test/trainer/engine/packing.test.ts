import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { cutOut, join, pack, PACKED, planPacking, unpack } from '../../../trainer/engine/packing.js'

const array = (...shape: number[]) => {
  const size = shape.reduce((product, length) => product * length, 1)
  return { shape, values: Float32Array.from({ length: size }, (_, i) => i + size / 1000) }
}
const weights = {
  'a/kernel': array(3, 5),
  'b/kernel': array(2, 2, 1, 3),
  'c/kernel': array(50, 60),
  'a/bias': array(4),
  'c/scale': array(),
}
const packing = planPacking(weights, false)
const whole = planPacking(weights, true)

t.test('small weights are packed; large ones and filters are not', async t => {
  t.strictSame(packing.entries, [
    { name: 'a/kernel', shape: [3, 5] },
    { name: 'a/bias', shape: [4] },
    { name: 'c/scale', shape: [] },
  ])
  const packed = pack(weights, packing)
  t.strictSame(Object.keys(packed), ['b/kernel', 'c/kernel', PACKED])
  t.strictSame(packed[PACKED]!.shape, [20])
  const unpacked = unpack(packed, packing, Object.keys(weights))
  t.strictSame(unpacked, weights)
  t.strictSame(Object.keys(unpacked), Object.keys(weights), 'in their order')
})

t.test('for a GPU all are packed', async t => {
  const packed = pack(weights, whole)
  t.strictSame(Object.keys(packed), [PACKED])
  t.strictSame(unpack(packed, whole, Object.keys(weights)), weights)
})

for (const [name, plan] of Object.entries({ small: packing, all: whole })) {
  t.test(`tensors of ${name} weights are cut out as arrays are unpacked`, async t => {
    await tf.setBackend('cpu')
    const vector = tf.tensor1d(pack(weights, plan)[PACKED]!.values)
    const tensors = cutOut(vector, plan)
    for (const { name, shape } of plan.entries) {
      t.strictSame(tensors[name]!.shape, shape)
      t.strictSame(tensors[name]!.dataSync(), weights[name as keyof typeof weights].values)
    }
    t.strictSame(join(Object.values(tensors)).dataSync(), vector.dataSync())
  })
}

t.test('one small weight alone stays as it is', async t => {
  const few = { 'a/bias': array(4), 'c/kernel': array(50, 60) }
  const plan = planPacking(few, false)
  t.strictSame(plan.entries, [])
  t.equal(pack(few, plan), few)
  t.strictSame(unpack(few, plan, Object.keys(few)), few)
})
