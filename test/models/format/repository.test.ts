import t from 'tap'
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openRepository, type Card } from '@partition-vae/models'
import { createHash } from 'node:crypto'
import { createLinearModel, publishLinearModel } from '../../helpers/linear-model.js'
import { faultOf } from './fault.js'

t.test('list gives models and versions in order, and passes over everything else', async t => {
  const root = t.testdir({
    'README.md': 'text',
    zeta: { 2: {}, 10: {}, 1: {}, '.tmp-11-abc': {}, '01': {}, 0: {}, 1.5: {}, latest: {}, 3: 'a file' },
    alpha: { 7: {} },
    empty: { '.tmp-1-abc': {} },
    Upper: { 1: {} },
    '.hidden': { 1: {} },
    under_score: { 1: {} },
  })
  await symlink(join(root, 'alpha/7'), join(root, 'alpha/8'))
  await symlink(join(root, 'nowhere'), join(root, 'alpha/9'))
  await symlink(join(root, 'alpha'), join(root, 'linked'))
  t.strictSame(await openRepository(root).list(), [
    { name: 'alpha', versions: [7, 8] }, { name: 'linked', versions: [7, 8] }, { name: 'zeta', versions: [1, 2, 10] },
  ])
})

t.test('a root that is missing, or no folder', async t => {
  const root = t.testdir({ file: '' })
  const code = 'PVAE_REPOSITORY_UNREADABLE'
  const mismatch = { code, field: 'the model repository', expected: 'a readable folder' }
  t.strictSame(await faultOf(() => openRepository(join(root, 'missing')).list()), { ...mismatch, found: 'ENOENT' })
  t.strictSame(await faultOf(() => openRepository(join(root, 'file')).list()), { ...mismatch, found: 'ENOTDIR' })
  t.strictSame(await faultOf(() => openRepository(join(root, 'missing')).open('linear')), {
    ...mismatch,
    found: 'ENOENT',
  })
})

t.test('open reads what was published, by default the highest version', async t => {
  const root = t.testdir()
  const first = await publishLinearModel(root, { seed: 1 })
  const second = await publishLinearModel(root, { seed: 2, labels: { style: 'Slant' } })
  const repository = openRepository(root)
  t.equal(repository.root, root)
  const model = await repository.open('linear')
  t.equal(model.card.version, 2)
  t.equal(model.directory, join(root, 'linear/2'))
  t.equal(model.card.partitions[1]!.label, 'Slant')
  t.strictSame(model.card, second.card)
  t.strictSame(model.golden, second.golden)
  t.strictSame(model.encoder, new Uint8Array(await readFile(join(model.directory, 'encoder.onnx'))))
  t.strictSame(model.decoder, new Uint8Array(await readFile(join(model.directory, 'decoder.onnx'))))
  t.strictSame((await repository.open('linear', 1)).card, first.card)
})

t.test('models and versions that are not there', async t => {
  const root = t.testdir()
  const repository = openRepository(root)
  t.strictSame(await faultOf(() => repository.open('linear')), {
    code: 'PVAE_MODEL_NOT_FOUND', field: 'model', expected: 'a model (the repository is empty)', found: '"linear"',
  })
  await publishLinearModel(root, { name: 'a' })
  await publishLinearModel(root, { name: 'b', version: 3 })
  for (const name of ['c', '../a', 'a/1', '', '__proto__']) {
    t.strictSame(await faultOf(() => repository.open(name)), {
      code: 'PVAE_MODEL_NOT_FOUND', field: 'model', expected: 'one of a, b', found: JSON.stringify(name),
    })
  }
  for (const version of [1, 0, -1, 1.5, NaN]) {
    t.strictSame(await faultOf(() => repository.open('b', version)), {
      code: 'PVAE_VERSION_NOT_FOUND', field: 'version', expected: 'one of 3', found: String(version),
    })
  }
})

t.test('a damaged version is refused by name of the fault, and others still open', async t => {
  /** Publishes a version, damages its folder, and gives what opening it is refused with. */
  async function refusal (name: string, damage: (directory: string, card: Card) => Promise<void>) {
    const { directory, card } = await publishLinearModel(root, { name })
    await damage(directory, card)
    return faultOf(() => repository.open(name))
  }
  const root = t.testdir()
  const repository = openRepository(root)
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
  const writeCard = (directory: string, card: unknown) => writeFile(join(directory, 'model.json'), JSON.stringify(card))
  /** Puts other bytes in a graph's place, and their hash in the card. */
  async function replaceGraph (directory: string, card: Card, role: 'encoder' | 'decoder', bytes: Uint8Array) {
    const entry = { ...card.files[role], sha256: sha256(bytes), bytes: bytes.length }
    await writeFile(join(directory, card.files[role].path), bytes)
    await writeCard(directory, { ...card, files: { ...card.files, [role]: entry } })
  }

  await t.test('a tampered file', async t => {
    const fault = await refusal('tampered', async (directory, card) => {
      const path = join(directory, 'decoder.onnx')
      const bytes = await readFile(path)
      bytes[bytes.length >> 1]! ^= 1
      await writeFile(path, bytes)
      t.not(sha256(bytes), card.files.decoder.sha256)
    })
    t.match(fault, {
      code: 'PVAE_HASH_MISMATCH',
      field: 'files.decoder.sha256',
      expected: /^[0-9a-f]{64}$/,
      found: /^[0-9a-f]{64}$/,
    })
    t.not(fault.expected, fault.found)
  })

  await t.test('a truncated graph', async t => {
    let length = 0
    const truncate = async (directory: string) => {
      const bytes = await readFile(join(directory, 'encoder.onnx'))
      length = bytes.length
      await writeFile(join(directory, 'encoder.onnx'), bytes.subarray(0, 500))
    }
    t.strictSame(await refusal('truncated', truncate), {
      code: 'PVAE_HASH_MISMATCH', field: 'files.encoder.bytes', expected: String(length), found: '500',
    })
    const rehashed = await refusal('truncated-rehashed', async (directory, card) => {
      await replaceGraph(directory, card, 'encoder', (await readFile(join(directory, 'encoder.onnx'))).subarray(0, 500))
    })
    t.match(rehashed, {
      code: 'PVAE_GRAPH_INVALID',
      field: 'the file',
      expected: 'an ONNX model',
      found: /^500 bytes that do not parse/,
    })
  })

  await t.test('a card that contradicts its graph', async t => {
    const other = createLinearModel({ partitions: [{ name: 'a', size: 5 }] })
    t.strictSame(
      await refusal('latents', (directory, card) => replaceGraph(directory, card, 'encoder', other.encoder)),
      {
        code: 'PVAE_GRAPH_INVALID',
        field: 'outputs.mean.dims',
        expected: '[N, 3]',
        found: '[N, 5]',
      }
    )
    const wide = createLinearModel({ image: { height: 6, width: 8, channels: 1 } })
    t.strictSame(await refusal('pixels', (directory, card) => replaceGraph(directory, card, 'decoder', wide.decoder)), {
      code: 'PVAE_GRAPH_INVALID', field: 'outputs.image.dims', expected: '[N, 1, 6, 4]', found: '[N, 1, 6, 8]',
    })
    const stranger = await publishLinearModel(root, { name: 'stranger', seed: 9 })
    t.strictSame(
      await refusal('metadata', (directory, card) => replaceGraph(directory, card, 'encoder', stranger.encoder)),
      {
        code: 'PVAE_GRAPH_INVALID',
        field: 'metadata.name',
        expected: 'metadata',
        found: 'stranger',
      }
    )
  })

  await t.test('a card of another folder, or none at all', async t => {
    t.strictSame(await refusal('renamed', async directory => rename(directory, join(directory, '../7'))), {
      code: 'PVAE_CARD_INVALID', field: 'version', expected: "7 (the folder's name)", found: '1',
    })
    t.strictSame(await refusal('copied', (directory, card) => writeCard(directory, { ...card, name: 'original' })), {
      code: 'PVAE_CARD_INVALID', field: 'name', expected: '"copied" (the folder\'s name)', found: '"original"',
    })
    t.match(await refusal('half-card', async (directory, card) => {
      await writeFile(join(directory, 'model.json'), JSON.stringify(card).slice(0, 300))
    }), { code: 'PVAE_CARD_INVALID', field: 'the card', expected: 'JSON' })
  })

  await t.test('a half-written version', async t => {
    for (const file of ['model.json', 'encoder.onnx', 'decoder.onnx', 'golden.json']) {
      const fault = await refusal(`without-${file.replace('.', '-')}`, directory => rm(join(directory, file)))
      t.strictSame(fault, { code: 'PVAE_VERSION_INCOMPLETE', field: file, expected: 'a file', found: 'nothing' })
    }
    const fault = await refusal('folder', async directory => {
      await rm(join(directory, 'golden.json'))
      await mkdir(join(directory, 'golden.json'))
    })
    t.strictSame(fault, {
      code: 'PVAE_VERSION_INCOMPLETE',
      field: 'golden.json',
      expected: 'a file',
      found: 'a folder',
    })
    await mkdir(join(root, 'nothing/1'), { recursive: true })
    t.match(await faultOf(() => repository.open('nothing')), { code: 'PVAE_VERSION_INCOMPLETE', field: 'model.json' })
  })

  await t.test('a file that cannot be read', async t => {
    const fault = await refusal('loop', async directory => {
      await rm(join(directory, 'golden.json'))
      await symlink('golden.json', join(directory, 'golden.json'))
    })
    t.strictSame(fault, {
      code: 'PVAE_REPOSITORY_UNREADABLE',
      field: 'golden.json',
      expected: 'a readable file',
      found: 'ELOOP',
    })
  })

  await t.test('golden examples of another model', async t => {
    const fault = await refusal('golden', async directory => {
      const golden = JSON.parse(await readFile(join(directory, 'golden.json'), 'utf8'))
      golden.examples[1].mean.push(0)
      await writeFile(join(directory, 'golden.json'), JSON.stringify(golden))
    })
    t.strictSame(fault, {
      code: 'PVAE_GOLDEN_INVALID',
      field: 'examples[1].mean',
      expected: '3 numbers',
      found: '4 numbers',
    })
  })

  const whole = await publishLinearModel(root, { name: 'whole' })
  t.strictSame((await repository.open('whole')).card, whole.card)
})
