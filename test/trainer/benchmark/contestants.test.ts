import t from 'tap'
import { contestantsOf, runsOf } from '../../../trainer/benchmark/contestants.js'
import { BASELINE_NAMES, findPreset } from '../../../trainer/config/presets.js'
import { parseRunConfig } from '../../../trainer/config/resolve.js'
import { squaresConfig } from '../cli/cli-fixture.js'

t.test('by default the preset of the images and all baselines, on the same images', async t => {
  const contestants = contestantsOf({ preset: 'tetrominoes', overrides: [['data.count', 99]] })
  t.strictSame(contestants.map(({ name }) => name), ['tetrominoes', ...BASELINE_NAMES])
  for (const { name, asked } of contestants) {
    t.strictSame(asked.data, { source: 'tetrominoes', count: 99, testCount: 5000, seed: 0 }, name)
  }
  t.equal(contestants[1]!.title, 'β-VAE (Higgins et al. 2017, β = 4)', 'a baseline says whose it is')
  const [changed] = contestantsOf({ preset: 'mnist', models: ['beta-vae'], overrides: [['objective.beta', 2]] })
  t.equal(changed!.title, 'β-VAE (Higgins et al. 2017, with changes)', 'and not what it is no more')
})

t.test('other presets and configs of one\'s own bring model and training, and not their images', async t => {
  const file = { path: 'my.json', value: squaresConfig('elsewhere') }
  const [preset, own] = contestantsOf({ preset: 'mnist', models: ['paper-mnist'], files: [file], overrides: [] })
  t.strictSame(preset!.asked.model, parseRunConfig(findPreset('paper-mnist').config).model)
  t.equal(own!.name, 'squares')
  for (const { asked } of [preset!, own!]) t.strictSame(asked.data, { source: 'mnist' })
  t.equal(own!.asked.fit.learningRate, 0.01)
})

t.test('a folder takes the place of the images of each', async t => {
  const file = { path: 'my.json', value: squaresConfig('elsewhere') }
  const contestants = contestantsOf({
    preset: 'fashion',
    images: { directory: 'there' },
    models: ['fashion', 'mnist', 'beta-vae'],
    files: [file],
    overrides: [],
  })
  t.equal(contestants.length, 4)
  for (const { name, asked } of contestants) t.strictSame(asked.data, { source: 'idx', directory: 'there' }, name)
})

t.test('first the first seed of each', async t => {
  const contestants = contestantsOf({ preset: 'mnist', models: ['mnist', 'beta-vae'], overrides: [] })
  const runs = runsOf(contestants, 3, 2)
  t.strictSame(runs.map(({ name }) => name), ['mnist-seed-3', 'beta-vae-seed-3', 'mnist-seed-4', 'beta-vae-seed-4'])
  for (const { name, seed, request } of runs) t.strictSame(request.overrides.at(-1), ['seed', seed], name)
})

t.test('what can not be compared is refused by name', async t => {
  const asks = (models: string[], value?: unknown) => () => contestantsOf({
    preset: 'mnist', models, files: value === undefined ? [] : [{ path: 'my.json', value }], overrides: [],
  })
  t.throws(asks(['mnits']), { code: 'PVAE_CONFIG_INVALID', message: /for --models but received "mnits".*mnist/ })
  t.throws(asks(['mnist', 'mnist']), { message: /models with different names .* but received mnist twice/ })
  t.throws(asks([], [1]), { message: /an object for the config my\.json but received \[1\]/ })
  t.throws(asks([], { name: '…' }), { message: /letters, digits and dashes for the name in my\.json/ })
  t.throws(asks([], { name: 'mine', fit: {} }), { message: /for model/ }, 'what is missing in it')
})
