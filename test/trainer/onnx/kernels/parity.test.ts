/**
 * Every kernel of the lowering table, and its gradient where it has one, against TensorFlow.js's cpu backend. Batches
 * are larger than 1.
 */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { largestDifference, normal, uniform, type Input } from '../../../helpers/compare-engines.js'
import { kernelDefinitions } from '../../../../trainer/onnx/kernels/index.js'
import { trace } from '../../../../trainer/onnx/trace.js'
import type { TracedTensor } from '../../../../trainer/onnx/ir.js'

type T = tf.Tensor
interface Case {
  readonly f: (...inputs: T[]) => T | T[]
  readonly inputs: Input[]
  /** Inputs, by index, whose gradients are compared; none for functions that are flat or not differentiable. */
  readonly gradients?: number[]
}

const x = normal(1, 3, 4, 5)
const y = normal(2, 3, 4, 5)
const row = normal(3, 5)
const positive = uniform(4, 0.2, 3, 3, 4, 5)
const images = normal(5, 2, 6, 8, 3)
const float = (tensor: T) => tf.cast(tensor, 'float32')
const integers = (tensor: T) => tf.cast(tf.floor(tensor), 'int32')

/**
 * An elementwise function on channels-last data that is stored channels-first: after a convolution, and joined with its
 * bias.
 */
const unary = (f: (a: T) => T, input = x, gradients: number[] | undefined = [0]): Case => ({
  f,
  inputs: [input],
  ...(gradients === undefined ? {} : { gradients }),
})
const flat = (f: (a: T) => T, input = x): Case => ({ f, inputs: [input] })

const cases: Record<string, Case[]> = {
  Add: [
    { f: (a, b) => tf.add(a, b), inputs: [x, row], gradients: [0, 1] },
    { f: (a, b) => tf.add(tf.add(a, 0), b), inputs: [row, x], gradients: [0, 1] },
  ],
  Sub: [
    { f: (a, b) => tf.sub(a, b), inputs: [x, row], gradients: [0, 1] },
    { f: a => tf.sub(0, tf.sub(a, tf.zeros([1, 1, 1]))), inputs: [x], gradients: [0] },
  ],
  Multiply: [
    { f: (a, b) => tf.mul(a, b), inputs: [x, row], gradients: [0, 1] },
    { f: a => tf.mul(tf.mul(tf.scalar(3), tf.scalar(2)), tf.mul(tf.ones([1]), a)), inputs: [x], gradients: [0] },
  ],
  RealDiv: [{ f: (a, b) => tf.div(a, b), inputs: [x, positive], gradients: [0, 1] }],
  Maximum: [{ f: (a, b) => tf.maximum(a, b), inputs: [x, y], gradients: [0, 1] }],
  Minimum: [{ f: (a, b) => tf.minimum(a, b), inputs: [x, y], gradients: [0, 1] }],
  Pow: [{ f: (a, b) => tf.pow(a, b), inputs: [positive, y], gradients: [0, 1] }],
  SquaredDifference: [{ f: (a, b) => tf.squaredDifference(a, b), inputs: [x, row], gradients: [0] }],
  Greater: [{ f: (a, b) => float(tf.greater(a, b)), inputs: [x, y] }],
  GreaterEqual: [{ f: (a, b) => float(tf.greaterEqual(a, b)), inputs: [x, x] }],
  Less: [{ f: (a, b) => float(tf.less(a, b)), inputs: [x, y] }],
  LessEqual: [{ f: (a, b) => float(tf.lessEqual(a, b)), inputs: [x, y] }],
  Equal: [{ f: (a, b) => float(tf.equal(tf.floor(a), tf.floor(b))), inputs: [x, y] }],
  NotEqual: [{ f: (a, b) => float(tf.notEqual(tf.floor(a), tf.floor(b))), inputs: [x, y] }],
  LogicalAnd: [{ f: (a, b) => float(tf.logicalAnd(tf.greater(a, 0), tf.greater(b, 0))), inputs: [x, y] }],
  LogicalOr: [{ f: (a, b) => float(tf.logicalOr(tf.greater(a, 0), tf.greater(b, 0))), inputs: [x, y] }],
  LogicalNot: [flat(a => float(tf.logicalNot(tf.greater(a, 0))))],
  Abs: [unary(a => tf.abs(a))],
  Ceil: [flat(a => tf.ceil(a))],
  Cos: [unary(a => tf.cos(a))],
  Sin: [unary(a => tf.sin(a))],
  Elu: [unary(a => tf.elu(a))],
  EluGrad: [unary(a => tf.elu(tf.mul(a, 3)))],
  Erf: [unary(a => tf.erf(a))],
  Exp: [unary(a => tf.exp(a))],
  Expm1: [unary(a => tf.expm1(a))],
  Floor: [flat(a => tf.floor(a))],
  Log: [unary(a => tf.log(a), positive)],
  Log1p: [unary(a => tf.log1p(a), positive)],
  Neg: [unary(a => tf.neg(a))],
  Reciprocal: [unary(a => tf.reciprocal(a), positive)],
  Relu: [unary(a => tf.relu(a))],
  Relu6: [unary(a => tf.relu6(tf.mul(a, 5)))],
  LeakyRelu: [unary(a => tf.leakyRelu(a, 0.1))],
  Sigmoid: [unary(a => tf.sigmoid(a))],
  Sign: [flat(a => tf.sign(a))],
  Softplus: [unary(a => tf.softplus(tf.mul(a, 10)))],
  Sqrt: [unary(a => tf.sqrt(a), positive)],
  Rsqrt: [unary(a => tf.rsqrt(a), positive)],
  Square: [unary(a => tf.square(a))],
  Tanh: [unary(a => tf.tanh(a))],
  ClipByValue: [unary(a => tf.clipByValue(a, -0.5, 0.7))],
  Step: [flat(a => tf.step(a)), flat(a => tf.step(a, -0.3)), { f: a => [tf.relu(a), tf.step(a)], inputs: [x] }],
  Select: [
    { f: (a, b, c) => tf.where(tf.greater(c, 0), a, b), inputs: [x, y, normal(20, 3, 4, 5)], gradients: [0, 1] },
  ],
  AddN: [{ f: (a, b) => tf.addN([a, b, a]), inputs: [x, y], gradients: [0, 1] }],
  Cast: [
    flat(a => float(tf.cast(tf.mul(a, 3), 'int32'))),
    flat(a => tf.add(a, float(tf.cast(tf.fill([3, 4, 5], 2.5), 'int32')))),
    flat(a => tf.add(a, float(tf.cast(tf.ones([1]), 'bool')))),
  ],
  Identity: [unary(a => tf.clone(a))],
  ZerosLike: [flat(a => tf.zerosLike(a))],
  OnesLike: [flat(a => tf.exp(tf.onesLike(a)))],
  Fill: [flat(a => tf.add(a, tf.fill([3, 4, 5], 2))), flat(() => tf.fill([2, 2], 7))],
  Sum: [
    unary(a => tf.sum(a, [0, 2])),
    unary(a => tf.sum(a, 1, true)),
    unary(a => tf.sum(a)),
    flat(a => tf.sum(a, [])),
  ],
  Mean: [unary(a => tf.mean(a, -1)), unary(a => tf.mean(a))],
  Max: [unary(a => tf.max(a, [1])), unary(a => tf.max(a, 2, true))],
  Min: [unary(a => tf.min(a, [1, 2]))],
  // TensorFlow.js's own gradient needs chained operators, which its core does not load
  Prod: [flat(a => tf.prod(a, 1))],
  ArgMax: [flat(a => float(tf.argMax(a, 1)))],
  ArgMin: [flat(a => float(tf.argMin(a, -1)))],
  Softmax: [unary(a => tf.softmax(a))],
  Cumsum: [unary(a => tf.cumsum(a, 2)), flat(a => tf.cumsum(a, 0, true, true))],
  Reshape: [
    unary(a => tf.reshape(a, [12, -1])),
    flat(a => tf.add(tf.reshape(a, [60]), tf.reshape(tf.ones([60]), [1, 60]))),
    flat(a => tf.reshape(tf.mul(tf.sum(a), tf.ones([4, 3])), [2, 6])),
  ],
  ExpandDims: [unary(a => tf.expandDims(a, 1)), unary(a => tf.expandDims(a, -1))],
  Transpose: [unary(a => tf.transpose(a, [2, 0, 1])), flat(a => tf.add(a, tf.transpose(tf.fill([5, 4, 3], 2))))],
  Slice: [unary(a => tf.slice(a, [1, 0, 2], [2, -1, 3]))],
  StridedSlice: [
    flat(a => tf.stridedSlice(a, [0, 3, 0], [3, 0, 5], [2, -1, 2])),
    flat(a => tf.stridedSlice(a, [0, 1], [3, 2], [1, 1], 0, 0, 0, 0, 2)),
  ],
  PadV2: [
    unary(a =>
      tf.pad(
        a,
        [
          [1, 0],
          [0, 2],
          [3, 1],
        ],
        0
      )
    ),
    flat(a =>
      tf.pad(
        a,
        [
          [0, 1],
          [0, 0],
          [1, 0],
        ],
        2.5
      )
    ),
  ],
  Tile: [unary(a => tf.tile(a, [2, 1, 3]))],
  Reverse: [unary(a => tf.reverse(a, [0, 2]))],
  Concat: [
    { f: (a, b) => tf.concat([a, b, a], 1), inputs: [x, y], gradients: [0, 1] },
    flat(a => tf.concat([tf.zeros([3, 1, 5]), a], 1)),
  ],
  Pack: [{ f: (a, b) => tf.stack([a, b], 1), inputs: [x, y], gradients: [0, 1] }],
  SplitV: [
    { f: a => tf.split(a, [2, 3], 2), inputs: [x], gradients: [0] },
    { f: a => tf.split(a, 2, 1), inputs: [x] },
  ],
  Unpack: [
    { f: a => tf.unstack(a, 1), inputs: [x], gradients: [0] },
    { f: a => tf.unstack(a, -1), inputs: [x] },
  ],
  GatherV2: [
    { f: (a, b) => tf.gather(a, integers(b), 0), inputs: [x, uniform(6, 0, 3, 7)], gradients: [0] },
    { f: (a, b) => tf.gather(a, integers(b), 1), inputs: [x, uniform(7, 0, 4, 2, 2)] },
  ],
  UnsortedSegmentSum: [
    {
      f: (a, b) => tf.unsortedSegmentSum(a, tf.cast(tf.floor(b), 'int32') as tf.Tensor1D, 4),
      inputs: [x, uniform(8, 0, 4, 3)],
    },
  ],
  OneHot: [flat(a => tf.oneHot(integers(a), 3, 0.5, -0.5, 'float32'), uniform(9, 0, 3, 2, 3))],
  Range: [flat(a => tf.mul(a, tf.range(0, 5))), flat(() => tf.range(4, -4, -3))],
  BatchMatMul: [
    { f: (a, b) => tf.matMul(a, b), inputs: [normal(10, 6, 4), normal(11, 4, 3)], gradients: [0, 1] },
    { f: (a, b) => tf.matMul(a, b, true, true), inputs: [normal(10, 4, 6), normal(11, 3, 4)], gradients: [0, 1] },
    {
      f: (a, b) => tf.matMul(tf.transpose(a), tf.transpose(b)),
      inputs: [normal(10, 4, 6), normal(11, 3, 4)],
      gradients: [0, 1],
    },
    {
      f: (a, b, c) => tf.add(tf.matMul(a, b), c),
      inputs: [normal(10, 6, 4), normal(11, 4, 3), normal(12, 3)],
      gradients: [0, 1, 2],
    },
    {
      f: (a, b) => tf.matMul(a, b, false, true),
      inputs: [normal(10, 5, 6, 4), normal(11, 5, 3, 4)],
      gradients: [0, 1],
    },
    { f: (a, b) => tf.matMul(a, b), inputs: [normal(10, 1, 6, 4), normal(11, 5, 4, 3)], gradients: [1] },
    { f: (a, b) => tf.matMul(a, b), inputs: [normal(10, 2, 5, 6, 4), normal(11, 2, 5, 4, 2)], gradients: [0, 1] },
  ],
  Conv2D: convolutions((a, w, stride, pad) => tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, stride, pad)),
  Conv2DBackpropInput: [3, 4, 5].flatMap(k =>
    [1, 2].map((stride): Case => ({
      f: (a, w, b) =>
        tf.add(
          tf.conv2dTranspose(a as tf.Tensor4D, w as tf.Tensor4D, [2, 6 * stride, 8 * stride, 5], stride, 'same'),
          b
        ),
      inputs: [images, normal(13, k, k, 5, 3), normal(14, 5)],
      gradients: [0, 1, 2],
    }))
  ),
  Conv2DBackpropFilter: convolutions((a, w, stride, pad) =>
    tf.mul(tf.square(tf.conv2d(a as tf.Tensor4D, w as tf.Tensor4D, stride, pad)), 0.1)
  ),
  MaxPool: [{ f: a => tf.maxPool(a as tf.Tensor4D, 2, 2, 'valid'), inputs: [images], gradients: [0] }],
  MaxPoolGrad: [
    {
      f: a => tf.maxPool(tf.relu(a) as tf.Tensor4D, 2, 2, 'valid'),
      inputs: [normal(15, 2, 7, 5, 3)],
      gradients: [0],
    },
  ],
  AvgPool: [{ f: a => tf.avgPool(a as tf.Tensor4D, 3, 1, 'valid'), inputs: [images] }],
  AvgPoolGrad: [
    { f: a => tf.avgPool(a as tf.Tensor4D, 2, 2, 'valid'), inputs: [normal(16, 2, 7, 5, 3)], gradients: [0] },
  ],
}

/**
 * Odd and even kernels, strides, paddings, more and fewer channels out than in, with a bias and an activation behind.
 */
function convolutions (f: (a: T, w: T, stride: 1 | 2, pad: 'same' | 'valid') => T): Case[] {
  const list: Case[] = []
  for (const size of [1, 3, 4, 5]) {
    for (const stride of [1, 2] as const) {
      for (const pad of ['same', 'valid'] as const) {
        for (const channels of [2, 6]) {
          list.push({
            f: (a, w, b) => tf.relu(tf.add(f(a, w, stride, pad), b)),
            inputs: [images, normal(17, size, size, 3, channels), normal(18, channels)],
            gradients: [0, 1, 2],
          })
        }
      }
    }
  }
  return list
}

/** A scalar whose gradient differs from element to element. */
const scalarOf = (results: T[]): tf.Scalar =>
  tf.addN(
    results.map(result => tf.sum(tf.mul(tf.reshape(result, [result.size]), tf.cos(tf.range(0, result.size)))))
  ) as tf.Scalar

type Named = Record<string, T>
const numbered = (prefix: string, tensors: T[]): Named =>
  Object.fromEntries(tensors.map((tensor, i) => [`${prefix}${i}`, tensor]))
const inputsOf = ({ inputs }: Case): Record<string, Input> =>
  Object.fromEntries(inputs.map((input, i) => [`input${i}`, input]))

const valuesOf = ({ f, inputs }: Case) => (tensors: Named): Named =>
  numbered('result', [f(...inputs.map((_, i) => tensors[`input${i}`]!))].flat())

const gradientsOf = ({ f, inputs, gradients }: Case) => (tensors: Named): Named => {
  const all = inputs.map((_, i) => tensors[`input${i}`]!)
  return numbered('gradient', tf.grads((...chosen: T[]) => {
    const given = [...all]
    gradients!.forEach((index, i) => { given[index] = chosen[i]! })
    return scalarOf([f(...given)].flat())
  })(gradients!.map(index => all[index]!)))
}

for (const [kernel, list] of Object.entries(cases)) {
  t.test(kernel, async t => {
    for (const [i, example] of list.entries()) {
      const values = await largestDifference(valuesOf(example), inputsOf(example))
      t.ok(values < 5e-6, `values of case ${i} within 5e-6`, { values })
      if (example.gradients === undefined) continue
      const difference = await largestDifference(gradientsOf(example), inputsOf(example))
      t.ok(difference < 2e-5, `gradients of case ${i} within 2e-5`, { difference })
    }
  })
}

t.test('every kernel of the table is compared, and really runs', async t => {
  t.strictSame(Object.keys(cases).sort(), Object.keys(kernelDefinitions).sort())
  for (const [kernel, list] of Object.entries(cases)) {
    const used = new Set<string>()
    for (const example of list) {
      const types = Object.fromEntries(
        Object.entries(inputsOf(example)).map(([name, { shape }]) => [name, { shape, dtype: 'float32' as const }])
      )
      for (const program of example.gradients === undefined
        ? [valuesOf(example)]
        : [valuesOf(example), gradientsOf(example)]) {
        collect([...trace(program, types).outputs.values()], used)
      }
    }
    t.ok(used.has(kernel), `${kernel} is recorded by its own cases`)
  }
})

function collect (tensors: TracedTensor[], kernels: Set<string>): void {
  for (const { source } of tensors) {
    if (source.kind !== 'kernel') continue
    kernels.add(source.node.kernel)
    collect(Object.values(source.node.inputs), kernels)
  }
}
