import type { IncomingHttpHeaders } from 'node:http'
import cors from '@fastify/cors'
import helmet, { type FastifyHelmetOptions } from '@fastify/helmet'
import Fastify, { type FastifyInstance } from 'fastify'
import { requireKeys } from './api-keys.js'
import { keepPrivate } from './cache-scope.js'
import { refuseContentEncoding } from './content-encoding.js'
import { limitRate } from './rate-limit.js'

export interface SecurityOptions {
  /** Requests from one client address in a minute. Undefined: unbounded. */
  readonly requestsPerMinute?: number
  /** Undefined: nobody needs a key. */
  readonly apiKeysFile?: string
  /** Whether /metrics can be read without a key. */
  readonly metricsWithoutKey?: boolean
  /** Other origins whose pages may ask this service; `*` is any. */
  readonly corsOrigins?: readonly string[]
}

/**
 * For pages that come from here: their own files and what they ask of this service, inline styles, and no other host.
 */
export const PAGE_POLICY = [
  'default-src \'self\'', 'base-uri \'self\'', 'frame-ancestors \'self\'', 'object-src \'none\'', 'script-src \'self\'',
  'style-src \'self\' \'unsafe-inline\'', 'img-src \'self\' data: blob:',
].join('; ')

const PROBES = ['/v2/health/live', '/v2/health/ready']
/**
 * The paths that browsers load before they can send a key: the pages, their files, and the document that describes the
 * API.
 */
const PAGES = /^\/($|docs(\/|$)|explorer(\/|$)|openapi\.json$)/

function isPreflight (headers: IncomingHttpHeaders): boolean {
  return headers.origin !== undefined && headers['access-control-request-method'] !== undefined
}

/**
 * The headers that helmet gives every answer. They are always the same: to put them together for each takes as long as
 * an eighth of all that the HTTP thread does.
 */
async function askHelmet (options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const asked = Fastify()
  await asked.register(helmet, options)
  asked.get('/', async (_request, reply) => reply.raw.getHeaders())
  const response = await asked.inject('/')
  await asked.close()
  return response.json()
}

/**
 * Sets up who may ask, how often, and what browsers may do with the answers. All of it before a body is read. TLS, and
 * so HSTS, is the business of the proxy in front.
 * @throws Error if the file of keys can't be used
 */
export async function secure (app: FastifyInstance, options: SecurityOptions): Promise<void> {
  const { requestsPerMinute, apiKeysFile, metricsWithoutKey = false, corsOrigins = [] } = options
  const open = corsOrigins.length > 0
  const headers = await askHelmet({
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false,
    crossOriginResourcePolicy: { policy: open ? 'cross-origin' : 'same-origin' },
  })
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers)
    done()
  })
  keepPrivate(app, { keysRequired: apiKeysFile !== undefined, originsTold: open && !corsOrigins.includes('*') })
  // Before the keys: browsers ask whether they may ask without one.
  if (open) {
    const options = {
      origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
      methods: ['GET', 'HEAD', 'POST'],
      exposedHeaders: [
        'etag', 'retry-after', 'inference-header-content-length', 'tensor-datatype', 'tensor-shape', 'layer-partitions',
      ],
      maxAge: 600,
    }
    // An OPTIONS that is no preflight is answered as without CORS: with what the path has.
    await app.register(cors, {
      delegator: (request, done) => done(null, { ...options, preflight: isPreflight(request.headers) }),
    })
  }
  const isProbe = (route: string | undefined) => route !== undefined && PROBES.includes(route)
  if (requestsPerMinute !== undefined) await limitRate(app, requestsPerMinute, isProbe)
  if (apiKeysFile !== undefined) {
    const isOpen = (route: string | undefined) =>
      isProbe(route) || (route === '/metrics' && metricsWithoutKey) || (route !== undefined && PAGES.test(route))
    requireKeys(app, { file: apiKeysFile, isOpen })
  }
  refuseContentEncoding(app)
}
