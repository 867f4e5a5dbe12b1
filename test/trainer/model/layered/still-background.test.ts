import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { serveState } from '../../../../trainer/export/served-model.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { packImage } from '../../../../trainer/model/layered/still-image.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { normal, runEagerly, runLowered, uniform } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const image = { height: 12, width: 16, channels: 3 }
const grey = Uint8Array.from({ length: 12 * 16 * 3 }, (_, i) => 40 + i % 160)
const still = (fields: Record<string, unknown> = {}, wall: Record<string, unknown> = {}) => layeredModel({
  ...fields,
  model: {
    partitions: [
      { name: 'wall', kind: 'background', size: 2, rank: 4, image: packImage(grey), still: true, ...wall },
      { name: 'light', kind: 'gain', size: 1 },
    ],
  },
})

t.test('a background that stands still rests at the prior, draws its image alone, and costs nothing', async t => {
  const network = createNetwork(still(), image)
  const { weights, statistics } = initialState(network, 3)
  const inputs = { ...weights, ...statistics, x: uniform(2, 0, 1, 2, 12, 16, 3), noise: normal(3, 2, 3) }
  const program = ({ x, noise, ...tensors }: Record<string, tf.Tensor>) => {
    const values = { parameters: parametersFrom(tensors), statistics: tensors }
    const { mean, logVariance } = network.encode(x!, values)
    const moved = tf.add(noise!, tf.tensor2d([3, -3, 0], [1, 3])) // [N, D]
    return {
      mean: tf.clone(mean),
      logVariance: tf.clone(logVariance),
      image: network.decode(noise!, values),
      moved: network.decode(moved, values),
    }
  }
  const [eager, lowered] = [await runEagerly(program, inputs), await runLowered(program, inputs)]
  for (const name of ['mean', 'logVariance']) {
    const [a, b, gain] = [0, 1, 2].map(unit => [...eager[name]!.values].filter((_, i) => i % 3 === unit))
    t.strictSame([a, b], [[0, 0], [0, 0]], `${name} is that of the prior`)
    t.not(gain![0], 0, 'another part has its own')
  }
  t.strictSame(eager.moved!.values, eager.image!.values, 'its units draw nothing')
  for (const [name, { values }] of Object.entries(eager)) {
    const difference = Math.max(...values.map((value, i) => Math.abs(value - lowered[name]!.values[i]!)))
    t.ok(difference < 1e-5, `${name} on ONNX Runtime`, { difference })
  }
  t.strictSame(
    Object.keys(weights).filter(name => name.startsWith('partition/wall')),
    ['partition/wall/decoder/image'],
    'nothing else is learned'
  )
})

t.test('it is served for any number of images', async t => {
  const network = createNetwork(still(), image)
  const { inference } = await serveState(network, initialState(network, 3), 1)
  const { mean } = await inference.encode(uniform(5, 0, 1, 3, 12, 16, 3).values)
  t.strictSame([...mean].filter((_, i) => i % 3 < 2), [0, 0, 0, 0, 0, 0])
  t.equal((await inference.decode(mean)).length, 3 * 12 * 16 * 3)
  await inference.dispose()
})

t.test('it grows from a coarse resolution', async t => {
  const network = createNetwork(still({ coarseSteps: 4 }), image)
  const [coarse, full] = [initialState(network.at(2), 1), initialState(network, 1)]
  const grown = network.at(2).enlarge(coarse.weights)
  t.strictSame(Object.keys(grown), Object.keys(full.weights))
  t.strictSame(grown['partition/wall/decoder/image']!.shape, [12, 3, 16])
})

t.test('what stands still does not change', async t => {
  t.throws(() => createNetwork(still({}, { changes: [packImage(grey)] }), image), {
    code: 'PVAE_CONFIG_INVALID',
    message: /none of a background that stands still/,
  })
})
