import { request as httpRequest } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import Fastify from 'fastify'
import t from 'tap'
import type { Cancellation } from '../../../server/foundation/cancellation.js'
import { limitWork } from '../../../server/plugins/deadline.js'
import type { Scope } from '../service.js'

/** An app whose one route tells of its cancellation, and answers when it is let. */
async function start (t: Scope, milliseconds: number, answered: Promise<unknown> = Promise.resolve()) {
  const app = Fastify()
  t.teardown(() => app.close())
  limitWork(app, milliseconds)
  const looks: Cancellation[] = []
  app.get('/', async (_request, reply) => {
    looks.push(reply.cancellation, reply.cancellation)
    await answered
    return 'done'
  })
  return { app, looks }
}

/** Looks again and again: the deadline's own timer keeps no process alive. */
async function reasonOf (cancellation: Cancellation): Promise<Error> {
  while (cancellation.reason === undefined) await delay(1)
  return cancellation.reason
}

t.test('each request has one cancellation, however often it is looked at', async t => {
  const { app, looks } = await start(t, 60_000)
  await app.inject('/')
  await app.inject('/')
  t.equal(looks[0], looks[1])
  t.equal(looks[2], looks[3])
  t.not(looks[0], looks[2])
})

t.test('work that takes longer is called off', async t => {
  let answer = () => {}
  const { app, looks } = await start(t, 5, new Promise<void>(resolve => { answer = resolve }))
  const response = app.inject('/')
  while (looks.length === 0) await delay(1)
  t.match(await reasonOf(looks[0]!), { code: 'PVAE_TIMEOUT', message: 'The request was not answered within 5 ms' })
  answer()
  await response
})

t.test('what has been answered is not called off, neither then nor when its time is over', async t => {
  const { app, looks } = await start(t, 20)
  const response = await fetch(await app.listen({ port: 0, host: '127.0.0.1' }))
  t.equal(await response.text(), 'done')
  t.equal(looks[0]!.reason, undefined, 'answered')
  await delay(25) // begins after the request's own timer: that would have come before
  t.equal(looks[0]!.reason, undefined, 'and its time is over')
})

t.test('the work of a client that has left is called off', async t => {
  let answer = () => {}
  const { app, looks } = await start(t, 60_000, new Promise<void>(resolve => { answer = resolve }))
  const client = httpRequest(await app.listen({ port: 0, host: '127.0.0.1' })).end().on('error', () => {})
  while (looks.length === 0) await delay(1)
  const reason = reasonOf(looks[0]!)
  client.destroy()
  t.match(await reason, { code: 'PVAE_CLIENT_GONE' })
  answer()
})
