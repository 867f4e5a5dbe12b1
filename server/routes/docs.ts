import swaggerUi from '@fastify/swagger-ui'
import type { FastifyPluginAsync } from 'fastify'

/** The page needs inline styles and nothing else beyond its own files; it asks no other host. */
const PAGE_POLICY = [
  'default-src \'self\'', 'base-uri \'self\'', 'frame-ancestors \'self\'', 'object-src \'none\'', 'script-src \'self\'',
  'style-src \'self\' \'unsafe-inline\'', 'img-src \'self\' data: blob:',
].join('; ')

/** The OpenAPI document, for programs and for people. */
export const docsRoutes: FastifyPluginAsync = async app => {
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => await reply.send(app.swagger()))
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY, uiConfig: { deepLinking: true, validatorUrl: null } })
  app.get('/', { schema: { hide: true } }, async (_request, reply) => await reply.redirect('/docs'))
}
