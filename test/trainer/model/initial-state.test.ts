import t from 'tap'
import { initialState, listParameters } from '../../../trainer/model/initial-state.js'
import { parametersFrom } from '../../../trainer/model/parameters.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const [bernoulli, , calibrated] = Object.values(modelVariants)
const network = createNetwork(bernoulli!, imageShape)

t.test('every partition has two networks of its own, sharing nothing', async t => {
  const names = listParameters(network).map(({ name }) => name)
  t.equal(new Set(names).size, names.length)
  for (const { name, size } of bernoulli!.partitions) {
    for (const head of ['mean', 'log-variance']) {
      const shapes = listParameters(network).filter(spec => spec.name.startsWith(`partition/${name}/${head}/`))
      t.strictSame(shapes.map(({ name: full, shape }) => [full.split('/').slice(3).join('/'), shape]),
        [['hidden/kernel', [size, 4]], ['hidden/bias', [4]], ['output/kernel', [4, size]], ['output/bias', [size]]])
    }
  }
})

t.test('weights are drawn within their limits, differently by name and seed, the same by seed', async t => {
  const state = initialState(network, 1)
  const kernel = state.weights['decoder/base/kernel']!
  const limit = Math.sqrt(6 / (kernel.shape[0]! + kernel.shape[1]!))
  t.ok(kernel.values.every(value => Math.abs(value) <= limit))
  t.ok(Math.max(...kernel.values) > 0.9 * limit)
  t.ok(state.weights['decoder/base/bias']!.values.every(value => value === 0))
  t.strictSame(initialState(network, 1), state)
  t.notSame(initialState(network, 2).weights, state.weights)
  t.notSame(
    state.weights['partition/alpha/mean/hidden/kernel'],
    state.weights['partition/alpha/log-variance/hidden/kernel']
  )
  t.ok(Object.values(state.firstMoments).every(({ values }) => values.every(value => value === 0)))
  t.not(state.firstMoments['decoder/base/bias']!.values, state.secondMoments['decoder/base/bias']!.values)
  t.strictSame(state.statistics, {})
  t.strictSame(Object.keys(initialState(createNetwork(calibrated!, imageShape), 1).statistics), ['pixel-variance'])
})

t.test('a parameter without a tensor is an error that names it', async t => {
  t.throws(() => parametersFrom({})('encoder/bias', [1], { kind: 'constant', value: 0 }), {
    message: 'expected a tensor for parameter encoder/bias',
  })
})
