import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { publishLinearModel } from '../../helpers/linear-model.js'
import { startService } from '../../server/service.js'

const entries = async (path: string) => (await readdir(path)).sort()

async function repositoryOf (root: string, versions: number) {
  for (let version = 1; version <= versions; version++) {
    await publishLinearModel(root, { name: 'linear', seed: version })
  }
  return openRepository(root)
}

t.test('a version goes, whole; the others stay, and its number is not given again', async t => {
  const root = t.testdir()
  const repository = await repositoryOf(root, 3)
  const card = await readFile(join(root, 'linear', '1', 'model.json'), 'utf8')
  t.strictSame(await repository.unpublish('linear', 3), [1, 2])
  t.strictSame(await repository.list(), [{ name: 'linear', versions: [1, 2] }])
  t.strictSame(await entries(join(root, 'linear')), ['.removed-3', '1', '2'])
  t.equal(await readFile(join(root, 'linear', '1', 'model.json'), 'utf8'), card)
  await repository.open('linear')
  await publishLinearModel(root, { name: 'linear' })
  t.strictSame(await repository.list(), [{ name: 'linear', versions: [1, 2, 4] }])
})

t.test('the last one goes too; the name is free, the number is not', async t => {
  const root = t.testdir()
  const repository = await repositoryOf(root, 1)
  t.strictSame(await repository.unpublish('linear', 1), [])
  t.strictSame(await repository.list(), [])
  await t.rejects(repository.open('linear'), { code: 'PVAE_MODEL_NOT_FOUND' })
  await publishLinearModel(root, { name: 'linear' })
  t.strictSame(await repository.list(), [{ name: 'linear', versions: [2] }])
})

t.test('a damaged version can be removed, and what a removal that was killed has left goes along', async t => {
  const root = t.testdir()
  const repository = await repositoryOf(root, 2)
  await writeFile(join(root, 'linear', '2', 'model.json'), '{')
  await mkdir(join(root, 'linear', '.removing-9-killed', 'report'), { recursive: true })
  t.strictSame(await repository.unpublish('linear', 2), [1])
  t.strictSame(await entries(join(root, 'linear')), ['.removed-2', '1'])
})

t.test('of a link, the link goes and not what it leads to', async t => {
  const root = t.testdir({ elsewhere: { 'model.json': 'kept' }, models: { linear: {} } })
  await symlink(join(root, 'elsewhere'), join(root, 'models', 'linear', '1'))
  t.strictSame(await openRepository(join(root, 'models')).unpublish('linear', 1), [])
  t.equal(await readFile(join(root, 'elsewhere', 'model.json'), 'utf8'), 'kept')
})

t.test('what is no version of a model is refused, and stays', async t => {
  const root = t.testdir({ models: { linear: { notes: { 'a.txt': '' } }, '.hidden': { 1: {} } }, outside: { 1: {} } })
  const repository = await repositoryOf(join(root, 'models'), 1)
  for (const [name, version, code] of [
    ['linear', 2, 'PVAE_VERSION_NOT_FOUND'],
    ['linear', 0, 'PVAE_VERSION_NOT_FOUND'],
    ['linear', NaN, 'PVAE_VERSION_NOT_FOUND'],
    ['other', 1, 'PVAE_MODEL_NOT_FOUND'],
    ['../outside', 1, 'PVAE_MODEL_NOT_FOUND'],
    ['.hidden', 1, 'PVAE_MODEL_NOT_FOUND'],
    ['', 1, 'PVAE_MODEL_NOT_FOUND'],
  ] as const) {
    await t.rejects(repository.unpublish(name, version), { code }, `${name} ${version}`)
  }
  t.strictSame(await entries(join(root, 'models', 'linear')), ['1', 'notes'])
  t.strictSame(await entries(join(root, 'outside')), ['1'])
})

t.test('a service goes on with the version until it looks again', async t => {
  const { app, models, root } = await startService(t, {
    prepare: root => publishLinearModel(root, { version: 2, seed: 2 }),
  })
  const decode = async (path: string) =>
    (await app.inject({ method: 'POST', url: `/v1/models/linear${path}/decode`, payload: { latents: [[0, 0, 0]] } }))
      .statusCode
  const served = async () => (await app.inject('/v1/models/linear')).json<{ version: number }>().version
  await openRepository(root).unpublish('linear', 2)
  t.equal(await served(), 2)
  t.equal(await decode('/versions/2'), 200)
  await models.reload()
  t.equal(await served(), 1)
  t.equal(await decode('/versions/2'), 404)
  t.equal(await decode(''), 200)
})
