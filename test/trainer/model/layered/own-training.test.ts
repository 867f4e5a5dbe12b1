import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import type { LayeredModelConfig } from '../../../../trainer/config/layered-schema.js'
import { initialState } from '../../../../trainer/model/initial-state.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { parametersFrom } from '../../../../trainer/model/parameters.js'
import { normal, runEagerly, uniform } from '../../../helpers/compare-engines.js'
import { layeredModel } from '../../../helpers/layered-model.js'

const shape = { height: 12, width: 16, channels: 3 }
const base = layeredModel()
const frozen: LayeredModelConfig = { ...base, attention: { ...base.attention, frozenUntil: 0.4 } }
const owning = (own: number): LayeredModelConfig => ({
  ...base,
  partitions: base.partitions.map(part => (part.kind === 'background' ? { ...part, own } : part)),
})

/**
 * Largest gradient of what is drawn, by the first words of the parameters' names; and the penalty of the background.
 */
async function trained (model: LayeredModelConfig, scheduled: Record<string, number> = {}) {
  const network = createNetwork(model, shape)
  const { weights, statistics } = initialState(model, shape, 5)
  const names = Object.keys(weights)
  const result = await runEagerly(({ x, noise, ...tensors }) => {
    const forward = (parameters: Record<string, tf.Tensor>) =>
      network.forward({
        image: x!,
        latentNoise: noise!,
        parameters: parametersFrom(parameters),
        statistics: tensors,
        scheduled: Object.fromEntries(Object.entries(scheduled).map(([name, value]) => [name, tf.scalar(value)])),
      })
    const { grads } = tf.valueAndGrads((...values: tf.Tensor[]) => {
      const { prediction } = forward(Object.fromEntries(names.map((name, i) => [name, values[i]!])))
      const drawn = tf.sum(tf.square(prediction.kind === 'image' ? prediction.image : tf.scalar(0)))
      // TensorFlow.js has no gradient for what nothing depends on: all count, by nothing.
      return values.reduce((sum, value) => tf.add(sum, tf.mul(tf.sum(value), 0)), drawn) as tf.Scalar
    })(names.map(name => tensors[name]!))
    const { background } = forward(tensors).penalties ?? {}
    return {
      penalty: background ?? tf.scalar(0),
      ...Object.fromEntries((grads as tf.Tensor[]).map((gradient, i) => [`g/${names[i]}`, gradient])),
    }
  }, { ...weights, ...statistics, x: uniform(1, 0, 1, 2, 12, 16, 3), noise: normal(2, 2, 10) })
  const largest = (start: string) =>
    Math.max(
      ...names.filter(name => name.startsWith(start)).flatMap(name => [...result[`g/${name}`]!.values].map(Math.abs))
    )
  return { largest, penalty: result['penalty']!.values[0]! }
}

t.test('a frozen attention learns nothing from what is drawn, until its share of the steps is over', async t => {
  const network = createNetwork(frozen, shape)
  const [name] = network.scheduledNames as [string]
  t.strictSame([0, 39, 40, 99].map(step => network.scheduleAt(step, 100)[name]), [0, 0, 1, 1])
  t.strictSame(createNetwork(base, shape).scheduledNames, [])
  t.equal((await trained(frozen, { [name]: 0 })).largest('attention'), 0)
  t.ok((await trained(frozen, { [name]: 1 })).largest('attention') > 0)
  t.ok((await trained(base)).largest('attention') > 0)
})

t.test('a background of its own learns nothing from what is drawn, but from its own error, which its weight ' +
  'multiplies', async t => {
  const wall = base.partitions.find(({ kind }) => kind === 'background')!.name
  const [without, one, two] = [await trained(base), await trained(owning(1)), await trained(owning(2))]
  t.ok(without.largest(`partition/${wall}`) > 0)
  t.equal(one.largest(`partition/${wall}`), 0)
  t.equal(without.penalty, 0)
  t.ok(one.penalty > 0, 'there is a penalty')
  t.ok(Math.abs(two.penalty / one.penalty - 2) < 1e-5, 'twice the weight, twice the penalty')
})
