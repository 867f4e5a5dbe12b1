/** Layered models on both engines, through all stages and growth, and resumed anywhere. */
import t from 'tap'
import type { ObjectiveConfig } from '../../../trainer/config/schema.js'
import { createEngine, type EngineOptions } from '../../../trainer/engine/create.js'
import type { StepInputs } from '../../../trainer/engine/engine.js'
import type { NamedArray, TrainingState } from '../../../trainer/foundation/training-state.js'
import { STATE_GROUPS } from '../../../trainer/engine/train-step.js'
import { createRandom } from '../../../trainer/random/index.js'
import { layeredModel } from '../../helpers/layered-model.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const image = { height: 12, width: 16, channels: 3 }
const BATCH = 4
const objective: ObjectiveConfig = { beta: 1, betaWarmup: 0, inputNoise: 0.05, contrastWeight: 6 }
const wall = { name: 'wall', kind: 'background', size: 2 }
/** Drawn while the ball is still looked for, which is then done where the bat is not. */
const bat = { name: 'bat', kind: 'sprite', size: 2, rows: 4, columns: 4, activeFrom: 1 }
const model = layeredModel({
  coarseSteps: 4,
  model: {
    partitions: [
      wall,
      { name: 'haze', kind: 'layer', size: 2, rank: 2, activeFrom: 1 },
      bat,
      { name: 'ball', kind: 'sprite', size: 3, rows: 4, columns: 4, activeFrom: 2 },
      { name: 'light', kind: 'gain', size: 1 },
    ],
  },
})
const options: EngineOptions = {
  network: createNetwork(model, image),
  objective,
  adam: { beta1: 0.9, beta2: 0.99, epsilon: 1e-7 },
  batchSize: BATCH,
  seed: 11,
  gradientClip: 50,
  threads: 1,
}
const STEPS = 6

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

/** Bit for bit: comparing arrays element by element takes tap seconds. */
function isSame (a: TrainingState, b: TrainingState): boolean {
  const bytes = ({ values }: NamedArray) => Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  return (
    a.step === b.step &&
    STATE_GROUPS.every(
      group =>
        Object.keys(a[group]).join() === Object.keys(b[group]).join() &&
        Object.entries(a[group]).every(([name, array]) => bytes(array).equals(bytes(b[group][name]!)))
    )
  )
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
  t.strictSame(['haze', 'ball'].map(name => a.statistics[`${name}/active`]!.values[0]), [1, 1])
  t.strictSame(a.weights['partition/wall/decoder/image']!.shape, [12, 3, 16], 'at full resolution')
  t.ok(a.statistics['ball/prior-variance']!.values[0]! < 9e3)
  await Promise.all([compiled.dispose(), eager.dispose()])
})

t.test('a run that is resumed anywhere gives the same bits', async t => {
  const states: TrainingState[] = []
  const partitions = [wall, bat, { name: 'ball', kind: 'sprite', size: 6, rows: 4, columns: 4, activeFrom: 2 }]
  const model = layeredModel({ coarseSteps: 4, model: { partitions, attention: { learned: 0 } } })
  const small = { ...options, network: createNetwork(model, image) }
  const engine = await createEngine(small)
  for (let step = 0; step < STEPS; step++) {
    states.push(await engine.readState())
    await engine.step(inputsAt(step))
  }
  const end = await engine.readState()
  await engine.dispose()
  t.strictSame(
    states[4]!.weights['partition/wall/decoder/image']!.shape,
    [6, 3, 8],
    'the state at the end of a phase is that of the phase'
  )
  const other = await createEngine(small)
  for (const from of [4, 1]) { // backwards, so that the engine changes its phase in both directions
    await other.writeState(states[from]!)
    t.ok(isSame(await other.readState(), states[from]!))
    for (let step = from; step < STEPS; step++) await other.step(inputsAt(step))
    t.ok(isSame(await other.readState(), end), `from step ${from}`)
  }
  await t.rejects(other.writeState({ ...end, weights: {} }), { code: 'PVAE_CHECKPOINT_MISMATCH' })
  await other.dispose()
})
