import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { findPassedOver } from '../../../models/format/passed-over.js'
import { publishLinearModel } from '../../helpers/linear-model.js'

const pathsOf = async (root: string) => (await findPassedOver(root)).map(({ path }) => path)

t.test('names that look like models and versions, with what is wrong with each', async t => {
  const root = t.testdir()
  const { directory } = await publishLinearModel(root, { name: 'mnist' })
  t.strictSame(await findPassedOver(root), [])
  const model = join(root, 'mnist')
  for (const name of ['v2', '002', 'latest', '.tmp-3-x']) await mkdir(join(model, name))
  await writeFile(join(model, 'notes.txt'), '')
  for (const folder of ['MNIST/1', 'table_tennis/v1', 'lost+found', 'Pictures/holiday', '.git/1', 'empty']) {
    await mkdir(join(root, folder), { recursive: true })
  }
  await mkdir(join(root, 'With A Card', 'best'), { recursive: true })
  await writeFile(join(root, 'With A Card', 'best', 'model.json'), '{}')
  await symlink(directory, join(model, 'newest'))
  const found = await findPassedOver(root)
  t.strictSame(
    found.map(({ path }) => path),
    ['MNIST/1', 'With A Card/best', 'mnist/002', 'mnist/latest', 'mnist/newest', 'mnist/v2', 'table_tennis/v1']
  )
  t.strictSame(found[0], {
    path: 'MNIST/1',
    field: 'the name of a model',
    expected: 'lower-case letters, digits and hyphens, at most 64',
    found: '"MNIST"',
  })
  t.strictSame(found[2], {
    path: 'mnist/002',
    field: 'the name of a version',
    expected: 'an integer from 1 without leading zeros',
    found: '"002"',
  })
})

t.test('a level too few, or too many', async t => {
  const root = t.testdir()
  await publishLinearModel(root, { name: 'mnist' })
  t.strictSame(await pathsOf(join(root, 'mnist')), ['1/model.json'], 'a model is taken for a repository')
  t.strictSame(await pathsOf(join(root, 'mnist', '1')), ['model.json'], 'a version is')
  await rename(join(root, 'mnist', '1'), join(root, 'flat'))
  t.strictSame(await pathsOf(root), ['flat/model.json'])
  t.strictSame(await pathsOf(join(root, 'nothing')), [])
})
