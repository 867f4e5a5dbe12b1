import { setTimeout as delay } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import type { ModelRegistry } from '../../../server/inference/registry.js'
import { controlAdmission } from '../../../server/plugins/admission.js'
import type { Scope } from '../service.js'

function start (t: Scope, overloaded: boolean) {
  const state = { drained: false, asked: 0 }
  const app = Fastify()
  t.teardown(() => app.close())
  controlAdmission(app, { overloaded, drain () { state.drained = true } } as Partial<ModelRegistry> as ModelRegistry)
  app.get('/', async () => 'known')
  app.post('/', async () => 'computed')
  app.get('/broken', async () => { throw new Error('broken') })
  return { app, state }
}

t.test('while the queue is full nothing new is begun: try again in a second', async t => {
  const { app } = start(t, true)
  const response = await app.inject({ method: 'POST', url: '/' })
  t.match(response.json(), { statusCode: 503, code: 'PVAE_OVERLOADED' })
  t.equal(response.headers['retry-after'], '1')
})

t.test('what is only looked up is answered still', async t => {
  t.equal((await start(t, true).app.inject('/')).body, 'known')
})

t.test('while it is not full all are let in', async t => {
  t.equal((await start(t, false).app.inject({ method: 'POST', url: '/' })).body, 'computed')
})

t.test('other errors do not ask to try again', async t => {
  const response = await start(t, false).app.inject('/broken')
  t.equal(response.statusCode, 500)
  t.equal(response.headers['retry-after'], undefined)
})

t.test('a service that closes says so to balancers, and answers for the last time on each connection', async t => {
  const { app, state } = start(t, false)
  let finish = () => {}
  const held = new Promise<void>(resolve => { finish = resolve })
  app.get('/slow', async () => {
    state.asked++
    await held
    return 'slow'
  })
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  const before = await fetch(address)
  t.equal(await before.text(), 'known')
  t.equal(before.headers.get('connection'), 'keep-alive', 'as long as it serves')
  const slow = fetch(`${address}/slow`)
  while (state.asked === 0) await delay(1)
  const closed = app.close()
  while (!state.drained) await delay(1)
  finish()
  const last = await slow
  t.equal(await last.text(), 'slow')
  t.equal(last.headers.get('connection'), 'close')
  await closed
})
