import { readFile } from 'node:fs/promises'
import t from 'tap'
import { applyOverrides, type Override } from '../../../trainer/config/overrides.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { createNetwork } from '../../../trainer/model/create-network.js'

const digits = (...changes: Override[]) => parseRunConfig(applyOverrides(findPreset('digits').config, changes))

t.test('the preset digits fills in what a pose moves by default, and fits its images', async t => {
  const { model } = digits()
  t.equal(model.architecture, 'posed')
  t.match(model, {
    subresolution: { factor: 1, interpolation: 'nearest' },
    activation: 'relu',
    style: { hidden: 48 },
    pose: { slant: 0.3, height: 0.15, width: 0.2, slantFrom: 'moments' },
  })
  t.ok(createNetwork(model, { height: 28, width: 28, channels: 1 }))
})

t.test('options of units are not filled in: configs from before there were any stay as they are', async t => {
  const { pose } = digits().model as { pose?: object }
  t.strictSame(Object.keys(pose!).sort(), ['encoder', 'height', 'slant', 'slantFrom', 'width'])
})

t.test('the example of the documentation names its units, and fits its images', async t => {
  const example = new URL('../../../docs/examples/posed-dsprites.json', import.meta.url)
  const { model } = parseRunConfig(JSON.parse(await readFile(example, 'utf8')))
  t.match(model, { pose: { units: ['row', 'column', 'scale', 'angle'] } })
  t.ok(createNetwork(model, { height: 64, width: 64, channels: 1 }))
})

t.test('what a posed model can not be is refused by field', async t => {
  const cases: Array<[Override, RegExp]> = [
    [
      ['model.partitions.0.kind', 'sprite'],
      /"pose" or "shape" or "style" for model\.partitions\[0\]\.kind but received "sprite"/,
    ],
    [
      ['model.partitions.0', { name: 'pose', size: 3 }],
      /a value for model\.partitions\[0\]\.kind but received nothing/,
    ],
    [['model.subresolution.factor', 2], /1 for model\.subresolution\.factor but received 2/],
    [['model.pose.slantFrom', 'labels'], /"moments" or "network" for model\.pose\.slantFrom but received "labels"/],
    [
      ['model.pose.units', ['row', 'tilt']],
      /"row" or "column" or .* or "angle" for model\.pose\.units\[1\] but received "tilt"/,
    ],
    [['model.pose.units', []], /for model\.pose\.units but received/],
    [['model.pose.moments', ['depth']], /for model\.pose\.moments\[0\] but received "depth"/],
    [['model.pose.openAt', { angle: 1 }], /< 1 for model\.pose\.openAt\.angle but received 1/],
    [['model.pose.openAt', { tilt: 0.5 }], /for model\.pose\.openAt\.tilt/],
    [['model.pose.extent', 0], /> 0 for model\.pose\.extent but received 0/],
    [['model.pose.slant', 0], /> 0 for model\.pose\.slant but received 0/],
    [['model.pose.encoder', undefined], /for model\.pose\.encoder but received nothing/],
    [['model.canvas', 3], /one of the fields .* for model\.canvas/],
  ]
  for (const [change, message] of cases) {
    t.throws(
      () => parseRunConfig(JSON.parse(JSON.stringify(applyOverrides(findPreset('digits').config, [change])))),
      { code: 'PVAE_CONFIG_INVALID', message }
    )
  }
})
