import t from 'tap'
import { bytesFromPlanar, pixelCount, planarFromBytes, type Card, type GraphRunner } from '@partition-vae/models'
import { runTogether, type SharedGraphs } from '../../../server/inference/batch.js'
import { batchLimits, paddedSizes } from '../../../server/inference/batch-limits.js'
import { createLinearModel } from '../../helpers/linear-model.js'
import { largestDifference } from '../service.js'

const model = createLinearModel()
const size = pixelCount(model.image)
const planar = (from: number, to: number) =>
  planarFromBytes(new Uint8Array(Buffer.concat(model.images.slice(from, to))), model.image)

/** The analytic model, and how many rows each run had. */
function createGraphs () {
  const runs = { encode: [] as number[], decode: [] as number[] }
  const graphs: GraphRunner = {
    async encode (image, n) {
      runs.encode.push(n)
      return model.encode(image, n)
    },
    async decode (latent, n) {
      runs.decode.push(n)
      return model.decode(latent, n)
    },
  }
  return { runs, graphs }
}

function createSignal () {
  let resolve = () => {}
  const promise = new Promise<void>(_resolve => { resolve = _resolve })
  return { promise, resolve }
}

const values = <T>(outcomes: ReadonlyArray<{ value: T } | { error: unknown }>): T[] => outcomes.map(outcome => {
  if ('error' in outcome) throw outcome.error
  return outcome.value
})

t.test('tasks of different sizes and speeds share one run, and each gets its own rows', async t => {
  const { runs, graphs } = createGraphs()
  const ranges = [[0, 1], [1, 4], [4, 6], [6, 7]] as const
  // Each asks only after the next one has: the last first.
  const asked = ranges.map(() => createSignal())
  let begun = Infinity
  let lastAsked = 0
  const tasks = ranges.map(([from, to], i) => async (shared: GraphRunner) => {
    begun = Math.min(begun, performance.now())
    await asked[i + 1]?.promise
    lastAsked = performance.now()
    const encoded = shared.encode(planar(from, to), to - from)
    asked[i]!.resolve()
    return await encoded
  })
  const { outcomes, timings } = await runTogether(tasks, graphs, { rows: 32, pad: false })
  t.strictSame(runs.encode, [7])
  for (const [i, { mean, logVariance }] of values(outcomes).entries()) {
    const [from, to] = ranges[i]!
    const alone = model.encode(planar(from, to), to - from)
    t.strictSame([mean, logVariance], [alone.mean, alone.logVariance], `task ${i}`)
  }
  t.ok(timings.decodeMs >= lastAsked - begun, 'decoding lasts until the last has asked')
  t.ok(timings.inferenceMs >= 0)
})

t.test('what follows is shared too; both graphs in one batch', async t => {
  const { runs, graphs } = createGraphs()
  let answered = Infinity
  const reconstruct = (i: number) => async (shared: GraphRunner) => {
    const { mean } = await shared.encode(planar(i, i + 1), 1)
    answered = Math.min(answered, performance.now())
    return await shared.decode(mean, 1)
  }
  const latent = Float32Array.of(0.5, -1, 2)
  const decode = async (shared: GraphRunner) => await shared.decode(latent, 1)
  const started = performance.now()
  const { outcomes, timings } = await runTogether(
    [reconstruct(0), decode, reconstruct(1), async () => latent],
    graphs,
    { rows: 32, pad: false }
  )
  t.strictSame(runs, { encode: [2], decode: [1, 2] }, 'the second decoding waits for nobody')
  const [first, drawn, second, untouched] = values(outcomes)
  t.ok(
    largestDifference(
      bytesFromPlanar(first!, model.image),
      bytesFromPlanar(model.decode(model.encode(planar(0, 1), 1).mean, 1), model.image)
    ) === 0
  )
  t.strictSame(drawn, model.decode(latent, 1))
  t.strictSame(second, model.decode(model.encode(planar(1, 2), 1).mean, 1))
  t.equal(untouched, latent)
  t.ok(timings.decodeMs <= answered - started, 'decoding has ended when the first run begins, whatever follows')
})

t.test('a task that fails fails alone, whenever', async t => {
  const { runs, graphs } = createGraphs()
  const good = (i: number) => (shared: GraphRunner) => shared.encode(planar(i, i + 1), 1)
  const early = async () => { throw new Error('does not decode') }
  const late = async (shared: GraphRunner) => {
    await shared.encode(planar(2, 3), 1)
    throw new Error('can not be drawn')
  }
  const { outcomes } = await runTogether<unknown>([good(0), early, good(1), late], graphs, { rows: 32, pad: false })
  t.strictSame(runs.encode, [3])
  t.match(outcomes, [
    { value: model.encode(planar(0, 1), 1) },
    { error: { message: 'does not decode' } },
    { value: model.encode(planar(1, 2), 1) },
    { error: { message: 'can not be drawn' } },
  ])
})

t.test('nothing but failures', async t => {
  const { runs, graphs } = createGraphs()
  const { outcomes, timings } = await runTogether(
    [
      async () => {
        throw new Error('no')
      },
    ],
    graphs,
    { rows: 32, pad: false }
  )
  t.match(outcomes, [{ error: { message: 'no' } }])
  t.strictSame(runs, { encode: [], decode: [] })
  t.equal(timings.inferenceMs, 0)
})

t.test('a graph that fails fails all that asked for it, and no other', async t => {
  const { graphs } = createGraphs()
  const broken: GraphRunner = { encode: graphs.encode, decode: async () => { throw new Error('out of memory') } }
  const decode = (shared: GraphRunner) => shared.decode(new Float32Array(3), 1)
  const encode = (shared: GraphRunner) => shared.encode(planar(0, 1), 1)
  const { outcomes } = await runTogether<unknown>([decode, encode, decode], broken, { rows: 32, pad: false })
  t.match(outcomes, [
    { error: { message: 'out of memory' } },
    { value: { mean: model.encode(planar(0, 1), 1).mean } },
    { error: { message: 'out of memory' } },
  ])
})

t.test('more than fits goes through in parts; parts are rounded up where sizes cost', async t => {
  for (const [pad, expected] of [[false, [8, 8, 3]], [true, [8, 8, 4]]] as const) {
    const { runs, graphs } = createGraphs()
    const encode = (from: number, to: number) => (shared: GraphRunner) => shared.encode(planar(from, to), to - from)
    const { outcomes } = await runTogether([encode(0, 16), encode(16, 19)], graphs, { rows: 8, pad })
    t.strictSame(runs.encode, expected)
    const means = values(outcomes).flatMap(({ mean }) => [...mean])
    t.strictSame(means, [...model.encode(planar(0, 19), 19).mean])
    const latents = Float32Array.from({ length: 19 * 3 }, (_, i) => Math.sin(i))
    const drawn = await runTogether([(shared: GraphRunner) => shared.decode(latents, 19)], graphs, { rows: 8, pad })
    t.strictSame(runs.decode, expected)
    t.strictSame(values(drawn.outcomes)[0], model.decode(latents, 19))
    t.equal(values(drawn.outcomes)[0]!.length, 19 * size)
  }
})

t.test('layers share runs beside pictures; a model without them fails only who asks for them', async t => {
  const { runs, graphs } = createGraphs()
  const layered: number[] = []
  const tasks = [1, 2].map(n => async (shared: SharedGraphs) => {
    const latents = Float32Array.from({ length: n * model.latentSize }, (_, i) => n + i)
    const picture = await shared.decode(latents, n)
    return { latents, picture, layers: await shared.layers(latents, n) }
  })
  const layers = async (latent: Float32Array, n: number) => {
    layered.push(n)
    return latent.map(value => -value)
  }
  const { outcomes } = await runTogether(tasks, { ...graphs, layers }, { rows: 32, pad: false })
  t.strictSame([layered, runs.decode], [[3], [3]])
  for (const { latents, picture, layers } of values(outcomes)) {
    t.strictSame(layers, latents.map(value => -value))
    t.equal(picture.length, latents.length / model.latentSize * size)
  }
  const without = await runTogether(
    [
      (shared: SharedGraphs) => shared.layers(new Float32Array(3), 1),
      (shared: SharedGraphs) => shared.decode(new Float32Array(3), 1),
    ],
    graphs,
    { rows: 32, pad: false }
  )
  t.match(without.outcomes, [{ error: { code: 'PVAE_INFERENCE_FAILED', message: /draws its partitions apart/ } }, {}])
  t.ok('value' in without.outcomes[1]!)
})

t.test('limits by the size of the model\'s image; the padded sizes reach them', async t => {
  const card = (height: number, width: number, channels: number) => ({ image: { height, width, channels } }) as Card
  t.match(batchLimits(card(28, 28, 1)), { rows: 32 })
  t.match(batchLimits(card(64, 64, 3)), { rows: 32 })
  t.match(batchLimits(card(160, 96, 3)), { rows: 8 })
  t.strictSame(paddedSizes(32), [1, 2, 4, 8, 16, 32])
  t.strictSame(paddedSizes(8), [1, 2, 4, 8])
})
