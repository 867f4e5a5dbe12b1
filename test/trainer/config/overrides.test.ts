import t from 'tap'
import type { JointModelConfig } from '../../../trainer/config/schema.js'
import { applyOverrides, parseAssignment } from '../../../trainer/config/overrides.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'

t.test('values are JSON where they parse, otherwise text', async t => {
  t.strictSame(parseAssignment('fit.epochs=3'), ['fit.epochs', 3])
  t.strictSame(parseAssignment('data.source=idx'), ['data.source', 'idx'])
  t.strictSame(parseAssignment('model.partitions=[{"name":"a","size":2}]'), [
    'model.partitions',
    [{ name: 'a', size: 2 }],
  ])
  t.strictSame(parseAssignment('description=a=b'), ['description', 'a=b'])
  t.strictSame(parseAssignment('description='), ['description', ''])
  for (const wrong of ['fit.epochs', '=3']) {
    t.throws(() => parseAssignment(wrong), {
      code: 'PVAE_CONFIG_INVALID',
      message: /expected path=value for --set but received/,
    })
  }
})

t.test('paths run through objects and lists, later overrides win, and nothing else changes', async t => {
  const { config } = findPreset('mnist')
  const before = JSON.stringify(config)
  const changed = parseRunConfig(applyOverrides(config, [
    ['fit.epochs', 1],
    ['fit.adam.beta2', 0.99],
    ['model.encoder.blocks.1.channels', 16],
    ['model.partitions.3', { name: 'extra', size: 1 }],
    ['fit.epochs', 2],
  ]))
  t.equal(JSON.stringify(config), before)
  t.equal(changed.fit.epochs, 2)
  t.equal(changed.fit.adam.beta2, 0.99)
  const { blocks } = (changed.model as JointModelConfig).encoder
  t.equal(blocks[1]!.channels, 16)
  t.strictSame(blocks[0], (parseRunConfig(config).model as JointModelConfig).encoder.blocks[0])
  t.equal(changed.model.partitions.length, 4)
})

t.test('paths that lead nowhere are refused', async t => {
  // Numbers of their own: presets are tuned.
  const { config: preset } = findPreset('mnist')
  const config = applyOverrides(preset, [
    ['fit.epochs', 20],
    ['model.encoder.blocks', [3, 5].map(kernel => ({ channels: 8, kernel, downsample: 'stride' }))],
  ])
  const refused = (path: string, message: RegExp) =>
    t.throws(() => parseRunConfig(applyOverrides(config, [[path, 1]])), { code: 'PVAE_CONFIG_INVALID', message })
  refused('fit.epochz', /fit\.epochz but received epochz: 1/)
  refused('fit.epochs.more', /a path through objects and lists for fit\.epochs\.more but received one through 20/)
  refused('model.encoder.blocks.7.channels', /a list index from 0 to 2 .* but received "7"/)
  refused('model.encoder.blocks.first', /a list index from 0 to 2 .* but received "first"/)
  refused('__proto__.polluted', /a field of the config for __proto__\.polluted/)
  refused('constructor.name', /constructor/)
  t.notOk('polluted' in {})
})
