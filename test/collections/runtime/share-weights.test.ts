import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { checkGolden, openRepository } from '@partition-vae/models'
import { cudaProblem, openGraphs } from '../../../collections/runtime/index.js'
import { shareWeights } from '../../../collections/runtime/share-weights.js'

const repository = openRepository(fileURLToPath(new URL('../../../models/repository', import.meta.url)))
const { card, encoder, decoder, golden } = await repository.open('mnist')
const source = { card, encoder, decoder, provider: 'cpu' } as const

t.test('graphs whose weights are in files give what they gave', async t => {
  const folder = join(t.testdir(), 'weights')
  const shared = await shareWeights(source, folder)
  t.strictSame(readdirSync(folder).sort(), ['decoder.weights', 'encoder.weights'], 'and nothing else is left')
  t.equal(statSync(folder).mode & 0o077, 0, 'nobody else can write them')
  t.strictSame(shared!.weights?.files, readdirSync(folder).map(name => join(folder, name)))
  t.ok(shared!.weights!.bytes > 0.9 * (encoder.length + decoder.length), 'all that is large')
  t.ok(shared!.encoder.length + shared!.decoder.length < encoder.length / 10, 'what is left of the graphs is small')
  const own = await openGraphs(source)
  const mapped = await openGraphs(shared!)
  t.teardown(() => Promise.all([own.release(), mapped.release()]))
  rmSync(folder, { recursive: true })
  await checkGolden(golden, card, mapped.graphs, 'mnist') // also once its files are gone
  const image = Float32Array.from({ length: 5 * 28 * 28 }, (_, i) => (i * 37 % 256) / 255) // [5, 1, 28, 28]
  t.strictSame(await mapped.graphs.encode(image, 5), await own.graphs.encode(image, 5), 'to the last bit')
})

t.test('every model that ships runs on mapped weights, wherever in the file they lie', async t => {
  for (const { name } of await repository.list()) {
    const { directory: _, ...model } = await repository.open(name)
    const mapped = await openGraphs((await shareWeights({ ...model, provider: 'cpu' }, join(t.testdir(), name)))!)
    t.teardown(() => mapped.release())
    await checkGolden(model.golden, model.card, mapped.graphs, name)
    // Matrix products of one row and of many take their weights in other ways.
    for (const rows of [1, 32]) {
      const drawn = await mapped.graphs.decode(new Float32Array(rows * model.card.latentSize), rows)
      t.ok(drawn.every(Number.isFinite), `${name}, ${rows} rows`)
    }
  }
})

t.test('a graph whose weights are not there is refused', async t => {
  const folder = join(t.testdir(), 'weights')
  const shared = await shareWeights(source, folder)
  rmSync(folder, { recursive: true })
  await t.rejects(openGraphs(shared!), /weights/)
})

t.test('bytes that are no graph are an error of the runtime', async t => {
  const broken = { ...source, decoder: Uint8Array.of(1, 2, 3) }
  await t.rejects(shareWeights(broken, join(t.testdir(), 'weights')), /protobuf/i)
})

t.test('a GPU has memory of its own', async t => {
  if (cudaProblem() !== undefined) {
    t.ok(await shareWeights({ ...source, provider: 'auto' }, join(t.testdir(), 'auto')), 'it will run on the CPU')
    return
  }
  const folder = join(t.testdir(), 'cuda')
  t.equal(await shareWeights({ ...source, provider: 'auto' }, folder), undefined)
  t.notOk(existsSync(folder))
})
