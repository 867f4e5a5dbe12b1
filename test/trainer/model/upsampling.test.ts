import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import {
  bilinearMatrix,
  blockMeans,
  blocksToPixels,
  repeatPixels,
  upsample,
} from '../../../trainer/model/upsampling.js'
import { largestDifference, normal, runEagerly } from '../../helpers/compare-engines.js'

t.test('nearest: each pixel becomes a block', async t => {
  const { y } = await runEagerly(({ x }) => ({ y: upsample(x!, 2, 'nearest') }), {
    x: { shape: [1, 2, 2, 1], values: Float32Array.of(1, 2, 3, 4) },
  })
  t.strictSame(y!.shape, [1, 4, 4, 1])
  t.strictSame([...y!.values], [1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4])
})

t.test('bilinear: half-pixel centres, clamped edges', async t => {
  // PyTorch: interpolate(torch.tensor([[[0., 4., 8.]]]), scale_factor=2, mode='linear', align_corners=False)
  const { y } = await runEagerly(() => ({ y: tf.matMul(bilinearMatrix(3, 2), tf.tensor2d([0, 4, 8], [3, 1])) }), {})
  t.strictSame([...y!.values], [0, 1, 3, 5, 7, 8])
  // … scale_factor=3 on [0, 6]
  const { z } = await runEagerly(() => ({ z: tf.matMul(bilinearMatrix(2, 3), tf.tensor2d([0, 6], [2, 1])) }), {})
  t.ok([...z!.values].every((value, i) => Math.abs(value - [0, 0, 2, 4, 6, 6][i]!) < 1e-6))
  // In two dimensions it is the product of both: a plane stays a plane inside.
  const plane = Float32Array.from(
    { length: 2 * 3 * 4 },
    (_, i) => (Math.floor(i / 2) % 4) + 10 * Math.floor(i / 8) + 100 * (i % 2)
  )
  const { u } = await runEagerly(({ x }) => ({ u: upsample(x!, 2, 'bilinear') }), {
    x: { shape: [1, 3, 4, 2], values: plane },
  })
  t.strictSame(u!.shape, [1, 6, 8, 2])
  const at = (row: number, column: number, channel: number) => u!.values[(row * 8 + column) * 2 + channel]!
  t.ok(Math.abs(at(3, 3, 0) - (1.25 + 12.5)) < 1e-5)
  t.ok(Math.abs(at(0, 0, 1) - 100) < 1e-5)
})

t.test('channels become blocks of pixels, row by row', async t => {
  // As TensorFlow's depth_to_space has it.
  const { y } = await runEagerly(({ x }) => ({ y: blocksToPixels(x!, 2) }), {
    x: { shape: [1, 1, 2, 8], values: Float32Array.from({ length: 16 }, (_, i) => i) },
  })
  t.strictSame(y!.shape, [1, 2, 4, 2])
  t.strictSame([...y!.values], [0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15])
})

t.test('block means undo repetition', async t => {
  const x = normal(1, 2, 3, 4, 2)
  const { y } = await runEagerly(({ x }) => ({ y: blockMeans(repeatPixels(x!, 3), 3) }), { x })
  t.ok(y!.values.every((value, i) => Math.abs(value - x.values[i]!) < 1e-6))
  t.strictSame(
    (await runEagerly(({ x }) => ({ y: upsample(blockMeans(x!, 1), 1, 'bilinear') }), { x })).y!.values,
    x.values,
    'nothing to do for a factor of 1'
  )
})

for (const interpolation of ['nearest', 'bilinear'] as const) {
  t.test(`${interpolation}: values and gradients agree on both engines, and with finite differences`, async t => {
    const x = normal(2, 3, 4, 5, 2)
    const weights = normal(3, 3, 8, 10, 2)
    const loss = (image: tf.Tensor, w: tf.Tensor) => tf.sum(tf.mul(upsample(image, 2, interpolation), w)) as tf.Scalar
    const program = ({ x, w }: Record<string, tf.Tensor>) => ({
      y: upsample(x!, 2, interpolation),
      dx: tf.grad(v => loss(v, w!))(x!),
    })
    t.ok(await largestDifference(program, { x, w: weights }) < 1e-6)
    // The map is linear, so a difference quotient is exact up to rounding.
    const { dx } = await runEagerly(program, { x, w: weights })
    for (const i of [0, 7, 61, 119]) {
      const moved = { shape: x.shape, values: x.values.slice() }
      moved.values[i]! += 1
      const quotient = await runEagerly(({ x, y, w }) => ({ d: tf.sub(loss(y!, w!), loss(x!, w!)) }), {
        x,
        y: moved,
        w: weights,
      })
      t.ok(Math.abs(quotient.d!.values[0]! - dx!.values[i]!) < 1e-4)
    }
  })
}
