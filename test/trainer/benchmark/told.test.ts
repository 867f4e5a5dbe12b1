import t from 'tap'
import { toldOfFactors } from '../../../trainer/benchmark/told.js'
import { findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'

t.test('it says what training is told beside the images', async t => {
  const { objective, ...mnist } = parseRunConfig(findPreset('mnist').config)
  t.equal(toldOfFactors({ objective }), 'nothing')
  t.equal(
    toldOfFactors(parseRunConfig(findPreset('shapes3d').config)),
    'which images differ in one factor, in which, and what is to hold it'
  )
  t.equal(toldOfFactors(parseRunConfig({ ...mnist, objective: { ...objective, pairs: { differing: 'farthest' } } })),
    'which images differ in one factor')
  const labels = { count: 100, weight: 1 }
  const labelled = parseRunConfig({ ...mnist, objective: { ...objective, pairs: {}, labels } })
  t.equal(toldOfFactors(labelled), 'which images differ in little; the factors of 100 images')
})
