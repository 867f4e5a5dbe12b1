import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync } from 'fastify'
import { PAGE_POLICY } from '../plugins/security.js'
import { EXAMPLE_IMAGE, EXAMPLE_IMAGE_PATH } from '../schemas/examples.js'
import { entityTag, isCurrent } from './caching.js'

/** The OpenAPI document, for programs and for people. */
export const docsRoutes: FastifyPluginAsync = async app => {
  /** It does not change while the service runs: written out once, when first asked for. */
  let document: { readonly text: string, readonly tag: string } | undefined

  function describe (): NonNullable<typeof document> {
    const text = JSON.stringify(app.swagger())
    return { text, tag: entityTag(text) }
  }

  app.get('/openapi.json', { schema: { hide: true } }, async (request, reply) => {
    document ??= describe()
    if (isCurrent(request, reply, document.tag)) return await reply.code(304).send()
    return await reply.type('application/json; charset=utf-8').send(document.text)
  })

  const imageTag = entityTag(EXAMPLE_IMAGE.toString('base64'))
  app.get(EXAMPLE_IMAGE_PATH, { schema: { hide: true } }, async (request, reply) => {
    if (isCurrent(request, reply, imageTag)) return await reply.code(304).send()
    return await reply.type('image/png').send(EXAMPLE_IMAGE)
  })

  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY, uiConfig: { deepLinking: true, validatorUrl: null } })
  app.get('/', { schema: { hide: true } }, async (_request, reply) => await reply.redirect('/docs'))
}
