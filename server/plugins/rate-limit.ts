import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'
import { expected, RateLimitedError } from '../foundation/errors.js'

/** Clients that are told apart at once; beyond it the one not seen for longest is forgotten. */
const CLIENTS = 10_000

/**
 * Bounds the requests of one client address (for IPv6: of one /64) in any minute that begins with its first. Also those
 * that match no route, and those with a wrong key: so it goes before the keys.
 * @param isOpen whether a route, by its pattern, is not counted
 */
export async function limitRate (
  app: FastifyInstance,
  perMinute: number,
  isOpen: (route: string | undefined) => boolean
): Promise<void> {
  await app.register(rateLimit, { global: false, max: perMinute, timeWindow: 60_000, cache: CLIENTS })
  const count = app.createRateLimit()
  app.addHook('onRequest', async (request, reply) => {
    if (isOpen(request.routeOptions.url)) return
    const outcome = await count(request)
    if (outcome.isAllowed || !outcome.isExceeded) return
    reply.header('retry-after', outcome.ttlInSeconds)
    throw new RateLimitedError(expected(`at most ${perMinute} requests a minute`, 'this client', 'more'))
  })
}
