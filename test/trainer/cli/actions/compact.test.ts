import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { cli, workplace } from '../cli-fixture.js'

const root = t.testdir()
const { config, places } = await workplace(root)
const repository = `${root}/repository`
const run = (...argv: string[]) => cli(argv, { directory: root })
const trained = await run('train', '--config', config, '--epochs', '1', '--no-tensorboard', ...places)

t.test('a model is published anew, smaller, and proves what it was', async t => {
  t.equal(trained.code, 0, trained.stderr)
  const { code, stdout, stderr } = await run('compact', '--model', 'squares', '--repository', repository)
  t.equal(code, 0, stderr)
  t.match(stdout, /^graphs {2}\d+ → \d+ bytes\nmodel {3}repository\/squares\/2\n$/)
  const [before, after] = await Promise.all([1, 2].map(version => openRepository(repository).open('squares', version)))
  t.ok(after!.decoder.length < 0.8 * before!.decoder.length, `${before!.decoder.length} → ${after!.decoder.length}`)
  t.strictSame(after!.golden, before!.golden)
  t.strictSame(after!.card.metrics, before!.card.metrics)
  // The golden examples were proven on the way; any command that opens the model runs its graphs.
  const evaluated = await run('evaluate', '--model', 'squares@2', '--repository', repository, '--limit', '8')
  t.equal(evaluated.code, 0, evaluated.stderr)
})

t.test('a compact model is refused, as is one that is not there', async t => {
  const again = await run('compact', '--model', 'squares@2', '--repository', repository)
  t.equal(again.code, 1)
  t.match(again.stderr,
    'expected a model with weights in single precision for --model but received squares@2, which is compact already')
  const gone = await run('compact', '--model', 'gone', '--repository', repository)
  t.equal(gone.code, 1)
  t.match(gone.stderr, /for model but found "gone"/)
  t.strictSame((await openRepository(repository).list()).map(({ versions }) => versions), [[1, 2]])
})
