import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository } from '@partition-vae/models'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry } from '../../../server/inference/registry.js'
import { cudaProblem, type ProviderPreference } from '../../../server/inference/session.js'
import { createLinearModel, draftLinearModel, publishLinearModel } from '../../helpers/linear-model.js'
import { createLog, temporaryFolder, WORKER, type Scope } from '../service.js'

async function open (t: Scope, root: string, provider: ProviderPreference = 'auto') {
  const log = createLog()
  const registry = await createRegistry({ repository: openRepository(root), pool: createPool({ workers: 2, log, entry: WORKER }), provider, log })
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
