import t from 'tap'
import * as tf from '@tensorflow/tfjs-core'
import { latentSizeOf } from '@partition-vae/models'
import { formUnitsOf } from '../../../trainer/config/form-units.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import type { SlotsModelConfig } from '../../../trainer/config/slots-schema.js'
import { planSlots } from '../../../trainer/model/slots/plan.js'
import { splitSlot } from '../../../trainer/model/slots/units.js'
import { runEagerly } from '../../helpers/compare-engines.js'

for (const [preset, shape] of [
  ['tetrominoes', { height: 35, width: 35, channels: 3 }],
  ['multi-dsprites', { height: 64, width: 64, channels: 3 }],
  ['dsprites', { height: 64, width: 64, channels: 1 }],
] as const) {
  t.test(`${preset}: units of form are those that the decoder draws forms from`, async t => {
    const model = parseRunConfig(findPreset(preset).config).model as SlotsModelConfig
    const plan = planSlots(model, shape)
    const units = latentSizeOf(model.partitions)
    const latent = { shape: [1, units], values: Float32Array.from({ length: units }, (_, i) => i) }
    const forms = formUnitsOf(model)
    t.strictSame([...forms.keys()], plan.slots.map(({ name }) => name))
    for (const { name, offset, size } of plan.slots) {
      const { form } = await runEagerly(({ latent }) =>
        ({ form: splitSlot(tf.slice(latent!, [0, offset], [-1, size]), plan).form }), { latent })
      const [from, to] = forms.get(name)!
      t.strictSame([...form!.values], Array.from({ length: to - from }, (_, i) => from + i))
    }
  })
}

t.test('models of other kinds have none', async t => {
  t.equal(formUnitsOf(parseRunConfig(findPreset('mnist').config).model).size, 0)
})
