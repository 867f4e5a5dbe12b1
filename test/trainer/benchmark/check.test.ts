import { join } from 'node:path'
import t from 'tap'
import { checkContestants } from '../../../trainer/benchmark/check.js'
import { contestantsOf } from '../../../trainer/benchmark/contestants.js'
import { squaresConfig, writeSquares } from '../cli/cli-fixture.js'

t.test('a model that does not take the images is named before anything is trained', async t => {
  const directory = await writeSquares(join(t.testdir(), 'data'))
  const { signal } = new AbortController()
  const contestants = (factor: number) => {
    const config = squaresConfig(directory)
    const value = { ...config, model: { ...config.model, subresolution: { factor } } }
    return contestantsOf({
      preset: 'fashion',
      images: { directory },
      models: ['beta-vae'],
      files: [{ path: 'my.json', value }],
      overrides: [],
    })
  }
  await t.resolves(checkContestants(contestants(2), { observer: {}, signal }), 'all take 16 × 16')
  await t.rejects(checkContestants(contestants(3), { observer: {}, signal }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /expected one that takes images of 16 × 16 × 1 for the model squares but received one that does not/,
  })
})

t.test('so is one whose pairs the images can not give', async t => {
  const directory = await writeSquares(join(t.testdir(), 'data'))
  const config = squaresConfig(directory)
  const value = { ...config, objective: { pairs: { differing: 'known' } } }
  const images = { directory }
  const contestants = contestantsOf({
    preset: 'fashion', images, models: [], files: [{ path: 'my.json', value }], overrides: [],
  })
  await t.rejects(checkContestants(contestants, { observer: {}, signal: new AbortController().signal }), {
    code: 'PVAE_CONFIG_INVALID',
    message: /one that learns from .* for the model squares but received one that can't: .*known factors .*has none/,
  })
})
