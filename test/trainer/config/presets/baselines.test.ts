import t from 'tap'
import { latentSizeOf } from '@partition-vae/models'
import { findBaseline, BASELINE_NAMES } from '../../../../trainer/config/presets.js'
import { resizeBaseline, resolveRequest } from '../../../../trainer/config/resolve-request.js'
import { analysisOf, type ConfigRequest } from '../../../../trainer/config/request.js'
import type { JointModelConfig, RunConfig } from '../../../../trainer/config/schema.js'
import { createNetwork } from '../../../../trainer/model/create-network.js'
import { listParameters } from '../../../../trainer/model/initial-state.js'

const size = { height: 64, width: 64 }
const asked = (baseline: string, ...overrides: ConfigRequest['overrides'][number][]): ConfigRequest =>
  ({ preset: 'mnist', baseline, overrides })

t.test('each asks of the latent what its paper does, and trains as the study that compares them', async t => {
  const objectives = Object.fromEntries(BASELINE_NAMES.map(name => [name, resizeBaseline(asked(name), size)]))
  t.match(objectives['beta-vae']!.objective, { beta: 4, betaWarmup: 0 })
  t.match(objectives['factor-vae']!.objective, {
    beta: 1,
    totalCorrelation: { estimator: 'discriminator', weight: 35, discriminator: { layers: 6, units: 1000 } },
  })
  t.match(objectives['beta-tcvae']!.objective, { beta: 1, totalCorrelation: { estimator: 'minibatch', weight: 5 } })
  t.match(objectives['annealed-vae']!.objective, { beta: 0, capacity: { weight: 1000, nats: { from: 0, to: 25 } } })
  for (const [name, { fit, data, model }] of Object.entries(objectives)) {
    t.match(fit, { batchSize: 64, learningRate: 1e-4, learningRateSchedule: 'constant', adam: { epsilon: 1e-8 } }, name)
    t.strictSame(data, { source: 'mnist' }, `${name}: the preset's images`)
    t.equal(latentSizeOf(model.partitions), 10, `${name}: 10 units`)
    t.equal(model.partitions.length, 10, `${name}: each is a partition`)
    t.strictSame(model.likelihood, { kind: 'bernoulli' }, name)
  }
})

t.test('the network of disentanglement_lib, but for the last layer, which is a little more general', async t => {
  const { model } = resizeBaseline(asked('beta-vae'), size)
  const shapes = listParameters(createNetwork(model, { ...size, channels: 3 })).map(({ name, shape }) =>
    `${name} ${shape.join('×')}`)
  t.strictSame(shapes.filter(line => line.includes('kernel')), [
    'encoder/block0/kernel 4×4×3×32', 'encoder/block1/kernel 4×4×32×32', 'encoder/block2/kernel 2×2×32×64',
    'encoder/block3/kernel 2×2×64×64', 'encoder/hidden0/kernel 1024×256', 'encoder/mean/kernel 256×10',
    'encoder/log-variance/kernel 256×10', 'decoder/hidden0/kernel 10×256', 'decoder/base/kernel 256×1024',
    'decoder/block0/kernel 4×4×64×64', 'decoder/block1/kernel 4×4×32×64', 'decoder/block2/kernel 4×4×32×32',
    'decoder/output/kernel 3×3×32×12',
  ])
})

t.test('images of other sizes get as many doublings as they have', async t => {
  for (const [height, width, doublings] of [[28, 28, 2], [35, 35, 0], [48, 64, 4], [6, 10, 1], [1, 3, 0]] as const) {
    const { model } = resizeBaseline(asked('beta-vae'), { height, width })
    t.doesNotThrow(() => createNetwork(model, { height, width, channels: 1 }), `${height} × ${width}`)
    const { blocks, outputBlock = 1 } = (model as JointModelConfig).decoder
    const doubling = blocks.filter(({ upsample }) => upsample !== 'none').length
    t.equal(2 ** doubling * outputBlock, 2 ** doublings, `${height} × ${width}`)
  }
})

t.test('what is asked for wins, whatever the size', async t => {
  const { model, fit, name } = resizeBaseline(asked('beta-vae', ['model.decoder.base', 7], ['fit.steps', 9]), size)
  t.equal((model as JointModelConfig).decoder.base, 7)
  t.equal(fit.steps, 9)
  t.equal(name, 'mnist-beta-vae', 'named by what it is trained on')
})

t.test('images that may be footage are not looked at: the model is known', async t => {
  t.equal(analysisOf({ preset: 'folder', overrides: [] }), 'footage')
  t.equal(analysisOf({ preset: 'folder', baseline: 'beta-vae', overrides: [] }), undefined)
})

t.test('a config file says which images; what is no config is refused', async t => {
  const value = { name: 'mine', seed: 5, data: { source: 'table-tennis' } }
  const config: RunConfig = resolveRequest({ file: { path: 'my.json', value }, baseline: 'beta-vae', overrides: [] })
  t.match(config, { name: 'mine-beta-vae', seed: 5, data: { source: 'table-tennis' } })
  for (const value of [null, 3, []]) {
    t.throws(() => resolveRequest({ file: { path: 'my.json', value }, baseline: 'beta-vae', overrides: [] }), {
      code: 'PVAE_CONFIG_INVALID',
    })
  }
})

t.test('a run that goes on keeps the model that its images had', async t => {
  const run = resizeBaseline(asked('beta-vae'), { height: 28, width: 28 })
  t.strictSame(resolveRequest(asked('beta-vae'), run), run)
})

t.test('an unknown baseline lists the known ones', async t => {
  t.throws(() => findBaseline('beta-vea'), {
    code: 'PVAE_PRESET_NOT_FOUND',
    message: /expected one of beta-vae, .* for the baseline but received "beta-vea".*beta-vae/,
  })
})
