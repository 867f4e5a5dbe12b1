import t from 'tap'
import type { JointModelConfig } from '../../../trainer/config/schema.js'
import { applyOverrides, type Override } from '../../../trainer/config/overrides.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'

const minimal = () => ({
  name: 'tiny',
  data: { source: 'mnist' },
  model: {
    partitions: [{ name: 'p1', size: 2 }, { name: 'p2', size: 1 }],
    encoder: { blocks: [{ channels: 4, kernel: 3, downsample: 'stride' }] },
    decoder: { base: 4 },
    likelihood: { kind: 'bernoulli' },
  },
  fit: { epochs: 2 },
})

/** The refusal of the minimal config with changes; a change to undefined takes the field away. */
function refusal (...changes: Override[]): { code: string, message: string } {
  try {
    parseRunConfig(JSON.parse(JSON.stringify(applyOverrides(minimal(), changes))))
  } catch (error) {
    return error as { code: string, message: string }
  }
  throw new Error('expected a refusal')
}

t.test('defaults are filled in at every level, and the input is left alone', async t => {
  const input = minimal()
  const config = parseRunConfig(input)
  t.strictSame(input, minimal())
  t.strictSame(config.objective, { beta: 1, betaWarmup: 0.1, inputNoise: 0 })
  t.strictSame(config.fit, {
    epochs: 2,
    batchSize: 128,
    learningRate: 1e-3,
    learningRateSchedule: 'cosine',
    learningRateWarmupSteps: 100,
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    checkpointEverySteps: 500,
    checkpointEverySeconds: 60,
  })
  t.strictSame(config.model.subresolution, { factor: 1, interpolation: 'nearest' })
  t.strictSame((config.model as JointModelConfig).heads, { hidden: 16, residual: false })
  t.strictSame(config.model.decoder, { base: 4, hidden: [], blocks: [], outputKernel: 3 })
  t.equal(config.seed, 0)
  t.strictSame(parseRunConfig(config), config, 'a resolved config resolves to itself')
})

t.test('two configs share no defaults', async t => {
  const first = parseRunConfig(minimal())
  const { decoder } = first.model as JointModelConfig
  first.fit.adam.beta1 = 0.5
  decoder.hidden.push(7)
  const second = parseRunConfig(minimal())
  t.equal(second.fit.adam.beta1, 0.9)
  t.strictSame(second.model.decoder.hidden, [])
})

t.test('every refusal names the field, what was expected and what was received', async t => {
  const cases: Array<[string, Override[], RegExp]> = [
    [
      'unknown field',
      [['fit.epoch', 3]],
      /one of the fields epochs, steps, batchSize.*fit\.epoch but received epoch: 3/,
    ],
    [
      'misspelt and so missing',
      [
        ['fit.epochs', undefined],
        ['fit.epocs', 3],
      ],
      /one of the fields epochs.* for fit\.epocs/,
    ],
    [
      'unknown field in a list',
      [['model.encoder.blocks.0.stride', 2]],
      /one of the fields channels, kernel, downsample for model\.encoder\.blocks\[0\]\.stride/,
    ],
    ['missing field', [['fit.epochs', undefined]], /expected a value for fit\.epochs but received nothing/],
    ['partition size zero', [['model.partitions.1.size', 0]], />= 1 for model\.partitions\[1\]\.size but received 0/],
    ['no partition', [['model.partitions', []]], /at least 1 .*model\.partitions/],
    ['a fraction of an epoch', [['fit.epochs', 1.5]], /an integer for fit\.epochs but received 1\.5/],
    ['text for a number', [['fit.learningRate', 'fast']], /a number for fit\.learningRate but received "fast"/],
    [
      'an unknown architecture',
      [['model.architecture', 'deep']],
      /one of joint.* for model\.architecture but received "deep"/,
    ],
    [
      'a choice that is none',
      [['model.activation', 'gelu']],
      /"relu" or "leaky-relu" or "elu" for model\.activation but received "gelu"/,
    ],
    [
      'a variance below zero',
      [['model.likelihood', { kind: 'gaussian', variance: -1 }]],
      /> 0 for model\.likelihood\.variance but received -1/,
    ],
    [
      'a variance by a wrong word',
      [['model.likelihood', { kind: 'gaussian', variance: 'auto' }]],
      /model\.likelihood\.variance but received "auto"/,
    ],
    [
      'a field of the other likelihood',
      [['model.likelihood.variance', 1]],
      /one of the fields kind for model\.likelihood\.variance/,
    ],
    [
      'an unknown likelihood',
      [['model.likelihood.kind', 'poisson']],
      /expected "bernoulli" or "gaussian" for model\.likelihood\.kind but received "poisson"/,
    ],
    [
      'a wrong second block',
      [['model.encoder.blocks.1', { channels: 0, kernel: 3, downsample: 'none' }]],
      />= 1 for model\.encoder\.blocks\[1\]\.channels but received 0/,
    ],
    ['a list where an object belongs', [['fit', []]], /an object for fit but received \[\]/],
    ['a name for a path', [['name', '../up']], /text matching .* for name but received "\.\.\/up"/],
    [
      'two partitions of one name',
      [['model.partitions.1.name', 'p1']],
      /a name that no other partition has for model\.partitions\[1\]\.name but received "p1"/,
    ],
    [
      'an idx folder without a path',
      [['data', { source: 'idx' }]],
      /a value for data\.directory but received nothing/,
    ],
    [
      'an unknown source',
      [['data', { source: 'cifar' }]],
      /expected "mnist" or "idx" or .* for data\.source but received "cifar"/,
    ],
  ]
  for (const [name, changes, message] of cases) {
    const error = refusal(...changes)
    t.equal(error.code, 'PVAE_CONFIG_INVALID', name)
    t.match(error.message, message, name)
  }
  for (const value of [null, 3, 'mnist', []]) t.throws(() => parseRunConfig(value), { code: 'PVAE_CONFIG_INVALID' })
})
