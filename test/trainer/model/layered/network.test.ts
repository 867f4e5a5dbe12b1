import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../../../trainer/config/layered-schema.js'
import type { NamedArrays } from '../../../../trainer/foundation/training-state.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import type { Forward, Network } from '../../../../trainer/model/network.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { createRandom } from '../../../../trainer/random/index.js'
import { layeredModel } from '../../../helpers/layered-model.js'
import { normal, runEagerly, uniform, type Input } from '../../../helpers/compare-engines.js'

const image = { height: 12, width: 16, channels: 3 }
const BATCH = 3
const x = uniform(1, 0, 1, BATCH, 12, 16, 3)
const latentNoise = normal(2, BATCH, 10)

/** Weights that are not special in any way, and statistics as in the middle of training. */
function stateOf (model: LayeredModelConfig): { weights: NamedArrays, statistics: NamedArrays } {
  const { weights, statistics } = initialState(createNetwork(model, image), 5)
  for (const [name, { values }] of Object.entries(weights)) {
    const noise = createRandom(6, name).fillNormal(new Float32Array(values.length))
    values.forEach((value, i) => { values[i] = value + 0.05 * noise[i]! })
  }
  for (const [name, { values }] of Object.entries(statistics)) {
    if (name.endsWith('prior-variance')) values.fill(6)
    if (name.endsWith('/residual')) values.fill(0.1)
  }
  return { weights, statistics }
}

const prefixed = (prefix: string, arrays: NamedArrays): Record<string, Input> =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [prefix + name, array]))
const only = (prefix: string, tensors: Record<string, tf.Tensor>) =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor])
  )

type Given = ReturnType<typeof stateOf>
async function run (
  model: LayeredModelConfig,
  { weights, statistics }: Given,
  f: (
    network: Network,
    tensors: Record<string, tf.Tensor>,
    values: Parameters<Network['encode']>[1]
  ) => Record<string, tf.Tensor>
) {
  const network = createNetwork(model, image)
  return runEagerly(
    tensors =>
      f(network, tensors, { parameters: parametersFrom(only('w/', tensors)), statistics: only('s/', tensors) }),
    { ...prefixed('w/', weights), ...prefixed('s/', statistics), x, latentNoise }
  )
}

const forward = (
  network: Network,
  { x, latentNoise }: Record<string, tf.Tensor>,
  values: Parameters<Network['encode']>[1]
): Forward => network.forward({ image: x!, latentNoise: latentNoise!, scheduled: {}, ...values })

const largest = (a: Float32Array, b: Float32Array) => Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))

t.test('what training decodes, the decoder decodes; without noise the encoder encodes the same', async t => {
  const model = layeredModel()
  const state = stateOf(model)
  const result = await run(model, state, (network, tensors, values) => {
    const { latent, prediction, posterior } = forward(
      network,
      { ...tensors, latentNoise: tf.zeros([BATCH, 10]) },
      values
    )
    const { mean, logVariance } = network.encode(tensors.x!, {
      ...values,
      statistics: forward(network, tensors, values).statistics,
    })
    const drawn = prediction.kind === 'image' ? prediction.image : tf.scalar(0)
    return {
      drawn: tf.clipByValue(drawn, 0, 1),
      decoded: network.decode(latent, values),
      trained: posterior.mean,
      trainedVariance: posterior.logVariance,
      mean,
      logVariance,
      latent,
    }
  })
  t.strictSame(result.drawn!.shape, [BATCH, 12, 16, 3])
  t.ok(largest(result.drawn!.values, result.decoded!.values) < 1e-5)
  t.ok(largest(result.trained!.values, result.latent!.values) < 1e-6)
  // The residual's running mean is taken in before it is used, the prior after.
  t.ok(largest(result.mean!.values, result.trained!.values) < 0.05)
  t.ok(Math.min(...result.logVariance!.values) >= -7, 'not below the floor')
  t.ok(Math.max(...result.logVariance!.values) <= 4, 'not above the ceiling')
})

t.test('layers composite to the decoder\'s image', async t => {
  const model = layeredModel()
  const { layers, decoded } = await run(model, stateOf(model), (network, { latentNoise }, values) => ({
    layers: network.layers!(latentNoise!, values), decoded: network.decode(latentNoise!, values),
  }))
  t.strictSame(layers!.shape, [BATCH, 5, 4, 12, 16])
  const at = (n: number, p: number, c: number, i: number, j: number) =>
    layers!.values[(((n * 5 + p) * 4 + c) * 12 + i) * 16 + j]!
  let difference = 0
  for (let n = 0; n < BATCH; n++) {
    for (let i = 0; i < 12; i++) {
      for (let j = 0; j < 16; j++) {
        const shares = [0, 1, 2, 3, 4].map(p => at(n, p, 3, i, j))
        difference = Math.max(
          difference,
          Math.abs(shares.reduce((sum, share) => sum + share) - 1),
          Math.abs(shares[4]!)
        )
        for (let c = 0; c < 3; c++) {
          const mixed = shares.reduce((sum, share, p) => sum + share * at(n, p, c, i, j), 0) * at(n, 4, c, i, j)
          difference = Math.max(
            difference,
            Math.abs(Math.min(1, mixed) - decoded!.values[((n * 12 + i) * 16 + j) * 3 + c]!)
          )
        }
      }
    }
  }
  t.ok(difference < 1e-5, 'and shares sum to 1', { difference })
})

t.test('grey images have grey layers', async t => {
  const model = layeredModel({
    model: {
      partitions: [
        { name: 'wall', kind: 'background', size: 2 },
        { name: 'ball', kind: 'sprite', size: 2, rows: 4, columns: 4 },
      ],
    },
  })
  const grey = { ...image, channels: 1 }
  const { weights, statistics } = initialState(createNetwork(model, grey), 1)
  const { layers } = await runEagerly(
    ({ z, ...tensors }) => ({
      layers: createNetwork(model, grey).layers!(z!, {
        parameters: parametersFrom(only('w/', tensors)),
        statistics: only('s/', tensors),
      }),
    }),
    { ...prefixed('w/', weights), ...prefixed('s/', statistics), z: normal(3, 2, 4) }
  )
  t.strictSame(layers!.shape, [2, 2, 4, 12, 16])
  t.strictSame(layers!.values.slice(0, 192), layers!.values.slice(192, 384))
})

t.test('what does not take part yet has no KL, no weight and no gradient', async t => {
  const model = layeredModel({ activeFrom: 40, layerFrom: 30 })
  const state = stateOf(model)
  const names = Object.keys(state.weights)
  const result = await run(model, state, (network, tensors, values) => {
    const { posterior, statistics } = forward(network, tensors, values)
    const { grads } = tf.valueAndGrads((...weights: tf.Tensor[]) => {
      const { prediction, posterior } = forward(network, tensors, {
        ...values,
        parameters: parametersFrom(Object.fromEntries(names.map((name, i) => [name, weights[i]!]))),
      })
      const drawn = prediction.kind === 'image' ? prediction.image : tf.scalar(0)
      return tf.add(tf.sum(tf.square(drawn)), tf.sum(tf.square(posterior.mean))) as tf.Scalar
    })(names.map(name => values.parameters(name, [], { kind: 'constant', value: 0 })))
    return {
      ...posterior,
      ...Object.fromEntries((grads as tf.Tensor[]).map((gradient, i) => [`g/${names[i]}`, gradient])),
      points: statistics['ball/key-points']!,
    }
  })
  for (let n = 0; n < BATCH; n++) {
    t.strictSame([...result.mean!.values.slice(10 * n + 5, 10 * n + 9)], [0, 0, 0, 0])
    t.strictSame([...result.logVariance!.values.slice(10 * n + 5, 10 * n + 9)], [0, 0, 0, 0])
  }
  for (const name of names) {
    const isZero = result[`g/${name}`]!.values.every(value => value === 0)
    t.equal(isZero, /partition\/(ball|haze)/.test(name), `gradient of ${name}`)
  }
  t.ok(result.points!.values.every(value => value === -1))
})

t.test('a sprite is looked for where no other is', async t => {
  const found = async (exclusion: number, searching: boolean): Promise<[number, number]> => {
    const model = layeredModel({ activeFrom: 40, model: { attention: { exclusion, rarity: 0 } } })
    const { weights, statistics } = initialState(createNetwork(model, image), 5)
    statistics['ball/observed']!.values[0] = 1
    statistics['ball/active']!.values[0] = Number(!searching)
    statistics['player/prior-mean']!.values.set([4, 4])
    statistics['player/prior-variance']!.values.fill(0.5)
    // A large thing, which the player has, and a small one.
    const pixels = Float32Array.from({ length: 12 * 16 * 3 }, (_, at) => {
      const [i, j] = [Math.floor(at / 48), Math.floor(at / 3) % 16]
      return Math.abs(i - 3.5) < 2 && Math.abs(j - 3.5) < 2
        ? 1
        : Math.abs(i - 8.5) < 1 && Math.abs(j - 12.5) < 1
          ? 0.9
          : 0.5
    })
    const { points } = await runEagerly(
      tensors => ({
        points: forward(createNetwork(model, image), tensors, {
          parameters: parametersFrom(only('w/', tensors)),
          statistics: only('s/', tensors),
        }).statistics['ball/key-points']!,
      }),
      {
        ...prefixed('w/', weights),
        ...prefixed('s/', statistics),
        x: { shape: [1, 12, 16, 3], values: pixels },
        latentNoise: normal(2, 1, 10),
      }
    )
    return [points!.values[0]!, points!.values[1]!]
  }
  const isAt = ([row, column]: [number, number], i: number, j: number) => Math.hypot(row - i, column - j) < 1.5
  t.ok(isAt(await found(1, true), 9, 13), 'past what the other leaves over')
  t.ok(isAt(await found(0, true), 4, 4), 'without exclusion it is found on that')
  t.ok(isAt(await found(1, false), 4, 4), 'once it is drawn, its prior says where it may be')
})

t.test('gradients are those of finite differences', async t => {
  // One sprite, whose residual does not depend on what is varied: so nothing that is varied has a second path, through
  // a cut.
  const model = layeredModel({
    model: {
      partitions: [
        { name: 'wall', kind: 'background', size: 2, rank: 3 },
        { name: 'ball', kind: 'sprite', size: 3, rows: 6, columns: 6 },
        { name: 'light', kind: 'gain', size: 1 },
      ],
    },
  })
  const state = stateOf(model)
  // What a glimpse says depends on the key point, but no gradient goes there: here the encoder does not listen to it.
  const glimpse = state.weights['partition/ball/encoder/layer0/kernel']!
  glimpse.values.fill(0, 0, (6 * 6 * 6) * 8)
  const varied = Object.keys(state.weights).filter(
    name => name.startsWith('partition/ball') || name.startsWith('attention')
  )
  const loss = (network: Network, tensors: Record<string, tf.Tensor>, values: Parameters<Network['encode']>[1]) => {
    const { prediction, posterior } = forward(
      network,
      { ...tensors, latentNoise: tf.slice(tensors.latentNoise!, [0, 0], [BATCH, 6]) },
      values
    )
    const drawn = prediction.kind === 'image' ? prediction.image : tf.scalar(0)
    return tf.add(
      tf.mean(tf.mul(drawn, tf.cos(tf.reshape(tf.range(0, drawn.size), drawn.shape)))),
      tf.mean(tf.square(posterior.mean))
    ) as tf.Scalar
  }
  for (const name of varied) {
    const array = state.weights[name]!
    const direction = createRandom(7, name).fillNormal(new Float32Array(array.values.length))
    if (name.endsWith('layer0/kernel') && name.includes('encoder')) {
      direction.fill(0, 0, glimpse.values.indexOf(glimpse.values.find(value => value !== 0)!))
    }
    const norm = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0))
    const step = 0.005
    const moved = (sign: number) => ({
      ...state,
      weights: {
        ...state.weights,
        [name]: { ...array, values: array.values.map((value, i) => value + (sign * step * direction[i]!) / norm) },
      },
    })
    const [up, down] = [
      await run(model, moved(1), (...given) => ({ loss: loss(...given) })),
      await run(model, moved(-1), (...given) => ({ loss: loss(...given) })),
    ]
    const found = await run(model, state, (network, tensors, values) => ({
      gradient: tf.grad(weight =>
        loss(network, tensors, {
          ...values,
          parameters: (asked, ...rest) => (asked === name ? weight : values.parameters(asked, ...rest)),
        })
      )(tensors[`w/${name}`]!),
    }))
    const along = found.gradient!.values.reduce((sum, value, i) => sum + value * direction[i]! / norm, 0)
    const difference = (up.loss!.values[0]! - down.loss!.values[0]!) / (2 * step)
    t.ok(Math.abs(along - difference) < 5e-5 + 0.04 * Math.abs(difference), name, { along, difference })
  }
})
