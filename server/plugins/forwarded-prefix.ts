import proxyAddr from '@fastify/proxy-addr'
import type { FastifyInstance } from 'fastify'
import { addVary } from './cache-scope.js'

declare module 'fastify' {
  interface FastifyRequest {
    /**
     * The path under which a trusted proxy offers this service, without a slash at its end, e.g. `/pvae`; empty where
     * it is the root.
     */
    readonly forwardedPrefix: string
  }
}

const HEADER = 'X-Forwarded-Prefix'
/**
 * Segments of unreserved characters. Neither `//host`, which would lead elsewhere, nor anything that means something in
 * HTML or a header.
 */
const PREFIX = /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._~-]+)+$/
const LONGEST = 256

/**
 * Reads a prefix header: one path, or one of each proxy, the outermost first.
 * @returns empty for none, `/`, and whatever is not a plain path
 */
export function readPrefix (header: string | string[] | undefined): string {
  const values = [header ?? []]
    .flat()
    .join(',')
    .split(',')
    .map(value => value.trim().replace(/\/$/, ''))
    .filter(value => value !== '')
  const prefix = values.join('')
  return prefix.length <= LONGEST && values.every(value => PREFIX.test(value)) ? prefix : ''
}

/**
 * Believes the prefix that trusted proxies name. (Fastify reads the other `X-Forwarded-*` headers.) Redirects lead
 * under it; pages and documents that name paths ask `request.forwardedPrefix`.
 * @param trustProxy addresses and networks between commas, as Fastify takes them; undefined: nobody is believed
 */
export function believePrefix (app: FastifyInstance, trustProxy: string | undefined): void {
  const trusts =
    trustProxy === undefined
      ? () => false
      : proxyAddr.compile(
        trustProxy
          .split(',')
          .map(address => address.trim())
          .filter(address => address !== '')
      )
  app.decorateRequest('forwardedPrefix', {
    getter () {
      const header = this.headers['x-forwarded-prefix']
      return header !== undefined && trusts(this.raw.socket.remoteAddress ?? '', 0) ? readPrefix(header) : ''
    },
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    const location = reply.getHeader('location')
    if (typeof location === 'string' && location.startsWith('/')) {
      reply.header('location', request.forwardedPrefix + location)
      if (trustProxy !== undefined) addVary(reply, HEADER)
    }
    done(null, payload)
  })
}
