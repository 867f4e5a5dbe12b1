import t from 'tap'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { createEngine } from '../../../trainer/engine/create.js'
import type { NamedArrays } from '../../../trainer/foundation/training-state.js'
import { createRandom } from '../../../trainer/random/index.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const BATCH = 4
const BETA_1 = 0.9
const [model] = Object.values(modelVariants)
const objective = { beta: 1, betaWarmup: 0, inputNoise: 0, contrastWeight: 0 }

const normOf = (arrays: NamedArrays) =>
  Math.sqrt(
    Object.values(arrays).reduce((sum, { values }) => values.reduce((inner, value) => inner + value ** 2, sum), 0)
  )

/** The norm over all weights of the gradient that the first step goes by: its first moments are (1 − β₁) of it. */
async function gradientNorm (gradientClip: number | undefined): Promise<number> {
  const engine = await createEngine({
    network: createNetwork(model!, imageShape),
    objective,
    adam: { beta1: BETA_1, beta2: 0.999, epsilon: 1e-7 },
    batchSize: BATCH,
    seed: 3,
    gradientClip,
    kind: 'eager',
    backend: 'cpu',
  })
  const random = createRandom(4, 'train-step')
  await engine.step({
    image: Float32Array.from({ length: BATCH * pixelCount(imageShape) }, () => random.uniform()),
    latentNoise: random.fillNormal(new Float32Array(BATCH * latentSizeOf(model!.partitions))),
    learningRate: 1e-3,
    beta: 1,
  })
  const { firstMoments } = await engine.readState()
  await engine.dispose()
  return normOf(firstMoments) / (1 - BETA_1)
}

t.test('gradients are scaled down together to the norm that is allowed, and else left alone', async t => {
  const whole = await gradientNorm(undefined)
  const limit = whole / 4
  const clipped = await gradientNorm(limit)
  t.ok(Math.abs(clipped - limit) < 1e-4 * limit, `${clipped} for ${limit}`)
  t.ok(Math.abs(await gradientNorm(2 * whole) - whole) < 1e-4 * whole, 'a limit that is not reached')
})
