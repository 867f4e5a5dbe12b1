import t from 'tap'
import { flattenLatent, latentOf, writeLatents } from '../../client/latents.js'

const partitions = [{ name: 'pose', size: 2 }, { name: 'style', size: 3 }]

t.test('a latent of an encoding is its means, and its own', async t => {
  const mean = [1, 2]
  const latent = latentOf({ partitions: [{ name: 'pose', mean, logVariance: [0, 0], kl: 1 }], kl: 1 })
  latent['pose']![0] = 9
  t.strictSame(latent, { pose: [9, 2] })
  t.strictSame(mean, [1, 2], 'moving it leaves the encoding as it was')
})

t.test('flat: in the order of the partitions, zeros for what is missing', async t => {
  t.strictSame(flattenLatent({ style: [3, 4, 5] }, partitions), [0, 0, 3, 4, 5])
  t.strictSame(flattenLatent({ style: Float32Array.of(3, 4, 5), pose: [1, 2] }, partitions), [1, 2, 3, 4, 5])
  t.strictSame(flattenLatent(Float32Array.of(1, 2, 3, 4, 5), partitions), [1, 2, 3, 4, 5])
})

t.test('a name or a size that the partitions do not have is refused', async t => {
  t.throws(() => flattenLatent({ tone: [1] }, partitions), /expected pose, style for a partition but received tone/)
  t.throws(() => flattenLatent({ pose: [1] }, partitions), /expected 2 numbers for pose but received 1/)
  t.throws(() => flattenLatent([1, 2], partitions), /expected 5 numbers for the latent but received 2/)
})

t.test('typed arrays become lists of numbers', async t => {
  const written = writeLatents([Float32Array.of(1, 2), { pose: Float32Array.of(3) }, [4]])
  t.equal(JSON.stringify(written), '[[1,2],{"pose":[3]},[4]]')
})
