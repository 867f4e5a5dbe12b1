import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { addVary } from '../plugins/cache-scope.js'
import { PAGE_POLICY } from '../plugins/security.js'
import { EXAMPLE_IMAGE, EXAMPLE_IMAGE_PATH } from '../schemas/examples.js'
import { entityTag, isCurrent } from './caching.js'

const PAGE = '/docs'
/** Gives the choice of addresses, which is there behind a prefix, the name that Swagger UI leaves out. */
const NAMING = `new MutationObserver(() => {
  document.getElementById('servers')?.setAttribute('aria-label', 'Address of the service')
}).observe(document, { childList: true, subtree: true })
`
/** Prefixes whose documents are kept. There is one, where nobody plays with them. */
const KEPT = 8

/** The document as a client sees it whose paths begin with a prefix. */
function underPrefix<D extends object> (document: D, { forwardedPrefix }: Pick<FastifyRequest, 'forwardedPrefix'>): D {
  return forwardedPrefix === '' ? document : { ...document, servers: [{ url: forwardedPrefix }] }
}

/** The OpenAPI document, for programs and for people. */
export const docsRoutes: FastifyPluginAsync = async app => {
  /** By prefix. It does not change while the service runs: written out once, when first asked for. */
  const documents = new Map<string, { readonly text: string, readonly tag: string }>()

  function describe (request: FastifyRequest): { readonly text: string, readonly tag: string } {
    const known = documents.get(request.forwardedPrefix)
    if (known !== undefined) return known
    const text = JSON.stringify(underPrefix(app.swagger(), request))
    const document = { text, tag: entityTag(text) }
    if (documents.size === KEPT) documents.clear()
    documents.set(request.forwardedPrefix, document)
    return document
  }

  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    const { text, tag } = describe(request)
    addVary(reply, 'X-Forwarded-Prefix')
    if (isCurrent(request, reply, tag)) return await reply.code(304).send()
    return await reply.type('application/json; charset=utf-8').send(text)
  })

  const imageTag = entityTag(EXAMPLE_IMAGE.toString('base64'))
  app.get(EXAMPLE_IMAGE_PATH, { schema: { hide: true } }, async (request, reply) => {
    if (isCurrent(request, reply, imageTag)) return await reply.code(304).send()
    return await reply.type('image/png').send(EXAMPLE_IMAGE)
  })

  await app.register(async scope => {
    // The page names its files by paths that begin at the root; what it finds by itself is relative.
    scope.addHook('onSend', async ({ forwardedPrefix }, reply, payload) => {
      addVary(reply, 'X-Forwarded-Prefix')
      const isPage = typeof payload === 'string' && String(reply.getHeader('content-type')).startsWith('text/html')
      return isPage && forwardedPrefix !== ''
        ? payload.replaceAll(`="${PAGE}/`, `="${forwardedPrefix}${PAGE}/`)
        : payload
    })
    await scope.register(swaggerUi, {
      routePrefix: PAGE,
      staticCSP: PAGE_POLICY,
      // Without its bar: that has a logo of others, which screen readers can not read.
      uiConfig: { deepLinking: true, validatorUrl: null, layout: 'BaseLayout' },
      theme: { js: [{ filename: 'names.js', content: NAMING }] },
      transformSpecification: (document, request) => underPrefix(document, request),
      transformSpecificationClone: false,
    })
  })
}
