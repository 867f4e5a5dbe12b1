import t from 'tap'
import { createPause } from '../../../trainer/footage/pause.js'

t.test('the event loop turns in the midst of a computation', async t => {
  const pause = createPause()
  let turned = false
  setImmediate(() => { turned = true })
  const hasTurned = () => turned
  while (!hasTurned()) await pause()
  t.ok(turned)
})

t.test('once aborted, the next turn rejects with the reason', async t => {
  const controller = new AbortController()
  const pause = createPause(controller.signal)
  setImmediate(() => controller.abort(new Error('enough')))
  await t.rejects(async () => {
    for (;;) await pause()
  }, { message: 'enough' })
})
