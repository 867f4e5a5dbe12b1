import t from 'tap'
import { heldByConstruction } from '../../../trainer/benchmark/by-construction.js'
import { applyOverrides } from '../../../trainer/config/overrides.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'

const of = (preset: string) => heldByConstruction(parseRunConfig(findPreset(preset).config).model)

t.test('it says what units hold whatever is learned', async t => {
  t.equal(of('mnist'), 'nothing', 'units that are all alike')
  t.equal(of('digits'), 'slant, height and width')
  const { model } = parseRunConfig(applyOverrides(findPreset('digits').config, [
    ['model.pose.units', ['row', 'column', 'angle']],
  ]))
  t.equal(heldByConstruction(model), 'row, column and angle')
  t.match(of('table-tennis'), /row and column of each sprite; .*; the brightness of each channel/)
  t.equal(of('tetrominoes'), 'presence, row, column, colour and depth of each slot; what lies behind everything')
  t.match(of('multi-dsprites'), /^presence, row, column, scale, colour and depth of each slot;/)
  t.equal(of('dsprites'), 'presence, row, column, scale and angle of each slot', 'what its config says too')
})
