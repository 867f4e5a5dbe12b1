import t from 'tap'
import { proveLayers, type Golden } from '@partition-vae/models'
import { faultOf } from './fault.js'

const card = {
  image: { height: 1, width: 2, channels: 1 },
  latentSize: 1,
  partitions: ['wall', 'unseen', 'light'].map((name, offset) => ({ name, size: 1, offset })),
} as const
const golden = {
  tolerance: { latent: 0.01, pixel: 2 },
  examples: [{ mean: [1] }, { mean: [2] }],
} as unknown as Golden

/** Layers whose wall has all of the pixels: colour z / 10, a sprite that is nowhere, and a last with these values. */
const layers = (last: number) => async (latent: Float32Array) =>
  Float32Array.from([...latent].flatMap(z => [
    ...new Array<number>(6).fill(z / 10), 1, 1, ...new Array<number>(6).fill(0.5), 0, 0,
    ...new Array<number>(6).fill(last), 0, 0,
  ]))
const decode = (factor: number) => async (latent: Float32Array) =>
  Float32Array.from([...latent].flatMap(z => [factor * z / 10, factor * z / 10]))

t.test('the gain is the one by which the picture comes true', async t => {
  t.equal(await proveLayers(golden, card, { decode: decode(1.5), layers: layers(1.5) }, 'm/1'), 2)
  t.equal(await proveLayers(golden, card, { decode: decode(0.5), layers: layers(1.5) }, 'm/1'), 1)
  t.equal(await proveLayers(golden, card, { decode: decode(1), layers: layers(1.5) }, 'm/1'), undefined)
})

t.test('layers of another picture are refused', async t => {
  for (const factor of [1.4, NaN]) {
    t.match(await faultOf(() => proveLayers(golden, card, { decode: decode(factor), layers: layers(1.5) }, 'm/1')), {
      code: 'PVAE_GOLDEN_INVALID',
      field: 'layers',
      expected: /the decoder's pictures, within 2 levels/,
    })
  }
})
