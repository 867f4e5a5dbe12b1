import t, { type Test } from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { completeRequest } from '../../../../trainer/config/resolve-request.js'
import type { LayeredModelConfig } from '../../../../trainer/config/layered-schema.js'
import { createEngine } from '../../../../trainer/engine/create.js'
import { analyseFootage } from '../../../../trainer/footage/analyse.js'
import { proposeConfig } from '../../../../trainer/footage/propose.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { packChange } from '../../../../trainer/model/layered/still-image.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import type { TrainingState } from '../../../../trainer/foundation/training-state.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { normal, runEagerly, runLowered, uniform } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'
import { block, lamp, movingFrames, toAndFro } from '../../footage/moving.js'

const BATCH = 8
const isOn = (n: number) => n % 90 >= 60
/** It passes before the lamp, which is in rows 4 to 7 and columns 18 to 21. */
const walker = { blocks: [block(10, 6, [220, 40, 40])], corner: (n: number) => [1, toAndFro(2, 30)(n)] as const }
const { dataset, frames } = movingFrames({ things: [lamp(isOn), walker] })
const { shape } = dataset
const analysis = await analyseFootage(dataset, { seed: 0 })
const { model } = completeRequest(
  { preset: 'footage', images: { directory: 'frames' }, overrides: [['data.height', 40], ['data.width', 40]] },
  proposeConfig(analysis, { count: 300, batchSize: BATCH })
)
const network = createNetwork(model, shape)
const { partitions } = model as LayeredModelConfig
const behind = partitions.findIndex(({ kind }) => kind === 'background')
const offset = partitions.slice(0, behind).reduce((sum, { size }) => sum + size, 0)
const { size } = partitions[behind]!

const imagesOf = (indices: readonly number[]) => Float32Array.from(
  indices.flatMap(n => Array.from(frames.bytes.subarray(n * pixelCount(shape), (n + 1) * pixelCount(shape)))),
  value => value / 255
)

/** Draws frames with the background's units of others: [n, H, W, C]. */
async function swapped ({ weights, statistics }: TrainingState, of: readonly number[], by: readonly number[]) {
  const { drawn } = await runEagerly(({ a, b, ...tensors }) => {
    const values = { parameters: parametersFrom(tensors), statistics: tensors }
    const [own, other] = [a, b].map(image => network.encode(image!, values).mean) as [tf.Tensor, tf.Tensor] // [n, D]
    const total = latentSizeOf(partitions)
    const part = (x: tf.Tensor, from: number, to: number) => tf.slice(x, [0, from], [of.length, to - from])
    const latent = tf.concat([
      part(own, 0, offset), part(other, offset, offset + size), part(own, offset + size, total),
    ], 1) // [n, D]
    return { drawn: network.decode(latent, values) }
  }, {
    ...weights,
    ...statistics,
    a: { shape: [of.length, 40, 40, 3], values: imagesOf(of) },
    b: { shape: [by.length, 40, 40, 3], values: imagesOf(by) },
  })
  return drawn!.values
}

/** Gives the mean red of the lamp of the n-th image, and all but the lamp. */
function lookAt (drawn: Float32Array, n: number): { lamp: number, others: Float32Array } {
  const image = drawn.subarray(n * pixelCount(shape), (n + 1) * pixelCount(shape))
  const others = image.slice()
  let red = 0
  for (let row = 4; row < 8; row++) {
    for (let column = 18; column < 22; column++) {
      red += image[(row * 40 + column) * 3]! / 16
      others.fill(0, (row * 40 + column) * 3, (row * 40 + column + 1) * 3)
    }
  }
  return { lamp: red, others }
}

const [OFF, LIT] = [0, 75]
const [UNLIT_RED, LIT_RED] = [60 / 255, 250 / 255]

async function drawsLamp (t: Test, state: TrainingState, tolerance: number) {
  const drawn = await swapped(state, [OFF, LIT, OFF, LIT], [OFF, LIT, LIT, OFF])
  const [off, lit, lighted, quenched] = [0, 1, 2, 3].map(n => lookAt(drawn, n))
  const near = (value: number, wanted: number, message: string) =>
    t.ok(Math.abs(value - wanted) < tolerance, message, { value, wanted })
  near(off!.lamp, UNLIT_RED, 'dark in a dark frame')
  near(lit!.lamp, LIT_RED, 'lit in a lit one')
  near(lighted!.lamp, LIT_RED, 'lit by the other\'s background')
  near(quenched!.lamp, UNLIT_RED, 'put out by the other\'s background')
  const change = Math.max(...lighted!.others.map((value, i) => Math.abs(value - off!.others[i]!)))
  t.ok(change < tolerance, 'which changes nothing else', { change })
}

t.test('the background\'s swap draws a lamp that switches, before the first step', async t => {
  t.ok(size <= 2, 'few units do')
  await drawsLamp(t, initialState(network, 0), 0.12)
})

t.test('and still does after some training', async t => {
  const engine = await createEngine({
    network,
    objective: { beta: 1, betaWarmup: 0, inputNoise: 0 },
    adam: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
    batchSize: BATCH,
    seed: 0,
    gradientClip: 200,
    threads: 1,
  })
  const random = createRandom(1, 'steps')
  for (let step = 0; step < 60; step++) {
    await engine.step({
      image: imagesOf(Array.from({ length: BATCH }, () => Math.floor(300 * random.uniform()))),
      latentNoise: random.fillNormal(new Float32Array(BATCH * latentSizeOf(partitions))),
      learningRate: 2e-3,
      beta: 1,
      scheduled: network.scheduleAt(step, 1000),
    })
  }
  const state = await engine.readState()
  await engine.dispose()
  await drawsLamp(t, state, 0.12)
})

t.test('what changes under changing light is told from it', async t => {
  const lit = createNetwork(withLight(), shape)
  t.ok(Object.keys(initialState(lit, 0).weights).some(name => name.startsWith('partition/light/')))
  const { statistics, weights } = initialState(lit, 0)
  const { mean } = await runEagerly(({ image, ...tensors }) => {
    const { mean } = lit.encode(image!, { parameters: parametersFrom(tensors), statistics: tensors })
    return { mean: tf.slice(mean, [0, offset], [2, 1]) }
  }, { ...weights, ...statistics, image: { shape: [2, 40, 40, 3], values: imagesOf([OFF, LIT]) } })
  t.ok(Math.abs(mean!.values[0]! - mean!.values[1]!) > 1, 'lit and dark frames are far apart', {
    means: [...mean!.values],
  })
})

function withLight (): LayeredModelConfig {
  return { ...model as LayeredModelConfig, partitions: [...partitions, { name: 'light', kind: 'gain', size: 1 }] }
}

const small = { height: 12, width: 16, channels: 3 }
const changing = (count: number, fields: Record<string, unknown> = {}) => layeredModel({
  ...fields,
  model: {
    partitions: [
      {
        name: 'wall',
        kind: 'background',
        size: 3,
        rank: 4,
        changes: Array.from({ length: count }, (_, k) => packChange(uniform(k + 1, -1, 1, 576).values)),
      },
      { name: 'light', kind: 'gain', size: 1 },
    ],
  },
})

t.test('it is the same on ONNX Runtime, with more and fewer changes than units, and with none', async t => {
  for (const count of [0, 2, 4]) {
    const network = createNetwork(changing(count), small)
    const { weights, statistics } = initialState(network, 3)
    const inputs = { ...weights, ...statistics, x: uniform(2, 0, 1, 2, 12, 16, 3), noise: normal(3, 2, 4) }
    const program = ({ x, noise, ...tensors }: Record<string, tf.Tensor>) => {
      const values = { parameters: parametersFrom(tensors), statistics: tensors }
      const { mean, logVariance } = network.encode(x!, values)
      return { mean: tf.clone(mean), logVariance: tf.clone(logVariance), image: network.decode(noise!, values) }
    }
    const [eager, lowered] = [await runEagerly(program, inputs), await runLowered(program, inputs)]
    for (const [name, { values }] of Object.entries(eager)) {
      const difference = Math.max(...values.map((value, i) => Math.abs(value - lowered[name]!.values[i]!)))
      t.ok(difference < 1e-4, `${name} of ${count}`, { difference })
    }
  }
})

t.test('it begins at a coarse resolution with the means of its changes, and grows', async t => {
  const network = createNetwork(changing(2, { coarseSteps: 4 }), small)
  const [coarse, full] = [initialState(network.at(2), 1), initialState(network, 1)]
  const name = 'partition/wall/decoder/layer2/kernel'
  t.strictSame(coarse.weights[name]!.shape, [4, 6 * 3 * 8])
  const grown = network.at(2).enlarge(coarse.weights)
  t.strictSame(Object.keys(grown), Object.keys(full.weights))
  t.strictSame(grown[name]!.shape, full.weights[name]!.shape)
  const at = (row: number, column: number) => full.weights[name]!.values[row * 48 + column]!
  const mean = (at(0, 0) + at(0, 1) + at(1, 0) + at(1, 1)) / 4
  t.ok(Math.abs(coarse.weights[name]!.values[0]! - mean) < 1e-6)
})
