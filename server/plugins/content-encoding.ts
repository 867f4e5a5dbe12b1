import type { FastifyInstance } from 'fastify'
import { expected, UnsupportedEncodingError } from '../foundation/errors.js'

/** The only encoding of bodies that is taken: none. */
const ACCEPTED = 'identity'
const BODILESS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE'])

/**
 * Refuses bodies that are packed, on every route alike and before they are read: 415, with `Accept-Encoding` for what
 * would have been taken (RFC 9110, 15.5.16). Images, nearly all that comes in, are compressed already; to unpack the
 * rest would need bounds of its own against what unpacks without end.
 */
export function refuseContentEncoding (app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const encoding = request.headers['content-encoding']
    if (encoding === undefined || BODILESS.has(request.method) || request.is404) return done()
    const codings = encoding.split(',').map(coding => coding.trim().toLowerCase()).filter(coding => coding !== '')
    if (codings.every(coding => coding === ACCEPTED)) return done()
    reply.header('accept-encoding', ACCEPTED)
    done(new UnsupportedEncodingError(expected(ACCEPTED, 'Content-Encoding', JSON.stringify(encoding))))
  })
}
