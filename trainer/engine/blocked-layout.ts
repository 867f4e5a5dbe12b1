/**
 * Examines whether ONNX Runtime's blocked layout can be used on this machine. The layout is an internal domain: how
 * many channels make a block depends on the CPU, and nothing promises that an operator stays as it is. So each process
 * asks once, and proves the lowerings on a small network before it trusts them.
 */
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-layers' // registers gradients
import { repeatPixels } from '../model/upsampling.js'
import { BLOCKED_DOMAIN } from '../onnx/layout.js'
import { lower } from '../onnx/lower.js'
import { fuseActivations } from '../onnx/passes/fuse-activations.js'
import { trace, type Program, type Tensors } from '../onnx/trace.js'
import { GraphWriter } from '../onnx/writer.js'
import { createRandom } from '../random/index.js'
import { createRuntimeSession, type RuntimeArrays } from './runtime.js'
import type { TensorType } from '../onnx/ir.js'

export type BlockedLayout =
  | { readonly blockSize: number }
  /** Why it can't be used. */
  | { readonly reason: string }

/** Sizes that the proof is written for. */
const KNOWN_SIZES = [4, 8, 16, 32]
/** Largest difference of a result, relative to the largest element. */
const TOLERANCE = 1e-4

let known: Promise<BlockedLayout> | undefined

/** Asked once a process. */
export function blockedLayout (): Promise<BlockedLayout> {
  known ??= examine()
  return known
}

/**
 * @param compile the network of the proof, for a block size; undefined: without blocks
 * @param measure the block size
 */
export async function examine (
  compile: typeof compileProof = compileProof,
  measure: () => Promise<number> = measureBlock
): Promise<BlockedLayout> {
  try {
    const blockSize = await measure()
    if (!KNOWN_SIZES.includes(blockSize)) {
      return { reason: `blocks of ${blockSize} channels, for which nothing is known to work` }
    }
    const inputs = proofInputs(blockSize)
    const expected = await run(compile(inputs, undefined), inputs)
    const found = await run(compile(inputs, blockSize), inputs)
    for (const [name, { values }] of Object.entries(expected)) {
      const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
      const difference = values.reduce(
        (largest, value, i) => Math.max(largest, Math.abs(value - found[name]!.values[i]!)),
        0
      )
      // Written so that NaN fails.
      if (!(difference <= TOLERANCE * scale)) {
        return { reason: `${name} differs from its plain form by ${(difference / scale).toExponential(1)}` }
      }
    }
    return { blockSize }
  } catch (error) {
    return { reason: (error as Error).message.split('\n')[0]! }
  }
}

async function run (model: Uint8Array, inputs: RuntimeArrays): Promise<RuntimeArrays> {
  const session = await createRuntimeSession(model, { threads: 1 })
  try {
    return await session.run(inputs)
  } finally {
    await session.release()
  }
}

/**
 * Element (channel c, pixel p) of the image below has the value p + 2c, so that pixel 1 of channel 0, right behind the
 * first block, is the first 1.
 */
async function measureBlock (): Promise<number> {
  const channels = 64
  const writer = new GraphWriter()
  writer.inputs.push({ name: 'x', dtype: 'float32', dims: [1, channels, 1, 2] })
  const blocked = writer.node('ReorderInput', ['x'], {}, BLOCKED_DOMAIN)
  writer.output(
    { name: 'y', dtype: 'float32', dims: [channels * 2] },
    writer.node('Reshape', [blocked, writer.integers([channels * 2])])
  )
  const image = { shape: [1, channels, 1, 2], values: Float32Array.from({ length: channels * 2 }, (_, i) => i) }
  const { y } = await run(writer.finish({ graphName: 'block-size', producerVersion: '1' }), { x: image })
  return y!.values.indexOf(1)
}

/** A network in which every rule of the blocked layout is taken, forward or in a gradient. */
const proof: Program = ({ x, first, second, third, fourth, fifth, last, bias }) => {
  const [batch, height, width] = x!.shape
  const network = (
    w1: tf.Tensor,
    w2: tf.Tensor,
    w3: tf.Tensor,
    w4: tf.Tensor,
    w5: tf.Tensor,
    w6: tf.Tensor,
    b: tf.Tensor
  ) => {
    const image = tf.relu(tf.add(tf.conv2d(x as tf.Tensor4D, w1 as tf.Tensor4D, 1, 'same'), b)) // [N, 8, 8, 2B]
    const pooled = tf.maxPool(image as tf.Tensor4D, 2, 2, 'valid') // [N, 4, 4, 2B]
    const small = tf.leakyRelu(tf.add(tf.conv2d(pooled, w2 as tf.Tensor4D, 2, 'same'), b), 0.1) // [N, 2, 2, 2B]
    // [N, 4, 4, 2B]
    const grown = tf.relu(
      tf.add(
        tf.conv2dTranspose(
          small as tf.Tensor4D,
          w3 as tf.Tensor4D,
          [batch!, height! / 2, width! / 2, b.size],
          2,
          'same'
        ),
        b
      )
    )
    // [N, 4, 4, 1.5B]
    const same = tf.elu(tf.conv2d(tf.add(grown, pooled) as tf.Tensor4D, w4 as tf.Tensor4D, 1, 'same'))
    const coarse = repeatPixels(tf.avgPool(same as tf.Tensor4D, 2, 2, 'valid'), 2) // [N, 4, 4, 1.5B]
    const doubled = repeatPixels(tf.maxPool(same as tf.Tensor4D, 2, 2, 'valid'), 2) // [N, 4, 4, 1.5B]
    const fine = tf.conv2d(doubled as tf.Tensor4D, w5 as tf.Tensor4D, 1, 'same') // [N, 4, 4, 1.5B]
    const sum = tf.add(tf.add(coarse, same), fine) // [N, 4, 4, 1.5B]
    const drawn = tf.conv2d(sum as tf.Tensor4D, w6 as tf.Tensor4D, 1, 'same') // [N, 4, 4, 1]
    return tf.mean(tf.square(tf.sub(drawn, 1))) as tf.Scalar
  }
  const names = ['first', 'second', 'third', 'fourth', 'fifth', 'last', 'bias']
  const { value, grads } = tf.valueAndGrads(network)([first!, second!, third!, fourth!, fifth!, last!, bias!])
  const outputs: Tensors = { loss: value }
  grads.forEach((gradient, i) => { outputs[`gradient of ${names[i]!}`] = gradient })
  return outputs
}

export function proofInputs (block: number): RuntimeArrays {
  const random = createRandom(0, 'blocked-layout')
  const channels = 2 * block
  const shapes = {
    x: [block, 8, 8, 1],
    first: [3, 3, 1, channels],
    second: [4, 4, channels, channels],
    third: [3, 3, channels, channels],
    fourth: [3, 3, channels, 1.5 * block], // with spare channels in the last block
    fifth: [3, 3, 1.5 * block, 1.5 * block],
    last: [3, 3, 1.5 * block, 1],
    bias: [channels],
  }
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    random.fillNormal(values)
    return [name, { shape, values: values.map(value => name === 'x' ? value : value * 0.1) }]
  }))
}

export function compileProof (inputs: RuntimeArrays, blockSize: number | undefined): Uint8Array {
  const writer = lowerProof(inputs, blockSize)
  fuseActivations(writer)
  return writer.finish({ graphName: 'blocked-layout', producerVersion: '1' })
}

/** Lowers the network of the proof; without a block size in plain operators. */
export function lowerProof (inputs: RuntimeArrays, blockSize: number | undefined): GraphWriter {
  const types = Object.fromEntries(
    Object.entries(inputs).map(([name, { shape }]): [string, TensorType] => [name, { shape, dtype: 'float32' }])
  )
  return lower(trace(proof, types), { blockSize })
}
