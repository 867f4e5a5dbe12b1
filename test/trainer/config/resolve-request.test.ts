import t from 'tap'
import { findPreset } from '../../../trainer/config/presets.js'
import { completeRequest, onImages, resolveRequest } from '../../../trainer/config/resolve-request.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import type { JointModelConfig } from '../../../trainer/config/schema.js'

const mnist = parseRunConfig(findPreset('mnist').config)

t.test('a preset with changes', async t => {
  const config = resolveRequest({ preset: 'mnist', overrides: [['fit.epochs', 3], ['name', 'mine']] })
  t.strictSame(config, { ...mnist, name: 'mine', fit: { ...mnist.fit, epochs: 3 } })
})

t.test('epochs take the place of steps where the steps are taken away', async t => {
  const base = parseRunConfig({ ...mnist, fit: { ...mnist.fit, steps: 40 } })
  const { fit } = resolveRequest({ overrides: [['fit.epochs', 3], ['fit.steps', undefined]] }, base)
  t.strictSame(fit, { ...mnist.fit, epochs: 3 })
  t.equal(base.fit.steps, 40, 'the run\'s own config is left alone')
})

t.test('a file counts even beside a run\'s config, for it must agree', async t => {
  const file = { path: 'my.json', value: { ...mnist, name: 'other' } }
  t.equal(resolveRequest({ file, overrides: [] }, mnist).name, 'other')
})

t.test('without a start, or without the images that a preset needs, there is no config', async t => {
  t.throws(() => resolveRequest({ overrides: [] }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /expected --preset .* or --config FILE/,
  })
  t.throws(() => resolveRequest({ preset: 'fashion', overrides: [] }), {
    message: 'expected --data DIR for the images of preset fashion but received nothing',
  })
})

t.test('the network of a preset for any images takes the size that is asked for', async t => {
  const { model } = resolveRequest({
    preset: 'images', images: { directory: 'there' }, overrides: [['data.height', 20], ['data.width', 30]],
  })
  const { decoder } = model as JointModelConfig
  t.strictSame(
    decoder.blocks.map(({ upsample }) => upsample),
    ['none', 'none', 'transposed'],
    'an odd half is not doubled to'
  )
})

t.test('changes to a model wait until the images have completed it', async t => {
  const request = { preset: 'footage', images: { directory: 'there' }, overrides: [['objective.beta', 0.5] as const] }
  t.equal(resolveRequest(request).objective.beta, 1)
  t.equal(completeRequest(request, { model: {}, objective: {}, fit: { epochs: 2 } }).objective.beta, 0.5)
  t.equal(completeRequest(request, { model: {}, objective: {}, fit: { epochs: 2 } }).fit.epochs, 2, 'the proposal\'s')
})

t.test('a trained model on images of another folder', async t => {
  t.strictSame(onImages(mnist, undefined), mnist)
  t.strictSame(onImages(mnist, { directory: 'there' }).data, { source: 'idx', directory: 'there' })
})
