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

t.test('a clip in the place of a folder, and back', async t => {
  const size = [['data.height', 32], ['data.width', 40]] as const
  const onFolder = resolveRequest({ preset: 'images', images: { directory: 'there' }, overrides: size })
  const onClip = resolveRequest({
    preset: 'images', images: { file: 'clip.mp4' }, overrides: [...size, ['data.rate', 5], ['data.fit', 'cover']],
  })
  t.strictSame(onClip.data, {
    source: 'video',
    file: 'clip.mp4',
    rate: 5,
    height: 32,
    width: 40,
    channels: 3,
    fit: 'cover',
    testFraction: 0.1,
    splitSeed: 0,
  })
  t.strictSame(onImages(onClip, { directory: 'there' }).data, { ...onFolder.data, fit: 'cover' })
  const { rate: _, ...unrated } = onClip.data as { rate: number }
  t.strictSame(onImages(onClip, { file: 'other.mp4' }).data, { ...unrated, file: 'other.mp4' }, 'at a rate of its own')
  t.strictSame(onImages(onFolder, { file: 'other.mp4' }).data, { ...unrated, file: 'other.mp4', fit: 'fill' })
  t.strictSame(onImages(mnist, { file: 'clip.mp4' }).data, { source: 'idx', directory: 'clip.mp4' }, 'refused by IDX')
})
