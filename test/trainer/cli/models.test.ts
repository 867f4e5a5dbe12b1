import t from 'tap'
import type { Card } from '@partition-vae/models'
import { configOf } from '../../../trainer/cli/models.js'

t.test('a model of another trainer has no config of ours', async t => {
  const card = { name: 'guest', version: 3, training: {} } as unknown as Card
  t.throws(() => configOf(card), { code: 'PVAE_CONFIG_INVALID', message: /a card with the config it was trained with for the model guest@3/ })
})
