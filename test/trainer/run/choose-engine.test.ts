import t from 'tap'
import { chooseEngineDevice } from '../../../trainer/run/choose-engine.js'
import type { EngineChoice } from '../../../trainer/run/options.js'

t.test('the compiled engine computes on the device asked for, the eager one on its backend', async t => {
  t.strictSame(await chooseEngineDevice({ kind: 'compiled', device: 'cpu' }), { device: 'cpu' })
  t.strictSame(await chooseEngineDevice({ kind: 'eager', backend: 'cpu' }), { device: 'cpu' })
})

t.test('options of the other engine are refused', async t => {
  const refused: ReadonlyArray<readonly [EngineChoice, RegExp]> = [
    [{ kind: 'eager', without: ['x'] }, /the compiled engine for --without but received the eager one/],
    [{ kind: 'eager', device: 'cuda' }, /the compiled engine for --device but received the eager one/],
    [{ kind: 'compiled', backend: 'cpu' }, /--engine eager beside it for --backend but received the compiled engine/],
  ]
  for (const [choice, message] of refused) {
    await t.rejects(chooseEngineDevice(choice), { code: 'PVAE_CONFIG_INVALID', message })
  }
})

t.test('a rule that is not there is refused', async t => {
  await t.rejects(chooseEngineDevice({ kind: 'compiled', device: 'cpu', without: ['magic'] }), {
    code: 'PVAE_INVALID_PARAMETER',
    message: /"magic"/,
  })
})
