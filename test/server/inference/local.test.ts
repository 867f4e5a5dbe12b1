import t from 'tap'
import { bytesFromPlanar, planarFromBytes, type Card } from '@partition-vae/models'
import { createLocalRunner } from '../../../server/inference/local.js'
import { createPool } from '../../../server/inference/pool.js'
import type { AnyTask, ModelSource } from '../../../server/inference/tasks.js'
import { createLinearModel, draftLinearModel } from '../../helpers/linear-model.js'
import { imageOf, pngOf } from '../images.js'
import { createLog, FRAGILE_WORKER, largestDifference } from '../service.js'
import { countSessions } from './sessions.js'

const model = createLinearModel()
const { card, encoder, decoder, golden } = await draftLinearModel(model)
const source: ModelSource = {
  key: 'linear/1',
  card: card as Card,
  encoder,
  decoder,
  golden: golden as ModelSource['golden'],
  provider: 'cpu',
}
const png = await pngOf(model.images[0]!, model.image)
const truth = model.encode(planarFromBytes(model.images[0]!, model.image), 1)
const encode = (...images: Uint8Array[]): Extract<AnyTask, { kind: 'encode' }> => ({
  kind: 'encode',
  images,
  fit: 'fill',
  invert: false,
  maxPixels: 1e6,
})
const decode: Extract<AnyTask, { kind: 'decode' }> = {
  kind: 'decode', latents: truth.mean, arrangement: 'strip', format: 'png',
}
const cpu = { executionProvider: 'cpu' } as const
const always = async () => new Set(['encode', 'decode'] as const)
const never = async () => new Set<never>()

t.test('takes one plain PNG of the model\'s size, or one latent, and nothing else', async t => {
  const local = createLocalRunner(always)
  t.teardown(() => local.close())
  t.notOk(local.accepts('linear/1', encode(png)), 'not loaded')
  await local.load(source, cpu)
  t.ok(local.accepts('linear/1', encode(png)))
  const { height, width, channels } = model.image
  const wide = await pngOf(new Uint8Array(height * (width + 1) * channels), { height, width: width + 1, channels })
  const others: Record<string, AnyTask> = {
    'two images': encode(png, png),
    'another size': encode(wide),
    'beyond the limit': { ...encode(png), maxPixels: height * width - 1 },
    JPEG: encode(await imageOf(model.images[0]!, model.image).jpeg().toBuffer()),
    'more bytes than its pixels need': encode(Buffer.concat([png.subarray(0, -12), bulk(1e5), png.subarray(-12)])),
    'another kind': { ...encode(png), kind: 'reconstruct', arrangement: 'strip', format: 'png' },
    'two latents': { ...decode, latents: new Float32Array(2 * model.latentSize) },
    'a picture that takes long to write': { ...decode, format: 'webp' },
  }
  for (const [name, task] of Object.entries(others)) t.notOk(local.accepts('linear/1', task), name)

  t.ok(local.accepts('linear/1', decode))
  t.ok(local.accepts('linear/1', { ...decode, arrangement: 'raw', format: 'webp' }), 'pixels have no format')
  const drawn = await local.run('linear/1', [{ ...decode, arrangement: 'raw' }])
  t.match(drawn, {
    outcomes: [{ value: { files: [bytesFromPlanar(model.decode(decode.latents, 1), model.image)] } }],
  })

  const { outcomes, timings } = await local.run('linear/1', [encode(png)])
  const [outcome] = outcomes as [{ value: { mean: Float32Array, logVariance: Float32Array } }]
  t.ok(largestDifference(outcome.value.mean, truth.mean) < 1e-5)
  t.ok(largestDifference(outcome.value.logVariance, truth.logVariance) < 1e-5)
  t.ok(timings.inferenceMs > 0)
  const damaged = Buffer.from(png)
  damaged.fill(0, 41, 60)
  t.match(await local.run('linear/1', [encode(damaged)]), { outcomes: [{ error: { code: 'PVAE_IMAGE_INVALID' } }] })

  const running = local.run('linear/1', [encode(png)])
  const unloading = local.unload('linear/1')
  t.match(await running, { outcomes: [{ value: {} }] }, 'finished before it is released')
  await unloading
  t.notOk(local.accepts('linear/1', encode(png)))
  await t.rejects(local.run('linear/1', [encode(png)]), {
    code: 'PVAE_INFERENCE_FAILED',
    message: 'expected a loaded model but received linear/1',
  })
})

/** A chunk that no decoder minds. */
function bulk (bytes: number): Buffer {
  const chunk = Buffer.alloc(bytes + 12)
  chunk.writeUInt32BE(bytes)
  chunk.write('tIME', 4)
  return chunk
}

t.test('keeps only what is small, quick and on the CPU', async t => {
  const cases: Array<[string, boolean, (local: ReturnType<typeof createLocalRunner>) => Promise<void>]> = [
    ['quick', true, local => local.load(source, cpu)],
    ['on a GPU', true, local => local.load(source, { executionProvider: 'cuda' })],
    [
      'large',
      true,
      local =>
        local.load({ ...source, card: { ...source.card, image: { height: 200, width: 200, channels: 1 } } }, cpu),
    ],
    ['slow', false, local => local.load(source, cpu)],
  ]
  for (const [name, quick, load] of cases) {
    const local = createLocalRunner(quick ? always : never)
    await load(local)
    t.equal(local.accepts('linear/1', encode(png)), name === 'quick', name)
    await local.close()
  }
  const measured = createLocalRunner()
  await measured.load(source, cpu)
  await measured.close()
  await t.rejects(
    createLocalRunner(always).load({ ...source, decoder: createLinearModel({ seed: 2 }).decoder }, cpu),
    { code: 'PVAE_GOLDEN_INVALID' }
  )
})

t.test('a graph that is not quick does not run here, beside one that is', async t => {
  for (const kind of ['encode', 'decode'] as const) {
    const local = createLocalRunner(async () => new Set([kind]))
    await local.load(source, cpu)
    t.equal(local.accepts('linear/1', encode(png)), kind === 'encode')
    t.equal(local.accepts('linear/1', decode), kind === 'decode')
    await local.close()
  }
})

t.test('a model that is not quick, or taken out again, keeps no session', async t => {
  const counts = countSessions(t)
  await createLocalRunner(never).load(source, cpu)
  t.strictSame(counts, { made: 2, released: 2 }, 'slow')
  const local = createLocalRunner(always)
  await local.load(source, cpu)
  t.strictSame(counts, { made: 4, released: 2 })
  await local.unload('linear/1')
  t.strictSame(counts, { made: 4, released: 4 }, 'taken out')
})

t.test('large graphs are not loaded where they would hold up everybody', async t => {
  const counts = countSessions(t)
  const large = new Uint8Array(8 * 2 ** 20 + 1)
  await createLocalRunner(always).load({ ...source, decoder: large }, cpu)
  t.equal(counts.made, 0)
})

t.test('a pool that has nothing else to do asks no worker; what comes meanwhile goes to one', async t => {
  const ran: string[] = []
  const local = createLocalRunner(always)
  let hold = Promise.resolve()
  const run = async (key: string, tasks: readonly AnyTask[]) => {
    ran.push(key)
    await hold
    return await local.run(key, tasks)
  }
  const pool = createPool({ workers: 1, log: createLog(), ...FRAGILE_WORKER, local: { ...local, run } })
  t.teardown(() => pool.close())
  await pool.load(source)
  const ask = () => pool.run('linear/1', 'encode', encode(png))
  t.ok(largestDifference((await ask()).mean, truth.mean) < 1e-5)
  t.equal(ran.length, 1)
  await Promise.all([ask(), ask()])
  t.equal(ran.length, 1, 'two together')
  let release = () => {}
  hold = new Promise(resolve => { release = resolve })
  const alone = ask()
  while (ran.length < 2) await new Promise(resolve => setImmediate(resolve))
  await ask()
  t.equal(ran.length, 2, 'while that runs here')
  release()
  await alone
  await t.rejects(pool.run('linear/1', 'encode', { ...encode(png), fit: 'crash' as 'fill', images: [png, png] }), {
    code: 'PVAE_WORKER_CRASHED',
  })
  await pool.unload('linear/1')
  await t.rejects(ask(), { code: 'PVAE_INFERENCE_FAILED' })
})
