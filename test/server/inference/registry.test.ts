import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository, type Repository } from '@partition-vae/models'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry, type ModelRegistry, type RegistryOptions } from '../../../server/inference/registry.js'
import { cudaProblem, type ProviderPreference } from '../../../server/inference/session.js'
import { createLinearModel, draftLinearModel, publishLinearModel } from '../../helpers/linear-model.js'
import { createLog, temporaryFolder, WORKER, type Scope } from '../service.js'

async function open (t: Scope, root: string, provider: ProviderPreference = 'auto', options: Partial<RegistryOptions> = {}) {
  const log = createLog()
  const registry = await createRegistry({ repository: openRepository(root), pool: createPool({ workers: 2, log, ...WORKER }), provider, log, ...options })
  t.teardown(() => registry.close())
  return { log, registry }
}

t.test('all versions of all models are served, the highest by default', async t => {
  const root = await temporaryFolder(t)
  for (const version of [1, 2, 10]) await publishLinearModel(root, { name: 'one', version })
  await publishLinearModel(root, { name: 'two' })
  const { registry } = await open(t, root)
  t.ok(registry.ready)
  t.strictSame(registry.list().map(({ name, versions }) => [name, versions.map(({ card }) => card.version)]), [['one', [1, 2, 10]], ['two', [1]]])
  t.equal(registry.get('one').card.version, 10)
  t.equal(registry.get('one', 2).card.version, 2)
  t.equal(registry.get('one').executionProvider, 'cpu')
  t.throws(() => registry.get('three'), { code: 'PVAE_MODEL_NOT_FOUND', message: 'expected one of one, two for model but received "three"' })
  t.throws(() => registry.get('one', 3), { code: 'PVAE_VERSION_NOT_FOUND', message: 'expected one of 1, 2, 10 for version of one but received 3' })
  registry.drain()
  t.notOk(registry.ready)
})

t.test('a version that is refused is named with its reason; the others serve', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root, { name: 'good' })
  const tampered = await publishLinearModel(root, { name: 'good', version: 2 })
  const file = join(tampered.directory, 'decoder.onnx')
  const bytes = await readFile(file)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(file, bytes)
  // Whole by its hashes, but its graphs compute something else than its golden examples.
  const { golden, ...draft } = await draftLinearModel(createLinearModel(), { name: 'wrong' })
  const other = createLinearModel({ seed: 2 })
  await openRepository(root).publish({ ...draft, golden, encoder: other.encoder, decoder: other.decoder })
  const { log, registry } = await open(t, root)
  t.ok(registry.ready)
  t.equal(registry.get('good').card.version, 1, 'the highest that is served')
  t.throws(() => registry.get('wrong'), { code: 'PVAE_MODEL_NOT_FOUND' })
  t.match(log.lines.filter(({ level }) => level === 'error'), [
    { details: { model: 'good', version: 2, code: 'PVAE_HASH_MISMATCH', reason: { field: 'files.decoder.sha256' } }, message: /^model refused: good\/2/ },
    { details: { model: 'wrong', version: 1, code: 'PVAE_GOLDEN_INVALID' }, message: /^model refused: wrong\/1.*examples\[\d\]/ },
  ])
})

t.test('an empty repository is not ready, one that is not there is an error', async t => {
  const root = await temporaryFolder(t)
  const { log, registry } = await open(t, root)
  t.notOk(registry.ready)
  t.match(log.lines, [{ level: 'error', details: { repository: root } }])
  t.throws(() => registry.get('mnist'), { code: 'PVAE_MODEL_NOT_FOUND', message: 'expected one of no models for model but received "mnist"' })
  await t.rejects(open(t, join(root, 'missing')), { code: 'PVAE_REPOSITORY_UNREADABLE' })
})

t.test('the provider is said once, with the reason where it is not the one asked for', { skip: cudaProblem() === undefined && 'CUDA is installed here' }, async t => {
  const root = await temporaryFolder(t)
  for (const version of [1, 2]) await publishLinearModel(root, { version })
  const lines = async (provider: ProviderPreference) => (await open(t, root, provider)).log.lines.filter(({ message }) => message.startsWith('execution provider'))
  t.match(await lines('cuda'), [{ level: 'warn', details: { reason: cudaProblem() }, message: 'execution provider: cpu, because cuda can not be used' }])
  for (const provider of ['auto', 'cpu'] as const) t.match(await lines(provider), [{ level: 'info', message: 'execution provider: cpu' }])
})

const versionsOf = (registry: ModelRegistry) => Object.fromEntries(registry.list().map(({ name, versions }) => [name, versions.map(({ card }) => card.version)]))

/** Flips a byte of a graph: the hash on the card is another then. */
async function corrupt (directory: string) {
  const file = join(directory, 'encoder.onnx')
  const bytes = await readFile(file)
  bytes[bytes.length >> 1]! ^= 1
  await writeFile(file, bytes)
}

t.test('reload: what is new is served, what is gone is not, what is bad changes nothing', async t => {
  const root = await temporaryFolder(t)
  const first = await publishLinearModel(root, { name: 'one' })
  const { log, registry } = await open(t, root, 'cpu', { retireAfter: 100 })
  const errors = () => log.lines.filter(({ level }) => level === 'error').map(({ message }) => message)
  const old = registry.get('one')
  const latents = new Float32Array(3)
  const draw = (model = registry.get('one')) => model.run('decode', { latents, arrangement: 'strip', format: 'png' })

  await publishLinearModel(root, { name: 'one', version: 2 })
  await publishLinearModel(root, { name: 'two' })
  const bad = await publishLinearModel(root, { name: 'one', version: 3 })
  await corrupt(bad.directory)
  await registry.reload()
  t.strictSame(versionsOf(registry), { one: [1, 2], two: [1] })
  t.equal(registry.get('one', 1), old, 'not loaded again')
  t.match(errors(), [/^model refused: one\/3/])
  await registry.reload({ retry: false })
  t.equal(errors().length, 1, 'said once')
  await registry.reload()
  t.equal(errors().length, 2, 'unless somebody asks')

  // Whole again: its files have changed, and are worth a look.
  await corrupt(bad.directory)
  await registry.reload({ retry: false })
  t.strictSame(versionsOf(registry), { one: [1, 2, 3], two: [1] })

  await rm(first.directory, { recursive: true })
  await rm(join(root, 'two'), { recursive: true })
  await registry.reload()
  t.strictSame(versionsOf(registry), { one: [2, 3] })
  t.throws(() => registry.get('two'), { code: 'PVAE_MODEL_NOT_FOUND' })
  t.equal((await draw(old)).files.length, 1, 'whoever has found it still gets his answer')
  // Comes back while the old one is still there: another one by the same name.
  await publishLinearModel(root, { name: 'one', version: 1 })
  await registry.reload()
  t.strictSame(versionsOf(registry), { one: [1, 2, 3] })
  while (await draw(old).then(() => true, () => false)) await new Promise(resolve => setTimeout(resolve, 10))
  await t.rejects(draw(old), { code: 'PVAE_INFERENCE_FAILED' }, 'unloaded')
  t.equal((await draw(registry.get('one', 1))).files.length, 1)
  t.equal(errors().length, 2)
})

t.test('reload: rather the old than nothing', async t => {
  const root = await temporaryFolder(t)
  const { directory } = await publishLinearModel(root, { name: 'one' })
  const { log, registry } = await open(t, root, 'cpu')
  const errors = () => log.lines.filter(({ level }) => level === 'error').map(({ message }) => message)
  const bad = await publishLinearModel(root, { name: 'one', version: 2 })
  await corrupt(bad.directory)
  await rm(directory, { recursive: true })
  await registry.reload()
  t.strictSame(versionsOf(registry), { one: [1] }, 'the only one that works')
  await rename(root, `${root}-away`)
  for (let i = 0; i < 2; i++) await registry.reload()
  t.strictSame(versionsOf(registry), { one: [1] })
  await mkdir(root)
  for (let i = 0; i < 2; i++) await registry.reload()
  t.strictSame(versionsOf(registry), { one: [1] })
  t.match(errors(), [/^model refused: one\/2/, /^the repository can not be read/, /^the repository is empty/])
  await rm(root, { recursive: true })
  await rename(`${root}-away`, root)
  registry.drain()
  await publishLinearModel(root, { name: 'one', version: 3 })
  await registry.reload()
  t.strictSame(versionsOf(registry), { one: [1] }, 'a service that closes loads nothing')
})

t.test('a selection is what is served; a watch sees what comes', async t => {
  const root = await temporaryFolder(t)
  for (const version of [1, 2]) await publishLinearModel(root, { name: 'one', version })
  await publishLinearModel(root, { name: 'two' })
  let listed = 0
  const real = openRepository(root)
  const repository: Repository = {
    ...real,
    list () {
      listed++
      return real.list()
    },
  }
  const { log, registry } = await open(t, root, 'cpu', { repository, selection: [{ name: 'one', version: 1 }, { name: 'three', version: undefined }], watch: 0.05 })
  t.strictSame(versionsOf(registry), { one: [1] })
  await publishLinearModel(root, { name: 'three' })
  while (registry.list().length < 2) await new Promise(resolve => setTimeout(resolve, 20))
  t.strictSame(versionsOf(registry), { one: [1], three: [1] })
  t.ok(listed > 1)
  t.match(log.lines.filter(({ level }) => level === 'error'), [{ message: 'models that are selected are not in the repository', details: { missing: ['three'] } }])
  t.equal(registry.queued, 0)
  t.notOk(registry.overloaded)
  await registry.close()
  const after = listed
  await new Promise(resolve => setTimeout(resolve, 150))
  t.equal(listed, after, 'closing ends it')
})
