import t from 'tap'
import type { InferenceGraphs } from '../../../trainer/engine/engine.js'
import { createPace, interruptible, joined } from '../../../trainer/measure/pace.js'

t.test('a pace lets others run only now and then, and stops once the signal is aborted', async t => {
  let now = 0
  const abort = new AbortController()
  const pace = createPace(abort.signal, () => now)
  let others = 0
  const timer = setInterval(() => others++)
  t.teardown(() => clearInterval(timer))
  for (let i = 0; i < 100; i++) await pace()
  t.equal(others, 0, 'nothing is waited for in the first milliseconds')
  // What happens while others run is seen at once.
  setImmediate(() => abort.abort())
  now += 51
  await t.rejects(pace(), { name: 'AbortError' })
  await t.rejects(pace(), { name: 'AbortError' }, 'nor does it go on later')
})

t.test('graphs are run in pieces that give what the whole gives, and are not run once the signal is ' +
  'aborted', async t => {
  const shape = { height: 2, width: 2, channels: 1 }
  const batches: number[] = []
  const graphs: InferenceGraphs = {
    async encode (image) {
      batches.push(image.length / 4)
      const mean = Float32Array.from({ length: image.length / 4 }, (_, i) => image[4 * i]!)
      return { mean, logVariance: mean.map(value => -value) }
    },
    async decode (latent) {
      batches.push(latent.length)
      return Float32Array.from({ length: 4 * latent.length }, (_, i) => latent[Math.floor(i / 4)]!)
    },
    layers: async latent => latent.map(value => 2 * value),
    async dispose () { batches.push(-1) },
  }
  const abort = new AbortController()
  const pieces = interruptible(graphs, shape, 1, abort.signal)
  const image = Float32Array.from({ length: 4 * 150 }, (_, i) => i)
  t.strictSame(await pieces.encode(image), await graphs.encode(image))
  t.strictSame(batches.splice(0), [64, 64, 22, 150])
  const latent = Float32Array.from({ length: 130 }, (_, i) => i)
  t.strictSame(await pieces.decode(latent), await graphs.decode(latent))
  t.strictSame(await pieces.layers!(latent), await graphs.layers!(latent))
  t.strictSame(batches.splice(0), [64, 64, 2, 130])
  const large = interruptible(graphs, { height: 1024, width: 1024, channels: 1 }, 1, abort.signal)
  await large.decode(latent.subarray(0, 3))
  t.strictSame(batches.splice(0), [1, 1, 1], 'large images one by one')
  abort.abort()
  await t.rejects(pieces.decode(latent), { name: 'AbortError' })
  t.strictSame(batches, [])
  await pieces.dispose()
  t.strictSame(batches, [-1])
})

t.test('arrays one after another', async t => {
  t.strictSame(joined([Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)]), Float32Array.of(1, 2, 3))
})
