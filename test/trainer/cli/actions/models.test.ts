import t from 'tap'
import type { Card } from '@partition-vae/models'
import { configOf, openModel } from '../../../../trainer/cli/actions/models.js'
import { publishLinearModel } from '../../../helpers/linear-model.js'

t.test('a model of another trainer has no config of ours', async t => {
  const card = { name: 'guest', version: 3, training: {} } as unknown as Card
  t.throws(() => configOf(card), {
    code: 'PVAE_CONFIG_INVALID',
    message: /a card with the config it was trained with for the model guest@3/,
  })
})

t.test('a version is written with @ or with :', async t => {
  const root = t.testdir()
  for (const seed of [1, 2]) await publishLinearModel(root, { name: 'linear', seed })
  for (const [text, version] of [
    ['linear', 2],
    ['linear@1', 1],
    ['linear:1', 1],
  ] as const) {
    t.equal((await openModel(root, text)).card.version, version, text)
  }
  await t.rejects(openModel(root, 'linear@01'), {
    code: 'PVAE_CONFIG_INVALID',
    message: 'expected NAME or NAME@VERSION for --model but received "linear@01"',
  })
  await t.rejects(openModel(root, 'Linear'), { code: 'PVAE_MODEL_NOT_FOUND' })
})
