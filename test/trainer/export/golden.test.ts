import t from 'tap'
import { checkGolden, planarFromBytes } from '@partition-vae/models'
import { createMemoryDataset } from '../../../trainer/data/memory.js'
import type { InferenceGraphs } from '../../../trainer/engine/engine.js'
import { planarRunner, recordGolden } from '../../../trainer/export/golden.js'

const shape = { height: 2, width: 3, channels: 3 }
const images = Uint8Array.from({ length: 6 * 18 }, (_, i) => i * 7 % 256)

/** A lossless autoencoder whose latent is the image, channels last: what it gives is known for every input. */
const identity: InferenceGraphs = {
  encode: async image => ({ mean: image.slice(), logVariance: image.map(value => -value) }),
  decode: async latent => latent.slice(),
  dispose: async () => {},
}

t.test('the first images, encoded and decoded, channels in order', async t => {
  const dataset = createMemoryDataset({ name: 'x/test', shape, images })
  const golden = await recordGolden(identity, dataset, { partitions: [{ name: 'all', size: 18 }] })
  t.equal(golden.examples.length, 4)
  golden.examples.forEach(({ image, reconstruction, mean, logVariance }, n) => {
    const bytes = images.subarray(n * 18, (n + 1) * 18)
    t.strictSame(new Uint8Array(Buffer.from(image, 'base64')), bytes)
    t.equal(reconstruction, image)
    t.strictSame(mean, [...bytes].map(byte => Math.fround(byte / 255)))
    t.strictSame(logVariance, mean.map(value => -value))
  })
  const card = { image: { height: 2, width: 3, channels: 3 as const }, latentSize: 18 }
  await t.resolves(checkGolden(golden, card, planarRunner(identity, shape), 'x/1'))
})

t.test('the runner turns channels first into channels last and back', async t => {
  const runner = planarRunner(identity, shape)
  const planar = planarFromBytes(images.subarray(0, 36), shape)
  const { mean } = await runner.encode(planar, 2)
  t.strictSame(mean, Float32Array.from(images.subarray(0, 36), byte => byte / 255))
  t.strictSame(await runner.decode(mean, 2), planar)
})

t.test('a data set with fewer images gives fewer examples', async t => {
  const dataset = createMemoryDataset({ name: 'x/test', shape, images: images.subarray(0, 36) })
  t.equal((await recordGolden(identity, dataset, { partitions: [{ name: 'all', size: 18 }] })).examples.length, 2)
})
