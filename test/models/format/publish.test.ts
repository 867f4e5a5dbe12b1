import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openRepository, type ModelDraft } from '@partition-vae/models'
import { createLinearModel, draftLinearModel, publishLinearModel } from '../../helpers/linear-model.js'
import { faultOf } from './fault.js'

const model = createLinearModel()
const draft = await draftLinearModel(model)

t.test('a version is a folder of exactly these files', async t => {
  const root = join(t.testdir(), 'new/repository')
  const started = new Date().toISOString()
  const report = new Map<string, string | Uint8Array>([
    ['index.html', '<p>π</p>'],
    ['figures/loss.png', Uint8Array.of(1, 2)],
    ['figures/deep/a b.txt', ''],
  ])
  const published = await openRepository(root).publish({ ...draft, report })
  t.strictSame(published, { name: 'linear', version: 1, directory: join(root, 'linear/1') })
  const files = await readdir(published.directory, { recursive: true, withFileTypes: true })
  const paths = files
    .filter(file => file.isFile())
    .map(file => join(file.parentPath, file.name).slice(published.directory.length + 1))
  t.strictSame(paths.sort(), [
    'decoder.onnx',
    'encoder.onnx',
    'golden.json',
    'model.json',
    'report/figures/deep/a b.txt',
    'report/figures/loss.png',
    'report/index.html',
  ])
  t.equal(await readFile(join(published.directory, 'report/index.html'), 'utf8'), '<p>π</p>')
  t.strictSame(await readFile(join(published.directory, 'report/figures/loss.png')), Buffer.of(1, 2))
  t.strictSame(await readdir(join(root, 'linear')), ['1'], 'no temporary folder stays')
  const { card } = await openRepository(root).open('linear')
  t.ok(card.createdAt >= started, card.createdAt)
  t.ok(card.createdAt <= new Date().toISOString(), card.createdAt)
})

t.test('numbers go up from the highest; a given number and date are kept', async t => {
  const root = t.testdir({ linear: { 8: 'a file takes a number too', '.tmp-20-x': {} } })
  const repository = openRepository(root)
  t.equal((await repository.publish(draft)).version, 9)
  t.equal((await repository.publish({ ...draft, version: 5 })).version, 5)
  const { report, ...bare } = draft
  const dated = await repository.publish({ ...bare, card: { ...draft.card, createdAt: '2020-02-02T00:00:00Z' } })
  t.equal(dated.version, 10)
  const { card, directory } = await repository.open('linear')
  t.equal(card.createdAt, '2020-02-02T00:00:00Z')
  t.notOk((await readdir(directory)).includes('report'))
})

t.test('a version is immutable', async t => {
  const root = t.testdir({ linear: { 2: {} } })
  const first = await publishLinearModel(root, { version: 1 })
  const expected = { code: 'PVAE_VERSION_EXISTS', field: 'version', expected: 'a version that does not exist yet' }
  t.strictSame(await faultOf(() => openRepository(root).publish({ ...draft, version: 1 })), { ...expected, found: '1' })
  t.strictSame(
    await faultOf(() => openRepository(root).publish({ ...draft, version: 2 })),
    { ...expected, found: '2' },
    'not even an empty folder'
  )
  t.strictSame(await readdir(join(root, 'linear/2')), [])
  t.strictSame((await openRepository(root).open('linear', 1)).card, first.card)
  t.strictSame(await readdir(join(root, 'linear')), ['1', '2'])
})

t.test('publishers at once each get a number, or one of them the one they all ask for', async t => {
  const root = t.testdir()
  const published = await Promise.all(Array.from({ length: 6 }, () => openRepository(root).publish(draft)))
  t.strictSame(published.map(({ version }) => version).sort(), [1, 2, 3, 4, 5, 6])
  for (const { version } of published) {
    t.equal((await openRepository(root).open('linear', version)).card.version, version)
  }
  const outcomes = await Promise.allSettled(
    Array.from({ length: 4 }, () => openRepository(root).publish({ ...draft, version: 9 }))
  )
  t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') {
      t.match(outcome.reason, { code: 'PVAE_VERSION_EXISTS', field: 'version', found: '9' })
    }
  }
  t.strictSame(
    (await readdir(join(root, 'linear'))).sort(),
    ['1', '2', '3', '4', '5', '6', '9'],
    'and no temporary folder stays'
  )
})

t.test('what a reader would refuse is not published, and leaves nothing behind', async t => {
  const root = t.testdir()
  const repository = openRepository(root)
  const other = createLinearModel({ partitions: [{ name: 'a', size: 4 }] })
  const { latentStatistics } = draft.card
  const cases: Array<[string, Partial<ModelDraft>, object]> = [
    [
      'card',
      { card: { ...draft.card, latentSize: 4 } },
      { code: 'PVAE_CARD_INVALID', field: 'latentSize', expected: '3 (the sum of the partition sizes)', found: '4' },
    ],
    [
      'NaN, which JSON writes as null',
      { card: { ...draft.card, latentStatistics: { ...latentStatistics, mean: [0, NaN, 0] } } },
      { code: 'PVAE_CARD_INVALID', field: 'latentStatistics.mean[1]', expected: 'a number', found: 'null' },
    ],
    [
      'date',
      { card: { ...draft.card, createdAt: 'today' } },
      { code: 'PVAE_CARD_INVALID', field: 'createdAt', found: '"today"' },
    ],
    [
      'encoder',
      { encoder: other.encoder },
      { code: 'PVAE_GRAPH_INVALID', field: 'outputs.mean.dims', expected: '[N, 3]', found: '[N, 4]' },
    ],
    [
      'decoder',
      { decoder: new Uint8Array(0) },
      { code: 'PVAE_GRAPH_INVALID', field: 'graph', expected: 'a graph', found: 'nothing' },
    ],
    [
      'golden',
      { golden: { ...draft.golden, examples: [] } },
      { code: 'PVAE_GOLDEN_INVALID', field: 'examples', found: '[]' },
    ],
    [
      'name',
      { card: { ...draft.card, name: '../up' } },
      {
        code: 'PVAE_INVALID_PARAMETER',
        field: 'card.name',
        expected: 'text matching ^[a-z0-9][a-z0-9-]{0,63}$',
        found: '"../up"',
      },
    ],
    [
      'version',
      { version: 0 },
      { code: 'PVAE_INVALID_PARAMETER', field: 'version', expected: 'an integer ≥ 1', found: '0' },
    ],
    ['version', { version: 1.5 }, { code: 'PVAE_INVALID_PARAMETER', field: 'version', found: '1.5' }],
  ]
  for (const [name, change, expected] of cases) {
    t.match(await faultOf(() => repository.publish({ ...draft, ...change })), expected, name)
  }
  for (const path of ['../model.json', '/etc/x', 'a/../../b', '', 'a//b', './a', 'a\\b', 'C:x', 'a\0', 'a/']) {
    t.strictSame(await faultOf(() => repository.publish({ ...draft, report: new Map([[path, '']]) })), {
      code: 'PVAE_INVALID_PARAMETER', field: 'report', expected: 'paths inside report/', found: JSON.stringify(path),
    })
  }
  t.strictSame(await faultOf(() => repository.publish({ ...draft, report: new Map([['a/b', ''], ['a', '']]) })), {
    code: 'PVAE_INVALID_PARAMETER', field: 'report', expected: 'a file or a folder at a, not both', found: '"a"',
  })
  t.strictSame(await readdir(root), [])
})

t.test('a repository that cannot be written to is refused with the cause', async t => {
  const root = t.testdir({ file: '', linear: 'a file', link: {} })
  const mismatch = {
    code: 'PVAE_REPOSITORY_UNWRITABLE',
    field: 'the model repository',
    expected: 'a folder that can be written to',
  }
  t.strictSame(await faultOf(() => openRepository(root).publish(draft)), { ...mismatch, found: 'ENOTDIR' })
  t.strictSame(await faultOf(() => openRepository(root).publish({ ...draft, version: 1 })), {
    ...mismatch,
    found: 'EEXIST',
  })
  t.strictSame(await faultOf(() => openRepository(join(root, 'file')).publish({ ...draft, version: 1 })), {
    ...mismatch,
    found: 'ENOTDIR',
  })
  const long = new Map([['x'.repeat(300), '']])
  const target = join(root, 'link')
  t.strictSame(await faultOf(() => openRepository(target).publish({ ...draft, report: long })), {
    ...mismatch,
    found: 'ENAMETOOLONG',
  })
  t.strictSame(await readdir(join(target, 'linear')), [], 'what was written before the failure is removed')
})

/** Runs a module of TypeScript in a process of its own, with the same loader as this one. */
function runModule (source: string, shell: (node: string) => string) {
  const node = ['--conditions=partition-vae-source', '--import=tsx', '--input-type=module'].join(' ')
  return spawn('sh', ['-c', shell(`"${process.execPath}" ${node} -`)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  }).on('spawn', function (this: ReturnType<typeof spawn>) {
    this.stdin!.end(source)
  })
}

const publisher = (root: string, report: string) => `
  process.on('SIGXFSZ', () => {}) // Node ignores it, the test runner's hooks into child processes would end the process
  import { openRepository } from '@partition-vae/models'
  import { createLinearModel, draftLinearModel } from ${JSON.stringify(new URL('../../helpers/linear-model.ts', import.meta.url).href)}
  const draft = await draftLinearModel(createLinearModel())
  const outcome = await openRepository(${JSON.stringify(root)}).publish({ ...draft, report: ${report} }).catch(error => error)
  console.log(JSON.stringify(outcome))
`

t.test('a disk that takes no ' +
  'more', { skip: process.platform === 'win32' && 'needs the shell\'s limit of a file\'s size' }, async t => {
  const root = t.testdir()
  await publishLinearModel(root)
  const report = "new Map([['big.bin', new Uint8Array(4 << 20)]])"
  const child = runModule(publisher(root, report), node => `ulimit -f 2048; exec ${node}`) // blocks of 512 bytes: 1 MiB
  const output = await child.stdout.toArray()
  t.match(JSON.parse(Buffer.concat(output).toString()), {
    code: 'PVAE_REPOSITORY_UNWRITABLE',
    field: 'the model repository',
    found: 'EFBIG',
  })
  t.strictSame(await readdir(join(root, 'linear')), ['1'], 'the version before is still there, and nothing else')
})

t.test('a publisher that is killed leaves no version, and is in nobody\'s way', async t => {
  const root = t.testdir()
  const directory = join(root, 'linear')
  await mkdir(directory)
  const report = 'new Map(Array.from({ length: 5_000 }, (_, i) => [String(i), "text"]))'
  const child = runModule(publisher(root, report), node => `exec ${node}`)
  const exited = once(child, 'exit')
  const written = async () => (await readdir(directory, { recursive: true })).length
  // Some of its files, and far from all.
  while (await written() < 20 && child.exitCode === null) await delay(5)
  child.kill('SIGKILL')
  t.strictSame(await exited, [null, 'SIGKILL'])
  const [stale, ...others] = await readdir(directory)
  t.match(stale, /^\.tmp-1-/)
  t.strictSame(others, [])
  const repository = openRepository(root)
  t.strictSame(await repository.list(), [])
  t.equal((await repository.publish(draft)).version, 1)
  t.strictSame(await repository.list(), [{ name: 'linear', versions: [1] }])
})

t.test('a reader never sees part of a version', async t => {
  const root = t.testdir()
  const repository = openRepository(root)
  await repository.publish(draft)
  const progress = { isDone: false }
  const written = (async () => {
    for (let i = 0; i < 5; i++) await repository.publish(draft)
  })().finally(() => { progress.isDone = true })
  const seen: number[] = []
  do seen.push((await repository.open('linear')).card.version)
  while (!progress.isDone)
  await written
  t.strictSame(seen, seen.toSorted((a, b) => a - b), 'newer and newer')
  t.equal((await repository.open('linear')).card.version, 6)
  await writeFile(join(root, 'note.txt'), 'files beside the models are passed over')
  t.strictSame((await repository.list())[0]!.versions, [1, 2, 3, 4, 5, 6])
})
