import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { parseRunConfig } from '../../../../trainer/config/resolve.js'
import type { SlotsModelConfig } from '../../../../trainer/config/slots-schema.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { composite, coversOf } from '../../../../trainer/model/slots/composite.js'
import { drawSlots } from '../../../../trainer/model/slots/draw.js'
import { planSlots } from '../../../../trainer/model/slots/plan.js'
import { polished } from '../../../../trainer/model/slots/polish.js'
import type { Tensors } from '../../../../trainer/onnx/trace.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { largestDifference, normal, runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'

const image = { height: 16, width: 16, channels: 3 }
/** Presence, row, column, scale, angle, three of colour, depth, and three of form. */
const UNITS = 12
const [PRESENCE, ROW, COLUMN, SCALE, ANGLE, COLOUR, DEPTH, FORM] = [0, 1, 2, 3, 4, 5, 8, 9]

function configOf (slots: number, polish: number): SlotsModelConfig {
  return parseRunConfig({
    name: 'slots',
    data: { source: 'folder', directory: '/pictures', ...image },
    model: {
      architecture: 'slots',
      partitions: [
        ...Array.from({ length: slots }, (_, k) => ({ name: `thing${k + 1}`, size: UNITS, kind: 'slot' })),
        { name: 'background', size: 3, kind: 'background' },
      ],
      extent: 10,
      scale: true,
      rotation: true,
      polish,
      encoder: { glimpse: 16, hidden: 12 },
      decoder: { patch: 16, hidden: 12 },
    },
    objective: {},
    fit: { epochs: 1 },
  }).model as SlotsModelConfig
}

/** A decoder whose forms differ, so that they can be told. */
function weightsOf (model: SlotsModelConfig): Record<string, Input> {
  const { weights } = initialState(createNetwork(model, image), 5)
  return Object.fromEntries(Object.entries(weights).map(([name, { shape, values }]) => {
    const noise = createRandom(6, name).fillNormal(new Float32Array(values.length))
    return [name, { shape, values: values.map((value, i) => value + 0.2 * noise[i]!) }]
  }))
}

/** Two open slots, of which the second lies over a corner of the first, and a closed one. [K, S] */
function thingsOf (count: number, open: readonly boolean[]): Input {
  const units = normal(7, count, UNITS)
  open.forEach((isOpen, k) => {
    const at = k * UNITS
    units.values.set([isOpen ? 1.2 : -1.2], at + PRESENCE)
    units.values.set([[-0.5, 0.3, 0.8][k]!, [-0.4, 0.5, -0.8][k]!], at + ROW)
    units.values.set([0.4, 0.3 + k], at + SCALE)
    units.values.set([[1.5, -1.5, 0][k]!, [-1.5, 1.5, 0][k]!, 0.2], at + COLOUR)
    units.values[at + ANGLE] = [0.4, -1.1, 0.9][k]!
    units.values[at + DEPTH] = k
  })
  return units
}

/** Draws, moves what was drawn a little, and polishes it; errors are squared, summed over pixels. */
function program (model: SlotsModelConfig, target?: tf.Tensor) {
  const plan = planSlots(model, image)
  return ({ truth, begun, ...weights }: Tensors): Tensors => {
    const parameters = parametersFrom(weights)
    const background = tf.fill([1, 3], 0.5)
    const draw = (units: tf.Tensor) => {
      const things = drawSlots(units, plan, model, parameters, 1, plan.slots.length)
      const empty = tf.ones([1, 256])
      return composite(things, coversOf(things), things.map((_, k) => k), background, empty).image // [1, 3, 256]
    }
    const aim = target ?? draw(truth!)
    const units = polished(begun!, { image: aim, background, plan, config: model, parameters })
    const errorOf = (units: tf.Tensor) => tf.sum(tf.squaredDifference(draw(units), aim))
    return { units, before: errorOf(begun!), after: errorOf(units) }
  }
}

function near (truth: Input, deviation: number): Input {
  const noise = normal(8, ...truth.shape)
  const moves = (unit: number) => (unit >= ROW && unit < COLOUR) || unit >= FORM
  return {
    shape: truth.shape,
    values: truth.values.map((value, i) => value + (moves(i % UNITS) ? deviation * noise.values[i]! : 0)),
  }
}

t.test('what is close to what was drawn is brought to it', async t => {
  const truth = thingsOf(3, [true, true, false])
  const begun = near(truth, 0.1)
  const model = configOf(3, 4)
  const { units, before, after } = await runEagerly(program(model), { ...weightsOf(model), truth, begun })
  t.ok(before!.values[0]! > 1, `error before: ${before!.values[0]}`)
  t.ok(after!.values[0]! < before!.values[0]! / 100, `error after: ${after!.values[0]}`)
  for (const k of [0, 1]) {
    for (const unit of [ROW, COLUMN, SCALE, ANGLE]) {
      const off = Math.abs(units!.values[k * UNITS + unit]! - truth.values[k * UNITS + unit]!)
      t.ok(off < 0.03, `slot ${k}, unit ${unit}: off by ${off}`)
    }
    for (const unit of [PRESENCE, COLOUR, COLOUR + 1, COLOUR + 2, DEPTH]) {
      t.equal(units!.values[k * UNITS + unit], begun.values[k * UNITS + unit], `slot ${k}, unit ${unit}: stays`)
    }
  }
  const closed = (values: Float32Array) => [...values.subarray(2 * UNITS)]
  t.ok(closed(units!.values).every((value, i) => Math.abs(value - closed(begun.values)[i]!) < 1e-3), 'closed: stays')
})

t.test('an image that a thing can not explain leaves it no worse', async t => {
  const model = configOf(1, 2)
  for (const seed of [1, 2, 3, 4]) {
    const noise = uniform(seed, 0, 1, 1, 3, 256)
    const truth = thingsOf(1, [true])
    const { before, after, units } = await runEagerly(
      inputs => program(model, tf.tensor(noise.values, [1, 3, 256]))(inputs),
      { ...weightsOf(model), truth, begun: near(truth, 0.5) })
    t.ok(after!.values[0]! <= before!.values[0]! * (1 + 1e-6), `${after!.values[0]} ≤ ${before!.values[0]}`)
    t.ok(units!.values.every(Number.isFinite))
  }
})

t.test('things that stand in each other\'s way leave the image no worse, and angles stay within a turn', async t => {
  const model = configOf(3, 3)
  for (const seed of [1, 2, 3]) {
    const noise = uniform(seed, 0, 1, 1, 3, 256)
    const begun = near(thingsOf(3, [true, true, true]), 0.5)
    for (const k of [0, 1, 2]) {
      begun.values.set([0.1 * k, -0.1 * k], k * UNITS + ROW)
      begun.values[k * UNITS + ANGLE] = 1.7
    }
    const { before, after, units } = await runEagerly(
      program(model, tf.tensor(noise.values, [1, 3, 256])), { ...weightsOf(model), begun })
    t.ok(after!.values[0]! <= before!.values[0]! * (1 + 1e-6), `${after!.values[0]} ≤ ${before!.values[0]}`)
    for (const k of [0, 1, 2]) t.ok(Math.abs(units!.values[k * UNITS + ANGLE]!) <= Math.sqrt(3) + 1e-6)
  }
})

t.test('slots that would all mend the same leave it, rather than mend it three times', async t => {
  const model = configOf(3, 1)
  const one = thingsOf(1, [true]).values
  const same = (values: Float32Array): Input => ({
    shape: [3, UNITS], values: Float32Array.from({ length: 3 * UNITS }, (_, i) => values[i % UNITS]!),
  })
  const smaller = one.map((value, i) => value - (i === SCALE ? 0.2 : 0))
  const { before, after } = await runEagerly(program(model), {
    ...weightsOf(model), truth: same(one), begun: same(smaller),
  })
  t.ok(before!.values[0]! > 0.05, `error before: ${before!.values[0]}`)
  t.ok(after!.values[0]! <= before!.values[0]! * (1 + 1e-6), `${after!.values[0]} ≤ ${before!.values[0]}`)
})

t.test('without steps nothing moves; with them the compiled program gives what TensorFlow.js gives', async t => {
  const truth = thingsOf(2, [true, true])
  const begun = near(truth, 0.1)
  const [still, moving] = [configOf(2, 0), configOf(2, 2)]
  const { units } = await runEagerly(program(still), { ...weightsOf(still), truth, begun })
  t.strictSame(units!.values, begun.values)
  const difference = await largestDifference(program(moving), { ...weightsOf(moving), truth, begun })
  t.ok(difference < 1e-3, `difference: ${difference}`)
})
