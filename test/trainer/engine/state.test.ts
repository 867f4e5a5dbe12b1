import t from 'tap'
import { createEngine } from '../../../trainer/engine/create.js'
import { createNetwork } from '../../../trainer/model/create-network.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'

const [model] = Object.values(modelVariants)

for (const kind of ['compiled', 'eager'] as const) {
  t.test(`${kind}: a state that is refused changes nothing`, async t => {
    const engine = await createEngine({
      network: createNetwork(model!, imageShape),
      objective: { beta: 1, betaWarmup: 0, inputNoise: 0, contrastWeight: 0 },
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
      batchSize: 2,
      seed: 1,
      threads: 1,
      kind,
      backend: 'cpu',
    })
    t.teardown(() => engine.dispose())
    const state = await engine.readState()
    const name = Object.keys(state.weights).find(key => key.endsWith('kernel'))!
    const { shape, values } = state.firstMoments[name]!
    for (const change of [-1, 1]) {
      const firstMoments = {
        ...state.firstMoments, [name]: { shape, values: new Float32Array(values.length + change) },
      }
      const weights = Object.fromEntries(
        Object.entries(state.weights).map(([key, array]) => [key, { ...array, values: array.values.map(() => 7) }])
      )
      await t.rejects(engine.writeState({ ...state, weights, firstMoments, step: 9 }), {
        code: 'PVAE_CHECKPOINT_MISMATCH',
        message: `expected ${values.length} values for firstMoments of ${name} but found ${values.length + change}`,
      })
    }
    t.strictSame(await engine.readState(), state)
  })
}
