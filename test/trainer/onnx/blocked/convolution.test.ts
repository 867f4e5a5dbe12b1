/** Every blocked form against TensorFlow.js's cpu backend, values and gradients. */
import t, { type Test } from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { blockedLayout } from '../../../../trainer/engine/blocked-layout.js'
import { lower } from '../../../../trainer/onnx/lower.js'
import { BLOCKED_DOMAIN } from '../../../../trainer/onnx/layout.js'
import { trace, type Program } from '../../../../trainer/onnx/trace.js'
import { repeatPixels } from '../../../../trainer/model/upsampling.js'
import { largestDifference, normal, type Input } from '../../../helpers/compare-engines.js'
import type { TensorType } from '../../../../trainer/onnx/ir.js'

type T = tf.Tensor
const layout = await blockedLayout()
if (!('blockSize' in layout)) t.bailout(`no blocked layout on this machine: ${layout.reason}`)
const B = (layout as { blockSize: number }).blockSize
/** A multiple of every block size. */
const N = 16

/** Values and gradients of a network whose inputs are all named by their position. */
function withGradients (network: (inputs: T[]) => T): Program {
  return named => {
    const inputs = Object.values(named)
    const weigh = (...given: T[]) => {
      const result = network(given)
      return tf.mean(tf.mul(tf.reshape(result, [result.size]), tf.cos(tf.range(0, result.size)))) as tf.Scalar
    }
    const gradients = tf.grads(weigh)(inputs)
    // Means make gradients small; at the scale of 1 an absolute bound is a relative one.
    return {
      value: network(inputs),
      ...Object.fromEntries(gradients.map((gradient, i) => [`gradient${i}`, tf.mul(gradient, 10)])),
    }
  }
}

const named = (inputs: Input[]) => Object.fromEntries(inputs.map((input, i) => [`input${i}`, input]))

/** Plain and blocked convolutions in a program's graph. */
function countConvolutions (program: Program, inputs: Record<string, Input>): { plain: number, blocked: number } {
  const types = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]): [string, TensorType] => [name, { shape, dtype: 'float32' }])
  )
  const convolutions = lower(trace(program, types), { blockSize: B }).nodes.filter(
    ({ operator }) => operator === 'Conv' || operator === 'ConvTranspose'
  )
  const blocked = convolutions.filter(({ domain }) => domain === BLOCKED_DOMAIN).length
  return { plain: convolutions.length - blocked, blocked }
}

async function compare (t: Test, what: string, network: (inputs: T[]) => T, inputs: Input[], plain = 0): Promise<void> {
  const program = withGradients(network)
  const counts = countConvolutions(program, named(inputs))
  t.equal(counts.plain, plain, `${what}: ${plain} plain convolutions are left`)
  t.ok(counts.blocked > 0)
  const difference = await largestDifference(program, named(inputs), { blockSize: B })
  t.ok(difference < 2e-5, `${what}: within 2e-5`, { difference })
}

for (const [channelsIn, channelsOut, windows] of [
  // The last number: gradients that take the plain form.
  [1, B, [[3, 1, 'same', 0], [4, 2, 'same', 1]]],
  [3, 2 * B, [[5, 2, 'same', 1]]],
  [B, B, [[1, 1, 'same', 0], [3, 1, 'valid', 0], [4, 1, 'same', 0], [5, 1, 'same', 0], [3, 2, 'same', 0]]],
  [2 * B, 4 * B, [[3, 1, 'same', 0]]],
  [B, 2 * B, [[4, 2, 'same', 0], [4, 2, 'valid', 1], [5, 2, 'same', 0]]],
  [2 * B, 1, [[3, 1, 'same', 0]]],
  [B, B / 2, [[3, 1, 'same', 0], [4, 1, 'valid', 0]]],
  [2 * B, 3, [[3, 1, 'same', 0]]],
  [B / 2, 2, [[5, 1, 'same', 1]]],
  [B / 2, B / 2, [[3, 1, 'same', 0]]],
  // Spare channels in the last block.
  [B, 1.5 * B, [[3, 1, 'same', 0], [4, 2, 'same', 0]]],
  [1.5 * B, 2 * B, [[3, 1, 'same', 0], [4, 2, 'same', 0]]],
  [1.5 * B, 3, [[3, 1, 'same', 0]]],
  [2.75 * B, 1.5 * B, [[3, 2, 'same', 0]]],
  // No multiple of the four channels that are moved at a time.
  [2 * B - 1, B + 6, [[3, 1, 'same', 0], [4, 2, 'same', 0]]],
] as const) {
  t.test(`convolutions from ${channelsIn} to ${channelsOut} channels`, async t => {
    for (const [size, stride, pad, plain] of windows) {
      await compare(
        t,
        `${size}×${size}, stride ${stride}, ${pad}`,
        ([x, w, b]) => tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, pad), b!)),
        [normal(1, N, 7, 6, channelsIn), normal(2, size, size, channelsIn, channelsOut), normal(3, channelsOut)],
        plain
      )
    }
  })
}

for (const [channelsIn, channelsOut] of [
  [B, B],
  [2 * B, B],
  [B / 2, B],
  [1.5 * B, 1.75 * B],
  [2 * B - 2, B + 6],
] as const) {
  t.test(`transposed convolutions from ${channelsIn} to ${channelsOut} channels`, async t => {
    for (const size of [3, 4, 5]) {
      await compare(
        t,
        `${size}×${size}`,
        ([x, w, b]) =>
          tf.leakyRelu(
            tf.add(tf.conv2dTranspose(x as tf.Tensor4D, w as tf.Tensor4D, [N, 6, 8, channelsOut], 2, 'same'), b!),
            0.1
          ),
        [normal(4, N, 3, 4, channelsIn), normal(5, size, size, channelsOut, channelsIn), normal(6, channelsOut)],
        channelsIn < B ? 1 : 0
      )
    }
  })
}

t.test('a convolution of doubled pixels is a transposed one, with a 4 × 4 filter', async t => {
  for (const [channelsIn, channelsOut] of [[B, 2 * B], [B, B], [1.5 * B, 1.5 * B]] as const) {
    const network = ([x, v, w, b]: T[]) => {
      const small = tf.conv2d(x as tf.Tensor4D, v as tf.Tensor4D, 1, 'same')
      return tf.add(tf.conv2d(repeatPixels(small, 2) as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'), b!)
    }
    // Filters by their fan-in: what comes out is about 1, and so is what float32 can tell apart.
    const filter = (seed: number, size: number, from: number, to: number) => {
      const { shape, values } = normal(seed, size, size, from, to)
      return { shape, values: values.map(value => value / Math.sqrt(size * size * from)) }
    }
    const inputs = [
      normal(7, N, 4, 3, B),
      filter(8, 1, B, channelsIn),
      filter(9, 3, channelsIn, channelsOut),
      normal(10, channelsOut),
    ]
    await compare(t, `${channelsIn} to ${channelsOut}`, network, inputs)
    const types = Object.fromEntries(
      Object.entries(named(inputs)).map(([name, { shape }]): [string, TensorType] => [
        name,
        { shape, dtype: 'float32' },
      ])
    )
    const { nodes } = lower(trace(withGradients(network), types), { blockSize: B })
    t.notOk(
      nodes.some(({ operator }) => operator === 'Upsample' || operator === 'AveragePool' || operator === 'Expand'),
      'no doubled image is made'
    )
  }
})

t.test('filter gradients of any number of images are added up in groups', async t => {
  const groupsOf = (program: Program, inputs: Record<string, Input>) => {
    const types = Object.fromEntries(
      Object.entries(inputs).map(([name, { shape }]): [string, TensorType] => [name, { shape, dtype: 'float32' }])
    )
    return lower(trace(program, types), { blockSize: B }).nodes
      .filter(({ operator, domain }) => operator === 'Conv' && domain === BLOCKED_DOMAIN)
      .map(({ attributes }) => attributes.group)
  }
  // images, channels of the image and of the gradient, side, kernel, stride; groups, of less than 16 images
  for (const [images, channelsIn, channelsOut, side, kernel, stride, groups] of [
    [1, B, B, 4, 5, 1, [1]],
    [8, B, B, 4, 5, 1, [4]], // 4 · 5 rows
    [13, B, B, 4, 5, 1, [13]], // 1 or 13
    [13, 4, 16 * B, 4, 5, 1, [1]], // 4 · 5 rows without groups
    [17, B, B, 4, 5, 1, [4, 1]], // what is no whole block by itself
    [24, B, B, 4, 5, 1, [4, 4]],
    [28, B, B, 4, 3, 1, [8, 6]],
    [32, 3, B, 4, 5, 1, [4]], // the image has less channels than a block
    [32, B, B, 4, 4, 2, [4]],
    [64, B, 5 * B, 4, 4, 1, [8]], // what has more channels is the filter: small pictures, large results
    [32, B, 2 * B, 16, 4, 2, [4]],
    [32, 3, 2 * B, 16, 3, 1, [32]], // large pictures, small results: pictures stay where they are
    [32, B / 2, B / 2, 6, 5, 1, [4]], // two pixels in a block
    [32, B, B / 4, 8, 5, 1, [4]], // the other way round, without groups of pixels
    [32, 1, B / 2, 8, 3, 2, [8]],
    [32, B / 4, 1, 8, 3, 1, [8]], // the other way round: four pixels in a block
    [20, B / 2, B / 2, 8, 3, 2, [8, 4]],
  ] as const) {
    const convolve = (x: T, w: T) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, 'same')
    const program: Program = ({ x, w, dy }) => ({
      gradient: tf.grad((w: T) => tf.sum(tf.mul(convolve(x!, w), dy!)))(w!),
    })
    const inputs = {
      x: normal(1, images, side, side, channelsIn),
      w: normal(2, kernel, kernel, channelsIn, channelsOut),
      dy: normal(3, images, side / stride, side / stride, channelsOut),
    }
    const what = `${images} images, ${channelsIn} to ${channelsOut} channels, ${kernel} × ${kernel} at ${stride}`
    t.strictSame(groupsOf(program, inputs), groups, what)
    const scale = Math.sqrt(images) * side // deviation of a sum of so many products
    const scaled: Program = tensors => ({ gradient: tf.div(program(tensors).gradient!, scale) })
    const difference = await largestDifference(scaled, inputs, { blockSize: B })
    t.ok(difference < 1e-5, `${what}: within 1e-5`, { difference })
  }
})
