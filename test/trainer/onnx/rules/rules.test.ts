/** Each rule is taken where its pattern is, and without it the same is computed. */
import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { blockedLayout, lowerProof, proofInputs } from '../../../../trainer/engine/blocked-layout.js'
import { repeatPixels } from '../../../../trainer/model/upsampling.js'
import type { TensorType } from '../../../../trainer/onnx/ir.js'
import { lower } from '../../../../trainer/onnx/lower.js'
import {
  blockedRules,
  chooseRules,
  plainRules,
  portableRules,
  type RuleChoice,
} from '../../../../trainer/onnx/rules/index.js'
import { trace, type Program } from '../../../../trainer/onnx/trace.js'
import { normal, runLowered, type Input } from '../../../helpers/compare-engines.js'

const layout = await blockedLayout()
if (!('blockSize' in layout)) t.bailout(`no blocked layout on this machine: ${layout.reason}`)
const B = (layout as { blockSize: number }).blockSize
/** A multiple of every block size. */
const N = 16

const image = (x: tf.Tensor) => x as tf.Tensor4D

/** Has the pattern of every rule somewhere: forward, or in a gradient. */
const network = (x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Scalar => {
  const [first, strided, transposed, upsampled, wide, last, bias, matrix, row] = weights as tf.Tensor[]
  const tall = tf.relu(tf.add(tf.conv2d(image(x), first as tf.Tensor4D, 1, 'same'), bias!)) // [N, 8, 8, B]
  const pooled = tf.maxPool(image(tall), 2, 2, 'valid') // [N, 4, 4, B]
  const small = tf.leakyRelu(tf.conv2d(pooled, strided as tf.Tensor4D, 2, 'same'), 0.1) // [N, 2, 2, B]
  // [N, 4, 4, B]
  const grown = tf.relu(tf.conv2dTranspose(image(small), transposed as tf.Tensor4D, [N, 4, 4, B], 2, 'same'))
  const doubled = tf.conv2d(image(repeatPixels(grown, 2)), upsampled as tf.Tensor4D, 1, 'same') // [N, 8, 8, B]
  // [N, 4, 4, B]
  const pools = tf.add(tf.avgPool(image(doubled), 2, 2, 'valid'), tf.maxPool(image(doubled), 2, 2, 'valid'))
  const repeated = tf.elu(repeatPixels(pools, 2)) // [N, 8, 8, B]
  const wider = tf.conv2d(image(repeated), wide as tf.Tensor4D, 1, 'same') // [N, 8, 8, 4B]
  const narrow = tf.conv2d(image(tf.square(wider)), last as tf.Tensor4D, 1, 'same') // [N, 8, 8, 3]
  const flat = tf.reshape(narrow, [N, 8 * 8 * 3]) // [N, 192]
  return tf.add(
    tf.mean(tf.add(tf.matMul(flat as tf.Tensor2D, matrix as tf.Tensor2D), row!)),
    tf.mean(tf.abs(wider))
  ) as tf.Scalar
}

const trained: Program = ({ x, ...weights }) => {
  const names = Object.keys(weights)
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => network(x!, given))(
    names.map(name => weights[name]!)
  )
  return { value, ...Object.fromEntries(grads.map((gradient, i) => [`gradient of ${names[i]!}`, gradient])) }
}

const scaled = (input: Input): Input => ({ ...input, values: input.values.map(value => 0.2 * value) })
const inputs: Record<string, Input> = {
  x: normal(0, N, 8, 8, 1),
  first: scaled(normal(1, 3, 3, 1, B)),
  strided: scaled(normal(2, 4, 4, B, B)),
  transposed: scaled(normal(3, 3, 3, B, B)),
  upsampled: scaled(normal(4, 3, 3, B, B)),
  wide: scaled(normal(5, 3, 3, B, 4 * B)),
  last: scaled(normal(6, 3, 3, 4 * B, 3)),
  bias: scaled(normal(7, B)),
  matrix: scaled(normal(8, 192, 5)),
  row: scaled(normal(9, 5)),
}

/** The gradient of a pool, and the index of an extreme, on devices. */
const onDevices: Program = ({ y }) => {
  const pool = (given: tf.Tensor) => tf.sum(tf.square(tf.maxPool(image(given), 2, 2, 'valid'))) as tf.Scalar
  return { gradient: tf.grad(pool)(y!), largest: tf.cast(tf.argMax(y!, 3), 'float32') }
}
const deviceInputs = { y: normal(0, 2, 4, 4, 3) }

function rulesTaken (program: Program, inputs: Record<string, Input>, choice: RuleChoice): Set<string> {
  const types = Object.fromEntries(Object.entries(inputs)
    .map(([name, { shape }]): [string, TensorType] => [name, { shape, dtype: 'float32' }]))
  return new Set(lower(trace(program, types), choice).nodes.flatMap(({ origin }) => origin?.rule ?? []))
}

function difference (one: Awaited<ReturnType<typeof runLowered>>, other: typeof one): number {
  return Math.max(...Object.entries(one).flatMap(([name, { values }]) => {
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-6)
    return Array.from(values, (value, i) => Math.abs(value - other[name]!.values[i]!) / scale)
  }))
}

t.test('rules have names of their own and say what they compute', async t => {
  const rules = [...blockedRules, ...portableRules, ...plainRules]
  t.equal(new Set(rules.map(({ name }) => name)).size, rules.length)
  for (const { name, equation, kernels } of rules) {
    t.match(name, /^[a-z]+(-[a-z]+)*$/)
    t.match(equation, /\S/, `${name} has an equation`)
    t.ok(kernels.length > 0, `${name} begins somewhere`)
  }
})

t.test('each rule is taken, and can be left out: the results agree', async t => {
  for (const [rules, program, given, choice] of [
    [blockedRules, trained, inputs, { blockSize: B }],
    [plainRules, trained, inputs, {}],
    [portableRules, onDevices, deviceInputs, { portable: true }],
  ] as const) {
    const taken = rulesTaken(program, given, choice)
    const expected = await runLowered(program, given, choice)
    const every = chooseRules(choice).map(({ name }) => name)
    const withoutAny = difference(await runLowered(program, given, { ...choice, without: every }), expected)
    t.ok(withoutAny < 1e-4, 'without any rule the same is computed', { withoutAny })
    for (const { name } of rules) {
      t.ok(taken.has(name), `${name} is taken`)
      const without = { ...choice, without: [name] }
      t.notOk(rulesTaken(program, given, without).has(name), `${name} is left out`)
      const found = difference(await runLowered(program, given, without), expected)
      t.ok(found < 1e-4, `without ${name} the same is computed`, { found })
    }
  }
})

t.test('the proof at start-up takes every rule of the blocked layout', async t => {
  const taken = new Set(lowerProof(proofInputs(B), B).nodes.flatMap(({ origin }) => origin?.rule ?? []))
  for (const { name } of blockedRules) t.ok(taken.has(name), name)
})

t.test('rules are chosen by what the device can do', async t => {
  const names = (choice: RuleChoice) => chooseRules(choice).map(({ name }) => name)
  const all = (rules: typeof plainRules) => rules.map(({ name }) => name)
  t.strictSame(names({}), all(plainRules))
  t.strictSame(names({ portable: true }), all([...portableRules, ...plainRules]))
  t.strictSame(names({ blockSize: 8 }), all([...blockedRules, ...plainRules]), 'blocked ones before plain ones')
  t.throws(() => chooseRules({ without: ['loop-unrolling'] }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: /"loop-unrolling"/,
  })
})
