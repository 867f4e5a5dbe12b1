import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'

/** Headers that say who asks. Where this service wants no keys, what stands in front of it may. */
const CREDENTIALS = ['authorization', 'x-api-key', 'proxy-authorization', 'cookie'] as const
/** Headers that a key may come in: see `requireKeys`. */
const KEY_HEADERS = ['Authorization', 'X-API-Key']

const elementsOf = (header: string): string[] =>
  header
    .split(',')
    .map(element => element.trim())
    .filter(element => element !== '')

/** Adds names to `Vary` beside those that are there: each that has a part in an answer names what it looked at. */
export function addVary (reply: FastifyReply, ...names: readonly string[]): void {
  if (names.length === 0) return
  const known = elementsOf(String(reply.getHeader('vary') ?? ''))
  const missing = names.filter(
    name => !known.some(other => other === '*' || other.toLowerCase() === name.toLowerCase())
  )
  if (missing.length > 0) reply.header('vary', [...known, ...missing].join(', '))
}

function hasCredentials (headers: IncomingHttpHeaders): boolean {
  return CREDENTIALS.some(name => headers[name] !== undefined)
}

/**
 * `public, max-age=1` → `private, max-age=1`. An answer that says nothing may be stored by whoever likes: it is told
 * not to.
 */
function withoutSharing (cacheControl: string): string {
  const kept = elementsOf(cacheControl).filter(directive => !/^(public|private|s-maxage=.*)$/i.test(directive))
  return ['private', ...kept.length > 0 ? kept : ['no-cache']].join(', ')
}

/**
 * Keeps answers out of shared caches, which would give them to others: every answer of a service that wants keys,
 * whichever way the key came and whatever the answer is; and without keys every answer to a request that has
 * credentials, as these may be what a proxy in front looks at. Says too what answers depend on: the key, and where
 * origins are told apart the origin. (Last of all, as routes name what they look at themselves.)
 */
export function keepPrivate (
  app: FastifyInstance,
  { keysRequired, originsTold }: { readonly keysRequired: boolean; readonly originsTold: boolean }
): void {
  // A browser's own cache may serve several people, one after the other.
  const names = [...(keysRequired ? KEY_HEADERS : []), ...(originsTold ? ['Origin'] : [])]
  app.addHook('onSend', (request, reply, payload, done) => {
    if (keysRequired || hasCredentials(request.headers)) {
      reply.header('cache-control', withoutSharing(String(reply.getHeader('cache-control') ?? '')))
    }
    addVary(reply, ...names)
    done(null, payload)
  })
}
