/** Layered models on both engines, through all stages and growth, and resumed anywhere. */
import t from 'tap'
import type { ObjectiveConfig } from '../../../trainer/config/schema.js'
import { createEngine, type EngineOptions } from '../../../trainer/engine/create.js'
import type { StepInputs, TrainingState } from '../../../trainer/engine/engine.js'
import { STATE_GROUPS } from '../../../trainer/engine/train-step.js'
import { createRandom } from '../../../trainer/random/index.js'
import { layeredModel } from '../../helpers/layered-model.js'

const image = { height: 12, width: 16, channels: 3 }
const BATCH = 4
const objective: ObjectiveConfig = { beta: 1, betaWarmup: 0, inputNoise: 0.05, contrastWeight: 6 }
const model = layeredModel({ layerFrom: 3, activeFrom: 5, coarseSteps: 8 })
const options: EngineOptions = { model, objective, adam: { beta1: 0.9, beta2: 0.99, epsilon: 1e-7 }, image, batchSize: BATCH, seed: 11, gradientClip: 50, threads: 1 }
const STEPS = 11

function inputsAt (step: number): StepInputs {
  const random = createRandom(12, 'inputs', step)
  const size = BATCH * 12 * 16 * 3
  return {
    image: Float32Array.from({ length: size }, () => random.uniform()),
    latentNoise: random.fillNormal(new Float32Array(BATCH * 10)),
    imageNoise: random.fillNormal(new Float32Array(size)),
    learningRate: 1e-3,
    beta: 0.5,
  }
}

function largest (a: TrainingState, b: TrainingState): { difference: number, of: string } {
  let worst = { difference: 0, of: '' }
  for (const group of STATE_GROUPS) {
    for (const [name, { values }] of Object.entries(a[group])) {
      values.forEach((value, i) => {
        const difference = Math.abs(value - b[group][name]!.values[i]!) / Math.max(1, Math.abs(value))
        if (!(difference <= worst.difference)) worst = { difference, of: `${group}/${name}` }
      })
    }
  }
  return worst
}

t.test('the engines agree through stages and growth', async t => {
  const compiled = await createEngine(options)
  const eager = await createEngine({ ...options, kind: 'eager', backend: 'cpu' })
  t.match([compiled.kind, eager.kind], ['compiled', 'eager'])
  t.match(compiled.description, /ONNX Runtime/)
  for (let step = 0; step < STEPS; step++) {
    const [a, b] = [await compiled.step(inputsAt(step)), await eager.step(inputsAt(step))]
    t.ok(Math.abs(a.loss - b.loss) <= 1e-5 * Math.abs(b.loss), `losses agree at step ${step}`, { a: a.loss, b: b.loss })
    t.ok(Math.abs(a.mse - b.mse) < 1e-5)
  }
  const [a, b] = [await compiled.readState(), await eager.readState()]
  t.equal(a.step, STEPS)
  t.ok(largest(a, b).difference < 1e-4, `state within 1e-4 after ${STEPS} steps`, largest(a, b))
  t.strictSame(['player', 'haze', 'ball'].map(name => a.statistics[`${name}/active`]!.values[0]), [1, 1, 1])
  t.strictSame(a.weights['partition/wall/decoder/image']!.shape, [12, 3, 16], 'at full resolution')
  t.ok(a.statistics['ball/prior-variance']!.values[0]! < 9e3)
  await Promise.all([compiled.dispose(), eager.dispose()])
})

t.test('a run that is resumed anywhere gives the same bits', async t => {
  const states: TrainingState[] = []
  const engine = await createEngine(options)
  for (let step = 0; step < STEPS; step++) {
    states.push(await engine.readState())
    await engine.step(inputsAt(step))
  }
  const end = await engine.readState()
  await engine.dispose()
  t.strictSame(states[8]!.weights['partition/wall/decoder/image']!.shape, [6, 3, 8], 'the state at the end of a phase is that of the phase')
  const other = await createEngine(options)
  for (const from of [8, 4]) { // backwards, so that the engine changes its phase in both directions
    await other.writeState(states[from]!)
    t.strictSame(await other.readState(), states[from])
    for (let step = from; step < STEPS; step++) await other.step(inputsAt(step))
    t.strictSame(await other.readState(), end, `from step ${from}`)
  }
  await t.rejects(other.writeState({ ...end, weights: {} }), { code: 'PVAE_CHECKPOINT_MISMATCH' })
  await other.dispose()
})
