import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { openRepository, PIXEL_RULE, type Repository } from '@partition-vae/models'
import { createPool } from '../../../server/inference/pool.js'
import { createRegistry, type ModelRegistry, type RegistryOptions } from '../../../server/inference/registry.js'
import type { ServedModel } from '../../../server/inference/served-model.js'
import type { SelectionEntry } from '../../../server/inference/selection.js'
import { cudaProblem, type ProviderPreference } from '../../../collections/runtime/session.js'
import { createLinearModel, draftLinearModel, publishLinearModel } from '../../helpers/linear-model.js'
import { until } from '../hold.js'
import { createLog, temporaryFolder, WORKER, type Scope } from '../service.js'

async function open (
  t: Scope,
  root: string,
  provider: ProviderPreference = 'auto',
  { workers = 1, ...options }: Partial<RegistryOptions> & { readonly workers?: number } = {}
) {
  const log = createLog()
  const registry = await createRegistry({
    repository: openRepository(root),
    pool: createPool({ workers, log, ...WORKER }),
    provider,
    log,
    ...options,
  })
  t.teardown(() => registry.close())
  return { log, registry }
}

t.test('all versions of all models are served, the highest by default', async t => {
  const root = await temporaryFolder(t)
  for (const version of [1, 2, 10]) await publishLinearModel(root, { name: 'one', version })
  await publishLinearModel(root, { name: 'two' })
  const { registry } = await open(t, root, 'auto', { workers: 2 })
  t.ok(registry.ready)
  t.strictSame(
    registry.list().map(({ name, versions }) => [name, versions.map(({ card }) => card.version)]),
    [
      ['one', [1, 2, 10]],
      ['two', [1]],
    ]
  )
  t.equal(registry.get('one').card.version, 10)
  t.equal(registry.get('one', 2).card.version, 2)
  t.equal(registry.get('one').executionProvider, 'cpu')
  t.throws(() => registry.get('three'), {
    code: 'PVAE_MODEL_NOT_FOUND',
    message: 'expected one of one, two for model but received "three"',
  })
  t.throws(() => registry.get('one', 3), {
    code: 'PVAE_VERSION_NOT_FOUND',
    message: 'expected one of 1, 2, 10 for version of one but received 3',
  })
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
  t.match(
    log.lines.filter(({ level }) => level === 'error'),
    [
      {
        details: { model: 'good', version: 2, code: 'PVAE_HASH_MISMATCH', reason: { field: 'files.decoder.sha256' } },
        message: /^model refused: good\/2/,
      },
      {
        details: { model: 'wrong', version: 1, code: 'PVAE_GOLDEN_INVALID' },
        message: /^model refused: wrong\/1.*examples\[\d\]/,
      },
    ]
  )
})

t.test('an empty repository is not ready, one that is not there is an error', async t => {
  const root = await temporaryFolder(t)
  const { log, registry } = await open(t, root)
  t.notOk(registry.ready)
  t.match(log.lines, [{ level: 'error', details: { repository: root } }])
  t.throws(() => registry.get('mnist'), {
    code: 'PVAE_MODEL_NOT_FOUND',
    message: 'expected one of no models for model but received "mnist"',
  })
  await t.rejects(open(t, join(root, 'missing')), { code: 'PVAE_REPOSITORY_UNREADABLE' })
})

t.test('the provider is said once, with the reason where it is not the one asked ' +
  'for', { skip: cudaProblem() === undefined && 'CUDA is installed here' }, async t => {
  const root = await temporaryFolder(t)
  for (const version of [1, 2]) await publishLinearModel(root, { version })
  const lines = async (provider: ProviderPreference) =>
    (await open(t, root, provider)).log.lines.filter(({ message }) => message.startsWith('execution provider'))
  t.match(await lines('cuda'), [
    {
      level: 'warn',
      details: { reason: cudaProblem() },
      message: 'execution provider: cpu, because cuda can not be used',
    },
  ])
  for (const provider of ['auto', 'cpu'] as const) {
    t.match(await lines(provider), [{ level: 'info', message: 'execution provider: cpu' }])
  }
})

const versionsOf = (registry: ModelRegistry) =>
  Object.fromEntries(registry.list().map(({ name, versions }) => [name, versions.map(({ card }) => card.version)]))

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
  const { log, registry } = await open(t, root, 'cpu', { workers: 2 })
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
  t.equal((await draw(registry.get('one', 1))).files.length, 1)
  t.equal(errors().length, 2)
})

t.test('what is no longer served is unloaded after a while, and nothing else is', async t => {
  const root = await temporaryFolder(t)
  const { directory } = await publishLinearModel(root, { name: 'one' })
  await publishLinearModel(root, { name: 'two' })
  const { registry } = await open(t, root, 'cpu', { retireAfter: 1 })
  const old = registry.get('one')
  const draw = (model: ServedModel) =>
    model.run('decode', { latents: new Float32Array(3), arrangement: 'strip', format: 'png' })
  await rm(directory, { recursive: true })
  await registry.reload()
  await until(() => draw(old).then(() => false, () => true))
  await t.rejects(draw(old), { code: 'PVAE_INFERENCE_FAILED' })
  await publishLinearModel(root, { name: 'one', version: 1 })
  await registry.reload()
  t.equal((await draw(registry.get('one', 1))).files.length, 1, 'one by the same name')
  t.equal((await draw(registry.get('two'))).files.length, 1)
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
  const { log, registry } = await open(t, root, 'cpu', {
    repository,
    selection: [
      { name: 'one', version: 1 },
      { name: 'three', version: undefined },
    ],
    watch: 0.05,
  })
  t.strictSame(versionsOf(registry), { one: [1] })
  await publishLinearModel(root, { name: 'three' })
  await until(() => registry.list().length === 2)
  t.strictSame(versionsOf(registry), { one: [1], three: [1] })
  t.ok(listed > 1)
  t.match(
    log.lines.filter(({ level }) => level === 'error'),
    [{ message: 'models that are selected are not in the repository', details: { missing: ['three'] } }]
  )
  t.equal(registry.queued, 0)
  t.notOk(registry.overloaded)
  await registry.close()
  const after = listed
  // Another that watches as often, and has looked several times since.
  let others = 0
  await open(t, root, 'cpu', { repository: { ...real, list: () => { others++; return real.list() } }, watch: 0.05 })
  await until(() => others > 4)
  t.equal(listed, after, 'closing ends it')
})

t.test('a selection that names what is not there ends the start, before anything is loaded; with a watch it may ' +
  'come', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root, { name: 'one' })
  const start = (selection: SelectionEntry[], watch?: number) =>
    open(t, root, 'cpu', { selection, ...(watch !== undefined && { watch }) })
  await t.rejects(start([{ name: 'oen', version: undefined }]), {
    name: 'SelectionError',
    message: 'expected one of one for PVAE_MODELS but received "oen" (did you mean "one"?)',
  })
  await t.rejects(
    start([
      { name: 'one', version: undefined },
      { name: 'one', version: 2 },
    ]),
    { message: 'expected one of 1 for the version of one in PVAE_MODELS but received 2' }
  )
  const { registry } = await start([{ name: 'one', version: undefined }, { name: 'one', version: 2 }], 3600)
  t.strictSame(versionsOf(registry), { one: [1] })
})

t.test('what is passed over is said once, with the reason', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root, { name: 'one' })
  for (const folder of ['ONE/1', 'one/v2']) await mkdir(join(root, folder), { recursive: true })
  const { log, registry } = await open(t, root, 'cpu')
  const warnings = () =>
    log.lines
      .filter(({ level, message }) => level === 'warn' && message.includes('passed over'))
      .map(({ message }) => message)
  const first = [
    'ONE/1 is passed over: expected lower-case letters, digits and hyphens, at most 64 for the name of a model but ' +
      'found "ONE"',
    'one/v2 is passed over: expected an integer from 1 without leading zeros for the name of a version but found "v2"',
  ]
  t.strictSame(warnings(), first)
  await mkdir(join(root, 'one', '003'))
  for (let i = 0; i < 2; i++) await registry.reload()
  t.strictSame(warnings(), [
    ...first,
    'one/003 is passed over: expected an integer from 1 without leading zeros for the name of a version but ' +
      'found "003"',
  ])
})

t.test('an error for what is not served says whether it is there, why it is not served, and what to do', async t => {
  const root = await temporaryFolder(t)
  for (const version of [1, 2]) await publishLinearModel(root, { name: 'one', version })
  await publishLinearModel(root, { name: 'other' })
  const broken = await publishLinearModel(root, { name: 'broken' })
  await corrupt(broken.directory)
  const selection = [{ name: 'one', version: 1 }, { name: 'broken', version: undefined }]
  const messageOf = async (registry: ModelRegistry, name: string, version?: number) => {
    try {
      registry.get(name, version)
      return 'served'
    } catch (error) {
      return (await registry.explain(error as Error)).message
    }
  }
  const selected = (await open(t, root, 'cpu', { selection })).registry
  t.equal(
    await messageOf(selected, 'other'),
    'expected one of one for model but received "other"; it is in the repository, but not among PVAE_MODELS'
  )
  t.equal(
    await messageOf(selected, 'one', 2),
    'expected one of 1 for version of one but received 2; it is in the repository, but not among PVAE_MODELS'
  )
  t.match(
    await messageOf(selected, 'broken'),
    /received "broken"; it is in the repository, but was refused when it was loaded: the log says why\. Once it is mended, send the service SIGHUP$/
  )
  t.equal(await messageOf(selected, 'oen'), 'expected one of one for model but received "oen" (did you mean "one"?)')
  for (const name of ['one:1', 'one@1']) {
    t.match(await messageOf(selected, name), /; version 1 of one is at \/v1\/models\/one\/versions\/1$/)
  }
  t.equal(await messageOf(selected, 'nothing'), 'expected one of one for model but received "nothing"')
  t.equal(await messageOf(selected, 'one', 9), 'expected one of 1 for version of one but received 9')
  const all = (await open(t, root, 'cpu')).registry
  const watching = (await open(t, root, 'cpu', { watch: 3600 })).registry
  await publishLinearModel(root, { name: 'late' })
  await publishLinearModel(root, { name: 'one', version: 3 })
  for (const [name, version] of [['late'], ['one', 3]] as const) {
    t.match(
      await messageOf(all, name, version),
      /; it is in the repository, but was published after the service had looked: send the service SIGHUP, or set PVAE_WATCH$/
    )
    t.match(
      await messageOf(watching, name, version),
      /; it is in the repository and will be loaded: PVAE_WATCH looks every 3600 s$/
    )
  }
  const foreign = new Error('foreign')
  t.equal(all.explain(foreign), foreign)
  await all.reload()
  t.equal(await messageOf(all, 'late'), 'served')
  const many = await Promise.all(Array.from({ length: 20 }, () => messageOf(all, 'broken')))
  t.equal(new Set(many).size, 1)
})

t.test('a model that was trained with another pixel rule is served, with a warning; one of the same ' +
  'without', async t => {
  const root = await temporaryFolder(t)
  await publishLinearModel(root, { name: 'before', pixelRule: null })
  await publishLinearModel(root, { name: 'now' })
  await publishLinearModel(root, { name: 'later', pixelRule: PIXEL_RULE + 1 })
  const { log, registry } = await open(t, root)
  t.equal(registry.get('before').card.pixelRule, undefined)
  const warnings = log.lines.filter(({ message }) => message.includes('pixel rule'))
  t.match(
    warnings.sort((a, b) => (a.message < b.message ? -1 : 1)),
    [
      {
        level: 'warn',
        details: { model: 'before', version: 1, pixelRule: 1, servedPixelRule: PIXEL_RULE },
        message: /trained with pixel rule 1, and is served with 2/,
      },
      { level: 'warn', details: { model: 'later', version: 1, pixelRule: PIXEL_RULE + 1 } },
    ]
  )
  t.equal(warnings.length, 2)
})
