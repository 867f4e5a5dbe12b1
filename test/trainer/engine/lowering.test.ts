/**
 * The compiled engine's blocked lowering against its plain one and the reference, on networks wide enough to be
 * blocked.
 */
import t from 'tap'
import { latentSizeOf, pixelCount } from '@partition-vae/models'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createCompiledEngine, type CompiledOptions, type Lowering } from '../../../trainer/engine/compiled.js'
import { createEagerEngine } from '../../../trainer/engine/eager.js'
import type { StepInputs } from '../../../trainer/engine/engine.js'
import { createRandom } from '../../../trainer/random/index.js'

/** Multiples of every block size. */
const BATCH = 16
const WIDE = 16
const image = { height: 8, width: 8, channels: 1 }
const adam = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }

const base = {
  partitions: [
    { name: 'alpha', size: 3 },
    { name: 'beta', size: 2 },
  ],
  subresolution: { factor: 2, interpolation: 'bilinear' },
  encoder: {
    blocks: [
      { channels: WIDE, kernel: 4, downsample: 'stride' },
      { channels: 2 * WIDE, kernel: 3, downsample: 'stride' },
    ],
    hidden: [],
  },
  decoder: {
    hidden: [],
    base: WIDE,
    blocks: [{ channels: WIDE, kernel: 4, upsample: 'transposed' }],
    outputKernel: 3,
  },
  likelihood: { kind: 'gaussian', variance: 'calibrated' },
}
const networks: Record<string, object> = {
  'ReLU, strides, transposed convolution': base,
  'leaky ReLU, max-pool, nearest upsampling': {
    ...base,
    activation: 'leaky-relu',
    encoder: {
      blocks: [
        { channels: WIDE, kernel: 3, downsample: 'max-pool' },
        { channels: 4, kernel: 3, downsample: 'max-pool' },
      ],
      hidden: [],
    },
    decoder: {
      hidden: [],
      base: WIDE,
      blocks: [{ channels: WIDE, kernel: 3, upsample: 'nearest' }],
      outputKernel: 3,
    },
    likelihood: { kind: 'bernoulli' },
  },
  'ELU, no upsampling': {
    ...base,
    activation: 'elu',
    decoder: { hidden: [], base: WIDE, blocks: [{ channels: 8, kernel: 3, upsample: 'none' }], outputKernel: 3 },
  },
}

function optionsOf (model: object): Omit<CompiledOptions, 'lowering'> {
  const config = parseRunConfig({
    name: 'test',
    description: 'test',
    data: { source: 'mnist' },
    model,
    fit: { epochs: 1, batchSize: BATCH, learningRate: 1e-3 },
  })
  return { model: config.model, objective: config.objective, adam, image, batchSize: BATCH, seed: 3, threads: 1 }
}

function createInputs ({ model }: Pick<CompiledOptions, 'model'>): () => StepInputs {
  const random = createRandom(4, 'lowering')
  return () => {
    const pixels = Float32Array.from({ length: BATCH * pixelCount(image) }, () => random.uniform())
    const latentNoise = new Float32Array(BATCH * latentSizeOf(model.partitions))
    random.fillNormal(latentNoise)
    return { image: pixels, latentNoise, learningRate: 1e-3, beta: 1 }
  }
}

for (const [name, model] of Object.entries(networks)) {
  t.test(name, async t => {
    const options = optionsOf(model)
    const start = (lowering: Lowering) => createCompiledEngine({ ...options, lowering })
    const [plain, blocked, again] = [await start('plain'), await start('blocked'), await start('auto')]
    const reference = await createEagerEngine({ ...options, backend: 'cpu' })
    t.match(plain.description, /, plain layouts$/)
    t.match(blocked.description, /, layouts in blocks of \d+ channels$/)
    t.equal(again.description, blocked.description)
    const nextInputs = createInputs(options)
    for (let step = 0; step < 2; step++) {
      const inputs = nextInputs()
      const expected = await reference.step(inputs)
      for (const engine of [plain, blocked]) {
        const { loss } = await engine.step(inputs)
        t.ok(Math.abs(loss - expected.loss) <= 1e-5 * Math.abs(expected.loss), 'within 1e-5 of the reference', {
          loss,
          expected: expected.loss,
          engine: engine.description,
        })
      }
      await again.step(inputs)
    }
    t.strictSame(await again.readState(), await blocked.readState(), 'the same bits every time')
    await plain.writeState(await blocked.readState())
    const inputs = nextInputs()
    const [a, b] = [await plain.step(inputs), await blocked.step(inputs)]
    t.ok(Math.abs(a.loss - b.loss) <= 1e-5 * Math.abs(b.loss), 'a state moves from one lowering to the other')
    await Promise.all([plain, blocked, again, reference].map(engine => engine.dispose()))
  })
}

t.test('where the blocked layout does not work, auto does without and blocked is refused', async t => {
  const options = optionsOf(base)
  const absent = async () => ({ reason: 'a test' })
  const engine = await createCompiledEngine({ ...options, lowering: 'auto' }, absent)
  t.match(engine.description, /, plain layouts \(a test\)$/)
  await engine.dispose()
  await t.rejects(createCompiledEngine({ ...options, lowering: 'blocked' }, absent), {
    code: 'PVAE_ENGINE_UNAVAILABLE',
    message: /blocked but found a test/,
  })
})
