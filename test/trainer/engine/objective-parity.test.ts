/** Every objective on both engines: the same losses, terms and weights. */
import t from 'tap'
import { latentSizeOf, layOutPartitions, pixelCount } from '@partition-vae/models'
import type { ModelConfig, ObjectiveConfig } from '../../../trainer/config/schema.js'
import { createEngine } from '../../../trainer/engine/create.js'
import type { StepInputs } from '../../../trainer/engine/engine.js'
import { scheduledValues } from '../../../trainer/objective/scheduled.js'
import { createRandom } from '../../../trainer/random/index.js'
import { imageShape, modelVariants } from '../../helpers/model-variants.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const BATCH = 8
const STEPS = 3
const [base] = Object.values(modelVariants)
const learned: ModelConfig = { ...base!, likelihood: { kind: 'gaussian', variance: 'learned' } }
const plain = { beta: 1, betaWarmup: 0, inputNoise: 0, contrastWeight: 0 }
const ramp = { from: 1, to: 3, start: 0, end: 1 }
const partitions = layOutPartitions(base!.partitions)
const labelHeads = [{ partition: partitions[0]!, factors: 2 }, { partition: partitions[2]!, factors: 1 }]

const variants: Record<string, { model?: ModelConfig; objective: Partial<ObjectiveConfig>; terms: string[] }> = {
  'capacity and a learned variance': {
    model: learned,
    objective: { beta: 0, capacity: { weight: 3, nats: ramp } },
    terms: ['capacity'],
  },
  'free bits, Gaussian total correlation': {
    objective: {
      freeBits: { nats: 0.2, level: 'partition' },
      totalCorrelation: { estimator: 'gaussian', weight: ramp },
    },
    terms: ['free-bits', 'total-correlation'],
  },
  'pairs, minibatch total correlation between and within': {
    objective: {
      pairs: { maxGap: 1, differing: 'far' },
      totalCorrelation: { estimator: 'minibatch', weight: ramp, within: 0.5 },
    },
    terms: ['total-correlation', 'total-correlation-within'],
  },
  'pairs whose differing factor is known': {
    objective: { pairs: { maxGap: 1, differing: 'known', agreement: ramp }, dependence: { weight: ramp } },
    terms: ['dependence', 'agreement'],
  },
  'total correlation by a discriminator': {
    objective: {
      totalCorrelation: { estimator: 'discriminator', discriminator: { layers: 2, units: 8 }, weight: ramp },
    },
    terms: ['total-correlation', 'discriminator'],
  },
  dependence: { objective: { dependence: { weight: ramp } }, terms: ['dependence'] },
  labels: { objective: { labels: { count: 9, weight: 4, batchSize: 5, hidden: 3 } }, terms: ['labels'] },
}

for (const [name, { model = base!, objective: changes, terms }] of Object.entries(variants)) {
  t.test(name, async t => {
    const objective = { ...plain, ...changes }
    const network = createNetwork(model, imageShape)
    const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }
    const options = { network, objective, adam, batchSize: BATCH, seed: 11, labelHeads }
    const compiled = await createEngine({ ...options, kind: 'compiled', threads: 1 })
    const eager = await createEngine({ ...options, kind: 'eager', backend: 'cpu' })
    const random = createRandom(12, name)
    const before = await compiled.readState()
    for (let step = 0; step < STEPS; step++) {
      const inputs = randomInputs(step)
      const [a, b] = [await compiled.step(inputs), await eager.step(inputs)]
      t.ok(Math.abs(a.loss - b.loss) <= 1e-5 * Math.abs(b.loss), 'losses agree', { a, b })
      t.strictSame(Object.keys(a.terms!), terms)
      for (const term of terms) t.ok(Math.abs(a.terms![term]! - b.terms![term]!) < 1e-4, term, { a, b })
      const kl = a.klByUnit.reduce((sum, kl) => sum + kl, 0)
      const sum = a.reconstruction + inputs.beta * kl + Object.values(a.terms!).reduce((sum, term) => sum + term, 0)
      t.ok(Math.abs(a.loss - sum) < 1e-4 * Math.abs(sum), 'the loss is the sum of its parts')
    }
    const [a, b] = [await compiled.readState(), await eager.readState()]
    for (const [parameter, { values }] of Object.entries(a.weights)) {
      t.ok(values.every((value, i) => Math.abs(value - b.weights[parameter]!.values[i]!) < 1e-4), `${parameter} agrees`)
      t.ok(values.some((value, i) => value !== before.weights[parameter]!.values[i]), `${parameter} is trained`)
    }
    await compiled.dispose()
    await eager.dispose()

    function randomInputs (step: number): StepInputs {
      const pixels = (count: number) =>
        Float32Array.from({ length: count * pixelCount(imageShape) }, () => random.uniform())
      const normals = (size: number) => random.fillNormal(new Float32Array(size))
      return {
        image: pixels(BATCH),
        latentNoise: normals(BATCH * latentSizeOf(model.partitions)),
        ...objective.labels === undefined ? {} : { labelled: { image: pixels(5), factors: normals(5 * 3) } },
        ...objective.pairs?.differing === 'known' && {
          unshared: Float32Array.from({ length: BATCH / 2 * partitions.length }, (_, i) =>
            Number((Math.floor(i / partitions.length) + step) % partitions.length === i % partitions.length)),
        },
        learningRate: 1e-3,
        beta: objective.beta as number,
        scheduled: scheduledValues(objective, step, STEPS),
      }
    }
  })
}
