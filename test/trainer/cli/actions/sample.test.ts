import t from 'tap'
import { openRepository, readSample, type ModelVersion } from '@partition-vae/models'
import { cli, workplace, writeSquares } from '../cli-fixture.js'

const root = t.testdir()
const { config, places } = await workplace(root)
const repository = `${root}/repository`
const training = await cli(
  ['train', '--config', config, '--epochs', '1', '--sample', '8', '--no-tensorboard', ...places],
  { directory: root }
)
const headerOf = ({ sample, card }: ModelVersion) => readSample(sample!, card, 'sample')

t.test('train publishes as many test images as it is asked for', async t => {
  t.equal(training.code, 0, training.stderr)
  const header = headerOf(await openRepository(repository).open('squares', 1))
  t.match(header, { count: 8, data: { name: 'data/test', count: 32 }, sheet: { width: 16, height: 16 } })
})

t.test('export too', async t => {
  const { code, stderr } = await cli(['export', '--run', 'squares', '--sample', '3', ...places], { directory: root })
  t.equal(code, 0, stderr)
  t.equal(headerOf(await openRepository(repository).open('squares', 2)).count, 3)
})

t.test('without being asked there is none, and labels keep the one there is', async t => {
  t.equal((await cli(['export', '--run', 'squares', ...places], { directory: root })).code, 0)
  t.notOk('sample' in (await openRepository(repository).open('squares', 3)))
  const label = ['label', '--model', 'squares@1', 'p1=place', '--repository', repository]
  t.equal((await cli(label, { directory: root })).code, 0)
  t.equal(headerOf(await openRepository(repository).open('squares', 4)).count, 8)
})

t.test('a published model gets one, as a new version that differs in nothing else', async t => {
  const { code, stdout, stderr } = await cli(
    ['sample', '--model', 'squares@3', '--images', '5', '--repository', repository, '--threads', '1'],
    { directory: root }
  )
  t.equal(code, 0, stderr)
  t.match(stdout, /model {3}repository\/squares\/5/)
  const [before, after] = await Promise.all([3, 5].map(version => openRepository(repository).open('squares', version)))
  t.equal(headerOf(after!).count, 5)
  t.strictSame(after!.golden, before!.golden)
  t.strictSame(
    { ...after!.card, version: 0, files: {}, createdAt: '' },
    { ...before!.card, version: 0, files: {}, createdAt: '' }
  )
})

t.test('a sample without a model is refused before training', async t => {
  const { code, stderr } = await cli(
    ['train', '--config', config, '--run', 'none', '--sample', '8', '--no-export', ...places],
    { directory: root }
  )
  t.equal(code, 1)
  t.match(stderr, /expected a model that is published with it for --sample but received one that is not/)
})

t.test('images that are not those of the model are refused', async t => {
  const { data } = await workplace(`${root}/other`)
  await writeSquares(data, 7)
  const { code, stderr } = await cli(
    ['sample', '--model', 'squares@3', '--data', data, '--repository', repository, '--threads', '1'],
    { directory: root }
  )
  t.equal(code, 1)
  t.match(stderr, /expected the images that the model was measured on/)
})
