import t from 'tap'
import * as ort from 'onnxruntime-node'
import { checkGolden, planarFromBytes, type GraphRunner } from '@partition-vae/models'
import { createLinearModel, createRandom, publishLinearModel } from './linear-model.js'

/** The graphs, run by ONNX Runtime. */
async function openRuntime ({
  encoder,
  decoder,
  image,
  latentSize,
}: Awaited<ReturnType<typeof publishLinearModel>>): Promise<GraphRunner> {
  const sessions = {
    encoder: await ort.InferenceSession.create(encoder),
    decoder: await ort.InferenceSession.create(decoder),
  }
  const data = (results: ort.InferenceSession.ReturnType, name: string) => results[name]!.data as Float32Array
  return {
    async encode (values, n) {
      const results = await sessions.encoder.run({
        image: new ort.Tensor('float32', values, [n, image.channels, image.height, image.width]),
      })
      return { mean: data(results, 'mean'), logVariance: data(results, 'log_variance') }
    },
    async decode (values, n) {
      return data(await sessions.decoder.run({ latent: new ort.Tensor('float32', values, [n, latentSize]) }), 'image')
    },
  }
}

function largestDifference (a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) throw new Error(`expected ${a.length} values but received ${b.length}`)
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0)
}

const shapes = [
  {},
  {
    name: 'digits',
    image: { height: 28, width: 28, channels: 1 as const },
    partitions: [
      { name: 'a', size: 4 },
      { name: 'b', size: 3 },
    ],
    seed: 2,
  },
  {
    name: 'colour',
    image: { height: 24, width: 40, channels: 3 as const },
    partitions: [{ name: 'one', size: 1 }],
    labels: { one: 'Only' },
  },
]

t.test('ONNX Runtime gives what is known without it, for any batch', async t => {
  for (const options of shapes) {
    const model = await publishLinearModel(t.testdir(), options)
    const runtime = await openRuntime(model)
    await checkGolden(model.golden, model.card, runtime, model.card.name)
    for (const n of [1, 5]) {
      const images = planarFromBytes(new Uint8Array(Buffer.concat(model.images.slice(0, n))), model.image)
      const known = model.encode(images, n)
      const found = await runtime.encode(images, n)
      t.ok(largestDifference(known.mean, found.mean) < 1e-5)
      t.ok(largestDifference(known.logVariance, found.logVariance) < 1e-5)
      t.ok(largestDifference(model.decode(known.mean, n), await runtime.decode(known.mean, n)) < 1e-5)
    }
  }
})

t.test('a seed gives the same model, another seed another', async t => {
  const { encoder, decoder, images } = createLinearModel({ seed: 5 })
  const again = createLinearModel({ seed: 5 })
  t.strictSame([again.encoder, again.decoder, again.images], [encoder, decoder, images])
  t.notSame(createLinearModel({ seed: 6 }).encoder, encoder)
  const random = createRandom(3)
  const numbers = Array.from({ length: 10_000 }, random)
  t.ok(Math.abs(numbers.reduce((sum, value) => sum + value, 0) / 10_000 - 0.5) < 0.02)
  t.ok(Math.min(...numbers) >= 0, 'not below 0')
  t.ok(Math.max(...numbers) < 1, 'below 1')
})

t.test('the statistics are those of the example images', async t => {
  const model = createLinearModel({ partitions: [{ name: 'a', size: 3 }, { name: 'b', size: 1 }] })
  const { mean, standardDeviation, principalDirections } = model.latentStatistics
  const latents = model.images.map(image => model.encode(planarFromBytes(image, model.image), 1).mean)
  const deviationAlong = (direction: readonly number[], offset = 0) => Math.sqrt(latents.reduce((sum, latent) => {
    return (
      sum + direction.reduce((along, value, i) => along + value * (latent[offset + i]! - mean[offset + i]!), 0) ** 2
    )
  }, 0) / latents.length)
  t.ok(Math.abs(deviationAlong([1, 0, 0]) - standardDeviation[0]!) < 1e-9)
  const [a, b] = principalDirections
  t.ok(Math.abs(deviationAlong(a!.vector) - a!.standardDeviation) < 1e-6)
  t.ok(Math.abs(Math.hypot(...a!.vector) - 1) < 1e-9)
  for (const other of [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0], [0, 0.6, -0.8]]) {
    t.ok(deviationAlong(other) <= a!.standardDeviation + 1e-9, 'no direction varies more')
  }
  t.ok(Math.abs(b!.standardDeviation - standardDeviation[3]!) < 1e-9)
})

t.test('values of another length are refused', async t => {
  t.throws(
    () => createLinearModel().encode(new Float32Array(5), 1),
    new RangeError('expected 1 × 24 values but received 5')
  )
})
