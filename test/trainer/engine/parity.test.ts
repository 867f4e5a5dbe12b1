/**
 * The compiled engine against the eager one on TensorFlow.js's cpu backend, for every kind of network a config can
 * express.
 */
import t from 'tap'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { createEngine } from '../../../trainer/engine/create.js'
import type { StepInputs } from '../../../trainer/engine/engine.js'
import type { TrainingState } from '../../../trainer/foundation/training-state.js'
import { STATE_GROUPS } from '../../../trainer/engine/train-step.js'
import { createRandom } from '../../../trainer/random/index.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'

const BATCH = 6
const STEPS = 5

function largest (a: TrainingState, b: TrainingState, groups: ReadonlyArray<typeof STATE_GROUPS[number]>): number {
  let difference = 0
  for (const group of groups) {
    for (const [name, { values }] of Object.entries(a[group])) {
      values.forEach((value, i) => { difference = Math.max(difference, Math.abs(value - b[group][name]!.values[i]!)) })
    }
  }
  return difference
}

for (const [name, model] of Object.entries(modelVariants)) {
  for (const inputNoise of [0, 0.05]) {
    t.test(`${name}${inputNoise > 0 ? ', input noise' : ''}`, async t => {
      const options = {
        model,
        objective: { beta: 1, betaWarmup: 0, inputNoise },
        adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
        image: imageShape,
        batchSize: BATCH,
        seed: 11,
      }
      const compiled = await createEngine({ ...options, kind: 'compiled', threads: 1 })
      const eager = await createEngine({ ...options, kind: 'eager', backend: 'cpu' })
      const random = createRandom(12, name)
      const before = await compiled.readState()
      t.strictSame(before, await eager.readState(), 'the same initial state')
      for (let step = 0; step < STEPS; step++) {
        const inputs = randomInputs()
        const [a, b] = [await compiled.step(inputs), await eager.step(inputs)]
        t.ok(Math.abs(a.loss - b.loss) <= 1e-5 * Math.abs(b.loss), 'losses agree', { a, b })
        t.ok(Math.abs(a.mse - b.mse) < 1e-5)
        t.ok(a.klByUnit.every((kl, i) => Math.abs(kl - b.klByUnit[i]!) < 1e-5))
      }
      const [a, b] = [await compiled.readState(), await eager.readState()]
      t.equal(a.step, STEPS)
      t.ok(largest(a, b, STATE_GROUPS) < 1e-4, `state within 1e-4 after ${STEPS} steps`, {
        difference: largest(a, b, STATE_GROUPS),
      })
      for (const [parameter, { values }] of Object.entries(a.weights)) {
        t.ok(values.some((value, i) => value !== before.weights[parameter]!.values[i]), `${parameter} is trained`)
      }
      t.comment(
        `${name}: largest difference of a weight ${largest(a, b, ['weights']).toExponential(1)}, of any state ` +
          `${largest(a, b, STATE_GROUPS).toExponential(1)}`
      )

      // A state moves from one engine to the other, and training goes on from there.
      await eager.writeState(a)
      t.strictSame(await eager.readState(), a)
      await compiled.writeState(a)
      t.strictSame(await compiled.readState(), a)
      const inputs = randomInputs()
      t.ok(Math.abs((await compiled.step(inputs)).loss - (await eager.step(inputs)).loss) < 1e-3)
      await compiled.dispose()
      await eager.dispose()

      function randomInputs (): StepInputs {
        const image = Float32Array.from({ length: BATCH * pixelCount(imageShape) }, () => random.uniform())
        const latentNoise = new Float32Array(BATCH * latentSizeOf(model.partitions))
        random.fillNormal(latentNoise)
        const imageNoise = new Float32Array(image.length)
        random.fillNormal(imageNoise)
        return { image, latentNoise, ...(inputNoise > 0 ? { imageNoise } : {}), learningRate: 1e-3, beta: 0.5 }
      }
    })
  }
}

t.test('a state of another model is refused by name', async t => {
  const [first, second] = Object.values(modelVariants)
  const common = {
    objective: { beta: 1, betaWarmup: 0, inputNoise: 0 },
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    image: imageShape,
    batchSize: BATCH,
    seed: 0,
  }
  const engine = await createEngine({ ...common, model: first!, threads: 1 })
  const eager = await createEngine({ ...common, model: first!, kind: 'eager', backend: 'cpu' })
  const foreign = await createEngine({ ...common, model: second!, threads: 1 })
  const state = await foreign.readState()
  for (const target of [engine, eager]) {
    await t.rejects(target.writeState(state), {
      code: 'PVAE_CHECKPOINT_MISMATCH',
      message: /weights of encoder\/block0\/kernel/,
    })
  }
  await t.rejects(
    engine.writeState({
      ...(await engine.readState()),
      statistics: { extra: { shape: [2], values: new Float32Array(2) } },
    }),
    { message: 'expected nothing for statistics of extra but found [2]' }
  )
  await Promise.all([engine.dispose(), eager.dispose(), foreign.dispose()])
})
