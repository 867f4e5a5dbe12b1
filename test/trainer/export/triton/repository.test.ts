import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { cli } from '../../cli/cli-fixture.js'

const repository = fileURLToPath(new URL('../../../../models/repository', import.meta.url))

t.test('pvae export-triton: models beside others; what is there is replaced on demand', async t => {
  const directory = t.testdir({ triton: { other: { 'config.pbtxt': 'mine' } } })
  const run = (...flags: string[]) =>
    cli(['export-triton', '--repository', repository, '--output', 'triton', '--model', ...flags], { directory })
  const first = await run('table-tennis')
  t.equal(first.code, 0, first.stderr)
  t.equal(first.stdout, 'triton/table-tennis_encoder\ntriton/table-tennis_decoder\ntriton/table-tennis_layers\n')
  t.equal((await run('mnist@3')).code, 0)
  t.strictSame((await readdir(join(directory, 'triton'))).sort(), [
    'mnist_decoder', 'mnist_encoder', 'other', 'table-tennis_decoder', 'table-tennis_encoder', 'table-tennis_layers',
  ], 'and nothing that was on the way')
  const encoder = join(directory, 'triton', 'mnist_encoder')
  t.strictSame((await readdir(encoder, { recursive: true })).sort(), ['3', '3/model.onnx', 'config.pbtxt'])
  const again = await run('mnist')
  t.equal(again.code, 1)
  t.match(again.stderr, /expected a new folder for .*mnist_encoder but found a model that is there already \(--force/)
  const forced = await run('mnist', '--force', '--gpu', '--instances', '2', '--max-batch', '8')
  t.equal(forced.code, 0, forced.stderr)
  t.match(await readFile(join(encoder, 'config.pbtxt'), 'utf8'), /max_batch_size: 8\n[^]*count: 2\n {2}kind: KIND_GPU/)
  await writeFile(join(encoder, 'notes.txt'), 'mine')
  const mixed = await run('mnist', '--force')
  t.equal(mixed.code, 1)
  t.match(mixed.stderr, /but found other files, e\.g\. notes\.txt/)
  t.equal(await readFile(join(encoder, 'notes.txt'), 'utf8'), 'mine')
  t.equal(await readFile(join(directory, 'triton', 'other', 'config.pbtxt'), 'utf8'), 'mine')
})

t.test('a file where the repository should be, a model that is not there', async t => {
  const directory = t.testdir({ file: 'mine' })
  await mkdir(join(directory, 'empty'))
  const run = (output: string, model: string) =>
    cli(['export-triton', '--repository', repository, '--output', output, '--model', model], { directory })
  const file = await run('file', 'mnist')
  t.equal(file.code, 1)
  t.match(file.stderr, /expected to write .*file.* but found a file where a folder should be/)
  const gone = await run('empty', 'gone')
  t.match(gone.stderr, 'expected one of digits, mnist, table-tennis for model but found "gone"')
  t.strictSame(await readdir(join(directory, 'empty')), [])
})
