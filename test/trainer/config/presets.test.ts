import t from 'tap'
import { applyOverrides } from '../../../trainer/config/overrides.js'
import { findPreset, presets } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'

t.test('every preset is a valid config once its data has a folder', async t => {
  for (const { name, config, needsData } of presets) {
    const resolved = parseRunConfig(applyOverrides(config, needsData ? [['data.directory', 'images']] : []))
    t.equal(resolved.name, name)
    t.equal(findPreset(name).config, config)
  }
})

t.test('paper-mnist is the paper\'s loss: ratio of its two weights, in nats', async t => {
  const { model, objective, fit } = parseRunConfig(findPreset('paper-mnist').config)
  t.strictSame(model.partitions.map(({ size }) => size), [4, 3, 3])
  t.strictSame(model.subresolution, { factor: 2, interpolation: 'nearest' })
  // 100 · SSE/784 + 10^(−log2 f − 3) · KL, divided by the KL's weight, must be SSE / (2σ²) + KL.
  const klWeight = 10 ** (-Math.log2(2) - 3)
  const perSquaredError = 100 / 784 / klWeight
  t.equal(model.likelihood.kind, 'gaussian')
  const { variance } = model.likelihood as { variance: number }
  t.ok(Math.abs(1 / (2 * variance) / perSquaredError - 1) < 1e-12)
  t.strictSame(objective, { beta: 1, betaWarmup: 0, inputNoise: 0.01 })
  t.match(fit, {
    epochs: 25,
    batchSize: 64,
    learningRate: 2.5e-4,
    learningRateSchedule: 'constant',
    learningRateWarmupSteps: 0,
  })
})

t.test('an unknown preset lists the known ones', async t => {
  t.throws(() => findPreset('mnits'), {
    code: 'PVAE_PRESET_NOT_FOUND',
    message: `expected one of ${presets.map(({ name }) => name).join(', ')} for the preset but received "mnits"`,
  })
})
