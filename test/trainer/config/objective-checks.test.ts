import t from 'tap'
import { applyOverrides, type Override } from '../../../trainer/config/overrides.js'
import { checkObjective } from '../../../trainer/config/objective-checks.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'

const base = {
  name: 'tiny',
  data: { source: 'mnist' },
  model: {
    partitions: [{ name: 'a', size: 2 }, { name: 'b', size: 1 }],
    encoder: { blocks: [{ channels: 4, kernel: 3, downsample: 'stride' }] },
    decoder: { base: 4 },
    likelihood: { kind: 'gaussian', variance: 'learned' },
  },
  fit: { epochs: 2, batchSize: 8 },
}
const parse = (objective: object, ...changes: Override[]) =>
  parseRunConfig(applyOverrides({ ...base, objective }, changes))

t.test('defaults, also those that hang on other options; a resolved config resolves to itself', async t => {
  const cases: Array<[objective: object, expected: object]> = [
    [{}, { beta: 1, betaWarmup: 0.1 }],
    [{ beta: { from: 0.02, to: 1, end: 0.6 } }, { beta: { from: 0.02, to: 1, start: 0, end: 0.6 }, betaWarmup: 0 }],
    [
      { capacity: { nats: { from: 0, to: 25 } } },
      { beta: 0, betaWarmup: 0, capacity: { weight: 1000, nats: { from: 0, to: 25, start: 0, end: 1 } } },
    ],
    [{ freeBits: { nats: 0.1 } }, { beta: 1, freeBits: { nats: 0.1, level: 'partition' } }],
    [{ totalCorrelation: { weight: 10 } }, { totalCorrelation: { estimator: 'gaussian', weight: 10 } }],
    [
      { totalCorrelation: { estimator: 'discriminator', weight: 10 } },
      { totalCorrelation: { estimator: 'discriminator', discriminator: { layers: 6, units: 1000 } } },
    ],
    [{ dependence: { weight: 5 } }, { dependence: { weight: 5 } }],
    [{ pairs: {} }, { pairs: { maxGap: 3, differing: 'far' } }],
    [{ labels: { count: 100, weight: 30 } }, { labels: { count: 100, weight: 30, batchSize: 32, hidden: 32 } }],
  ]
  for (const [objective, expected] of cases) {
    const config = parse(objective)
    t.match(config.objective, expected)
    t.strictSame(parseRunConfig(config), config)
  }
  t.notOk('capacity' in parse({}).objective, 'old configs stay as they were')
})

t.test('options that go against each other, or against the model', async t => {
  const one: Override = ['model.partitions', [{ name: 'a', size: 3 }]]
  const cases: Array<[objective: object, changes: Override[], message: RegExp]> = [
    [{ beta: -1 }, [], />= 0 for objective\.beta but received -1/],
    [{ beta: 'high' }, [], /objective\.beta but received "high"/],
    [{ freeBits: { nats: { from: 0 } } }, [], /a value for objective\.freeBits\.nats\.to but received nothing/],
    [
      { freeBits: { nats: { from: 0, to: 1, until: 1 } } },
      [],
      /one of the fields from, to, start, end for objective\.freeBits\.nats\.until/,
    ],
    [
      { beta: { from: 0, to: 1, start: 0.6, end: 0.5 } },
      [],
      /a fraction of at least 0\.6, where the schedule starts, for objective\.beta\.end but received 0\.5/,
    ],
    [
      { beta: { from: 0, to: 1 }, betaWarmup: 0.1 },
      [],
      /0 beside a scheduled β for objective\.betaWarmup but received 0\.1/,
    ],
    [
      { beta: 1, capacity: { nats: 5 } },
      [],
      /0 beside objective\.capacity, which takes the place of β · KL, for objective\.beta but received 1/,
    ],
    [{ capacity: { nats: 5 }, freeBits: { nats: 0.1 } }, [], /no free bits where β is 0/],
    [
      { totalCorrelation: { weight: 1 } },
      [one],
      /at least 2 partitions to share something for objective\.totalCorrelation/,
    ],
    [
      { totalCorrelation: { weight: 1, estimator: 'minibatch' } },
      [['fit.batchSize', 1]],
      /at least 2 images .* for fit\.batchSize but received 1/,
    ],
    [
      { totalCorrelation: { weight: 1 } },
      [['fit.batchSize', 3]],
      /more images than the latent has units \(3\).*fit\.batchSize but received 3/,
    ],
    [
      { totalCorrelation: { weight: 1, within: 1 } },
      [],
      /estimator "minibatch" for objective\.totalCorrelation\.within/,
    ],
    [
      { totalCorrelation: { weight: 1 } },
      [
        ['model.partitions.0.size', 64],
        ['fit.batchSize', 128],
      ],
      /"minibatch" for more than 64 units .*"gaussian" with 65/,
    ],
    [
      { totalCorrelation: { weight: 1, discriminator: {} } },
      [],
      /estimator "discriminator" for objective\.totalCorrelation\.discriminator but received estimator "gaussian"/,
    ],
    [
      { totalCorrelation: { weight: 1, estimator: 'discriminator', within: 1 } },
      [],
      /estimator "minibatch" for objective\.totalCorrelation\.within but received estimator "discriminator"/,
    ],
    [
      { totalCorrelation: { weight: 1, estimator: 'discriminator' } },
      [['fit.batchSize', 1]],
      /at least 2 images .* for fit\.batchSize but received 1/,
    ],
    [
      { dependence: { weight: 1 } },
      [one],
      /at least 2 partitions that could depend on each other for objective\.dependence but received 1 partition/,
    ],
    [{ dependence: { weight: 1 } }, [['fit.batchSize', 3]], /at least 4 images .* for fit\.batchSize but received 3/],
    [{ dependence: { weight: -1 } }, [], />= 0 for objective\.dependence\.weight/],
    [{ pairs: {} }, [['fit.batchSize', 7]], /an even number for batches of pairs for fit\.batchSize but received 7/],
    [
      { pairs: { differing: 'known', groups: { c: 'ball' } } },
      [],
      /names of partitions \(a, b\) for objective\.pairs\.groups but received "c"/,
    ],
    [
      { pairs: { agreement: 1 } },
      [],
      /"known" beside objective\.pairs\.agreement for objective\.pairs\.differing but received "far"/,
    ],
    [{ pairs: {} }, [one], /at least 2 partitions.* for objective\.pairs/],
    [
      { labels: { count: 9, weight: 1, groups: { c: 'ball' } } },
      [],
      /names of partitions \(a, b\) for objective\.labels\.groups but received "c"/,
    ],
    [{ labels: { weight: 1 } }, [], /a value for objective\.labels\.count/],
  ]
  for (const [objective, changes, message] of cases) {
    t.throws(() => parse(objective, ...changes), { code: 'PVAE_CONFIG_INVALID', message })
  }
  const config = parse({ pairs: {} })
  const layered = { ...config, model: { ...config.model, architecture: 'layered' } } as typeof config
  t.throws(() => checkObjective(layered), {
    message:
      /no pairs with a model whose architecture is not joint for objective\.pairs but received pairs with layered/,
  })
  t.ok(parse({ totalCorrelation: { weight: 1, estimator: 'minibatch', within: 2 } }, ['model.partitions.0.size', 64]))
})
