import t from 'tap'
import { decoderContract, encoderContract } from '@partition-vae/models'

t.test('the contract of a card is the one the API documents', async t => {
  const card = { image: { height: 2, width: 4, channels: 3 as const }, latentSize: 5 }
  const image = { name: 'image', dtype: 'float32', dims: ['N', 3, 2, 4] }
  t.strictSame(encoderContract(card), {
    inputs: [image],
    outputs: [
      { name: 'mean', dtype: 'float32', dims: ['N', 5] },
      { name: 'log_variance', dtype: 'float32', dims: ['N', 5] },
    ],
  })
  t.strictSame(decoderContract(card), {
    inputs: [{ name: 'latent', dtype: 'float32', dims: ['N', 5] }],
    outputs: [image],
  })
})
