import { mkdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { planarFromBytes } from '@partition-vae/models'
import { writeManifest, type Manifest } from '../../../../collections/rows/manifest.js'
import { writeShard } from '../../../../collections/rows/shard.js'
import { publishLinearModel } from '../../../helpers/linear-model.js'
import { pixelsOf, pngOf } from '../../../server/images.js'
import { cli } from '../cli-fixture.js'

/** A model, its example images as files, and the folder of their latents as `pvae encode` writes it. */
async function encoded (root: string) {
  const repository = join(root, 'repository')
  const model = await publishLinearModel(repository)
  const { card, images, image, latentSize } = model
  await mkdir(join(root, 'images'))
  const files = images.map((_, i) => `images/${i}.png`)
  for (const [i, file] of files.entries()) await writeFile(join(root, file), await pngOf(images[i]!, image))
  const latents = join(root, 'latents')
  await mkdir(join(latents, 'shards'), { recursive: true })
  await mkdir(join(latents, 'done'))
  const manifest: Manifest = {
    format: 'pvae-latents',
    formatVersion: 1,
    model: card.name,
    version: card.version,
    pixelRule: 2,
    encoderSha256: card.files.encoder.sha256,
    fit: 'contain',
    invert: false,
    latentSize,
    partitions: card.partitions.map(({ name, size }) => ({ name, size })),
    columns: ['mean', 'log_variance'],
    files: 'parquet',
    inputs: ['images'],
    root,
    images: images.length,
    shards: 2,
  }
  await writeManifest(latents, manifest)
  const means = images.map(bytes => model.encode(planarFromBytes(bytes, image), 1))
  const flat = (lists: Float32Array[]) => Float32Array.from(lists.flatMap(list => [...list]))
  for (const [shard, [from, to]] of [[0, 20], [20, images.length]].entries()) {
    await writeShard(latents, manifest, shard, {
      files: files.slice(from, to),
      mean: flat(means.slice(from, to).map(({ mean }) => mean)),
      logVariance: flat(means.slice(from, to).map(({ logVariance }) => logVariance)),
    }, [])
  }
  const run = (...argv: string[]) => cli(argv, { directory: root })
  const search = (...argv: string[]) => run('search', 'latents', ...argv, '--repository', repository)
  return { root, repository, model, latents, means: means.map(({ mean }) => mean), run, search }
}

t.test('pvae index and pvae search', async t => {
  const { root, model, means, run, search } = await encoded(t.testdir())
  const lines = model.images.map((_, i) => `images/${i}.png,${i % 2 === 0 ? 'even' : 'odd'},${i}`)
  await writeFile(join(root, 'known.csv'), ['filename,parity,number', ...lines].join('\n'))

  const made = await run('index', 'latents', '--metadata', 'known.csv')
  t.equal(made.stderr, '')
  t.equal(made.stdout, [
    'index   latents/index', 'rows    32, by linear@1', 'scales  data, posterior',
    'columns parity (text), number (number)', '',
  ].join('\n'))

  const found = await search('--like', 'images/7.png', '--partition', 'shape', '-k', '3')
  t.equal(found.stderr, '')
  const [heading, first, ...rest] = found.stdout.trimEnd().split('\n')
  t.match(heading, /^ *distance +shape +style {2}file$/)
  t.match(first, /images\/7\.png$/, 'a picture of the index is its own nearest')
  t.equal(rest.length, 2)

  const latent = { shape: [...means[7]!.slice(0, 2)], style: [...means[7]!.slice(2)] }
  const json = await search('--latent', JSON.stringify(latent), '--partition', 'shape', '--unlike', 'style',
    '--where', 'parity=odd,number<20', '--where', 'file!=images/7.png', '--scale', 'posterior', '--json')
  const { model: identity, scale, neighbours } = JSON.parse(json.stdout)
  t.strictSame([identity, scale], [{ name: 'linear', version: 1 }, 'posterior'])
  t.strictSame(
    neighbours.map(({ file }: { file: string }) => file).sort(),
    [1, 3, 5, 9, 11, 13, 15, 17, 19].map(i => `images/${i}.png`).sort()
  )
  for (const { distance, distances } of neighbours) t.equal(distance, distances.shape - 0.25 * distances.style)

  const sheet = await search('--like', 'images/7.png', '-k', '4', '--sheet', 'sheet.png')
  t.match(sheet.stdout, /sheet\.png\n$/)
  const { width, height, channels, bytes } = await pixelsOf(await readFile(join(root, 'sheet.png')))
  t.ok(width > 3 * height, 'the query and four neighbours in a row')
  const cell = (width - 4 * 2) / 5
  const beneath = (tile: number) => Array.from({ length: 13 }, (_, y) => {
    const start = ((height - 13 + y) * width + tile * (cell + 2)) * channels
    return [...bytes.subarray(start, start + cell * channels)].map(value => value < 128 ? '#' : '.').join('')
  }).join('\n')
  t.equal(new Set([0, 1, 2, 3, 4].map(beneath)).size, 5, 'each with its own words beneath')
  t.ok([0, 1, 2, 3, 4].every(tile => beneath(tile).includes('#')), 'and none without any')
})

t.test('bad searches', async t => {
  const { root, repository, latents, run, search } = await encoded(t.testdir())
  const refused = async (result: Promise<{ code: number, stderr: string }>, message: RegExp) => {
    const { code, stderr } = await result
    t.equal(code, 1, stderr)
    t.match(stderr, message)
  }
  await refused(search('--latent', '[0,0,0]'), /an index .*\(PVAE_INDEX_NOT_FOUND/s)
  t.equal((await run('index', 'latents')).code, 0)
  await refused(run('index', 'latents'), /no folder yet .* an index, which --force replaces \(PVAE_INDEX_EXISTS\)/)
  t.equal((await run('index', 'latents', '--force')).code, 0)
  await refused(search(), /expected --like or --latent for the query but received neither/)
  await refused(search('--like', 'a.png', '--latent', '[0,0,0]'), /but received both/)
  await refused(search('--like', 'nothing.png'), /no such file or folder: .*nothing\.png/)
  for (const text of ['{', '7', 'null', '{"shape": 1}', '["a"]']) {
    await refused(search('--latent', text), /JSON: an array of numbers, or an object of such arrays .* for --latent/)
  }
  await refused(search('--latent', '{"shap": [1, 2]}'), /one of shape, style .*\(PVAE_UNKNOWN_PARTITION/s)
  await refused(search('--latent', '[0,0,0]', '--partition', 'shap'), /did you mean "shape".*PVAE_UNKNOWN_PARTITION/)
  await refused(search('--latent', '[0,0,0]', '--weights', 'shape=0'), /at least one that is not zero/)
  await refused(search('--latent', '[0,0,0]', '--where', 'x=1'), /one of file for a column of where/)
  const nowhere = 'postgres://me:secret@127.0.0.1:1/photos'
  await refused(run('index', 'latents', '--table', 'x', '--force'), /expected --to with it for --table/)
  await refused(run('index', 'latents/index', '--to', nowhere), /127\.0\.0\.1:1\/photos failed.*PVAE_DATABASE_FAILED/)
  await refused(search('--latent', '[0,0,0]', '--from', nowhere), /127\.0\.0\.1:1\/photos failed.*PVAE_DATABASE_FAILED/)

  // The model's next version has another encoder; then the indexed version is gone.
  await publishLinearModel(repository, { seed: 5 })
  t.equal((await search('--like', 'images/7.png')).code, 0, 'the version of the index is there still')
  await cli(['unpublish', 'linear@1', '--force', '--repository', repository], { directory: root })
  await refused(search('--like', 'images/7.png'), /PVAE_VERSION_NOT_FOUND/)
  await truncate(join(latents, 'index', 'partitions', 'style.f32'), 3)
  await refused(search('--latent', '[0,0,0]'), /expected 128 bytes \(32 rows\) .*\(PVAE_INDEX_INVALID/s)
})
