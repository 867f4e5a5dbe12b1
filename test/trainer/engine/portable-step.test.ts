/** The step as it is compiled for GPUs, all weights packed, run on the CPU: it trains as the plain one does. */
import t from 'tap'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { createCompiledEngine, type CompiledOptions } from '../../../trainer/engine/compiled.js'
import { compileTrainStep } from '../../../trainer/engine/compile-step.js'
import type { TrainingState } from '../../../trainer/foundation/training-state.js'
import { pack, planPacking, unpack } from '../../../trainer/engine/packing.js'
import { createRuntimeSession } from '../../../trainer/engine/runtime.js'
import {
  initialStepState,
  OPTIMIZER_FEED_SHAPES,
  optimizerFeeds,
  STATE_GROUPS,
  stateKey,
  stepFeeds,
  stepFeedShapes,
} from '../../../trainer/engine/train-step.js'
import { createRandom } from '../../../trainer/random/index.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const BATCH = 4
const [model] = Object.values(modelVariants)
const options: Omit<CompiledOptions, 'device'> = {
  network: createNetwork(model!, imageShape),
  objective: { beta: 1, betaWarmup: 0, inputNoise: 0, contrastWeight: 0 },
  adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
  batchSize: BATCH,
  seed: 3,
  threads: 1,
  lowering: 'plain',
  gradientClip: 10,
}
const template = initialStepState(options, options.seed)

const packing = planPacking(template.weights, true)
const names = Object.keys(template.weights)
const withGroups = (
  state: TrainingState,
  change: (group: 'weights' | 'firstMoments' | 'secondMoments') => TrainingState['weights']
): TrainingState => ({
  ...state,
  weights: change('weights'),
  firstMoments: change('firstMoments'),
  secondMoments: change('secondMoments'),
})

t.test('the portable step, packed, trains as the plain one', async t => {
  const random = createRandom(2, 'inputs')
  const inputs = {
    image: Float32Array.from({ length: BATCH * pixelCount(imageShape) }, () => random.uniform()),
    latentNoise: random.fillNormal(new Float32Array(BATCH * latentSizeOf(model!.partitions))),
    learningRate: 1e-3,
    beta: 0.5,
  }
  const plain = await createCompiledEngine(options)
  const session = await createRuntimeSession(compileTrainStep(options, template, { portable: true }).model, {
    threads: 1,
  })
  const shapes: Record<string, readonly number[]> = { ...stepFeedShapes(options, BATCH), ...OPTIMIZER_FEED_SHAPES }
  let packed = withGroups(template, group => pack(template[group], packing))
  for (let step = 1; step <= 3; step++) {
    const { loss } = await plain.step(inputs)
    const state = Object.fromEntries(
      STATE_GROUPS.flatMap(group =>
        Object.entries(packed[group]).map(([name, array]) => [stateKey(group, name), array])
      )
    )
    const given = { ...stepFeeds(inputs), ...optimizerFeeds(inputs, options.adam, step) }
    const feeds = Object.entries(given).map(([name, values]) => [
      name,
      { shape: shapes[name]!, values },
    ])
    const outputs = await session.run({ ...state, ...Object.fromEntries(feeds) })
    const next = (group: (typeof STATE_GROUPS)[number]) =>
      Object.fromEntries(Object.keys(packed[group]).map(name => [name, outputs[`updated/${stateKey(group, name)}`]!]))
    packed = {
      weights: next('weights'),
      firstMoments: next('firstMoments'),
      secondMoments: next('secondMoments'),
      statistics: next('statistics'),
      step,
    }
    t.ok(Math.abs(outputs['loss']!.values[0]! - loss) <= 1e-6 * Math.abs(loss), `the loss of step ${step}`)
  }
  const [found, expected] = [
    withGroups(packed, group => unpack(packed[group], packing, names)),
    await plain.readState(),
  ]
  for (const group of STATE_GROUPS) {
    for (const [name, { values }] of Object.entries(expected[group])) {
      const difference = values.reduce(
        (largest, value, i) => Math.max(largest, Math.abs(value - found[group][name]!.values[i]!)),
        0
      )
      t.ok(difference < 1e-5, `${group} of ${name}: ${difference}`)
    }
  }
  await Promise.all([plain.dispose(), session.release()])
})
