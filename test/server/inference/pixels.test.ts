import t from 'tap'
import { bytesFromPlanar, type Card } from '@partition-vae/models'
import { drawLatents } from '../../../server/inference/pixels.js'
import { createLinearModel, draftLinearModel } from '../../helpers/linear-model.js'

const model = createLinearModel()
const card = (await draftLinearModel(model)).card as Card
const unused = { encode: async () => { throw new Error('nothing is encoded') } }
const latent = (seed: number) => Array.from({ length: model.latentSize }, (_, i) => Math.sin(seed * 7 + i))

t.test('latents that come again are drawn once, and stand wherever they were asked for', async t => {
  const rows: number[] = []
  const runner = {
    ...unused,
    async decode (latents: Float32Array, n: number) {
      rows.push(n)
      return model.decode(latents, n)
    },
  }
  for (const [order, distinct] of [[[1, 2, 3], 3], [[1, 2, 1, 1, 3, 2], 3], [[4, 4], 1], [[5], 1]] as const) {
    const latents = Float32Array.from(order.flatMap(seed => latent(seed)))
    const drawn = await drawLatents(card, runner, latents)
    t.strictSame(drawn, bytesFromPlanar(model.decode(latents, order.length), model.image))
    t.equal(rows.at(-1), distinct)
  }
})

t.test('latents in the middle of other memory', async t => {
  const all = Float32Array.from([...latent(9), ...latent(1), ...latent(1)])
  const part = all.subarray(model.latentSize)
  const drawn = await drawLatents(card, { ...unused, decode: async (z, n) => model.decode(z, n) }, part)
  t.strictSame(drawn, bytesFromPlanar(model.decode(part, 2), model.image))
})
