import { fileURLToPath } from 'node:url'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import t from 'tap'
import {
  checkGolden, openRepository, pixelCount, planarFromBytes, proveLayers, type ImageShape,
} from '@partition-vae/models'
import { withPixelInput } from '../../../../trainer/export/triton/raw-pixels.js'
import { tritonModels } from '../../../../trainer/export/triton/repository.js'

const repository = openRepository(fileURLToPath(new URL('../../../../models/repository', import.meta.url)))
const options = { gpu: false, instances: 1, maxBatch: 64 }

/** How far bytes [N, H, W, C] are from what they are rounded from, numbers [N, C, H, W] in 0…1, in levels. */
function farthestOf (pixels: Tensor, planar: Tensor, { height, width, channels }: ImageShape): number {
  const plane = height * width
  return (pixels.data as Uint8Array).reduce((most, byte, i) => {
    const picture = Math.floor(i / (plane * channels))
    const at = (picture * channels + i % channels) * plane + Math.floor(i / channels) % plane
    const value = Math.min(1, Math.max(0, (planar.data as Float32Array)[at]!))
    return Math.max(most, Math.abs(byte - 255 * value))
  }, 0)
}

for (const name of ['digits', 'mnist', 'table-tennis']) {
  t.test(`${name}: every graph gives the golden examples, from pixels and to pixels`, async t => {
    const version = await repository.open(name)
    const { card, golden } = version
    const { image, latentSize } = card
    const sessions = new Map<string, InferenceSession>()
    for (const { name, graph } of tritonModels(version, options)) {
      sessions.set(name, await InferenceSession.create(graph, { logSeverityLevel: 3 }))
    }
    t.teardown(() => Promise.all([...sessions.values()].map(session => session.release())))
    const pixels = (examples: ReadonlyArray<string>) => Buffer.concat(examples.map(text => Buffer.from(text, 'base64')))
    const n = golden.examples.length
    const shape = [n, image.height, image.width, image.channels]
    const run = async (graph: string, feeds: Record<string, Tensor>) => await sessions.get(`${name}_${graph}`)!.run(feeds)
    const decode = async (latent: Float32Array) =>
      await run('decoder', { latent: new Tensor('float32', latent, [latent.length / latentSize, latentSize]) })

    await checkGolden(golden, card, {
      async encode (planar) {
        const bytes = new Uint8Array(pixels(golden.examples.map(({ image }) => image)))
        t.strictSame(planarFromBytes(bytes, image), planar, 'the same images')
        const { mean, log_variance: logVariance } = await run('encoder', { pixels: new Tensor('uint8', bytes, shape) })
        return { mean: mean!.data as Float32Array, logVariance: logVariance!.data as Float32Array }
      },
      decode: async latent => (await decode(latent))['image']!.data as Float32Array,
    }, name)

    const means = Float32Array.from(golden.examples.flatMap(({ mean }) => mean))
    const { pixels: drawn, image: planar } = await decode(means) as { pixels: Tensor, image: Tensor }
    t.strictSame(drawn.dims, shape)
    const truth = pixels(golden.examples.map(({ reconstruction }) => reconstruction))
    t.equal(truth.length, n * pixelCount(image))
    const largest = truth.reduce((most, byte, i) => Math.max(most, Math.abs(byte - Number(drawn.data[i]))), 0)
    t.ok(largest <= 1, `the pixels of golden.json, to ${largest} of 255 levels`)
    t.ok(farthestOf(drawn, planar, image) <= 0.501, 'rounded to the nearest')

    if (version.layers === undefined) return
    const latents = (latent: Float32Array) => new Tensor('float32', latent, [latent.length / latentSize, latentSize])
    await proveLayers(golden, card, {
      decode: async latent => (await decode(latent))['image']!.data as Float32Array,
      layers: async latent => (await run('layers', { latent: latents(latent) }))['layers']!.data as Float32Array,
    }, name)
  })
}

t.test('every byte becomes the number that it is in training', async t => {
  const version = await repository.open('mnist')
  const image = { height: 28, width: 28, channels: 1 }
  const plain = await InferenceSession.create(version.encoder)
  const raw = await InferenceSession.create(withPixelInput(version.encoder, image))
  const bytes = Uint8Array.from({ length: 784 }, (_, i) => i % 256)
  const a = await plain.run({ image: new Tensor('float32', planarFromBytes(bytes, image), [1, 1, 28, 28]) })
  const b = await raw.run({ pixels: new Tensor('uint8', bytes, [1, 28, 28, 1]) })
  t.strictSame(b['mean']!.data, a['mean']!.data, 'to the last bit')
  await Promise.all([plain.release(), raw.release()])
})
