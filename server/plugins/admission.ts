import type { FastifyInstance } from 'fastify'
import { overloaded } from '../inference/pool.js'
import type { ModelRegistry } from '../inference/registry.js'

/** Time that a client which was turned away should wait. Seconds: the queue is short, a full one is gone by then. */
const RETRY_AFTER = '1'
/** Time between two sweeps that close idle connections while the service closes. Milliseconds. */
const SWEEP = 50

/** Admits requests: nobody new while the queue is full, and nobody stays on a connection of a service that closes. */
export function controlAdmission (app: FastifyInstance, models: ModelRegistry): void {
  let draining = false
  let sweeper: NodeJS.Timeout | undefined

  // Before the upload is read. What is looked up by GET may be known to the client already: that is answered still.
  app.addHook('onRequest', (request, _reply, done) => {
    if (request.method === 'POST' && models.overloaded) done(overloaded())
    else done()
  })

  app.addHook('onError', (_request, reply, error, done) => {
    if (error.statusCode === 503) reply.header('retry-after', RETRY_AFTER)
    done()
  })

  app.addHook('onSend', (_request, reply, payload, done) => {
    if (draining) reply.header('connection', 'close')
    done(null, payload)
  })

  app.addHook('preClose', async () => {
    draining = true
    models.drain()
    // Node closes those that are idle when it begins to close, and would wait for the others until their clients leave.
    sweeper = setInterval(() => app.server.closeIdleConnections(), SWEEP)
  })

  app.addHook('onClose', async () => clearInterval(sweeper))
}
