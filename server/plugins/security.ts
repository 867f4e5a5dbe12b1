import helmet from '@fastify/helmet'
import type { FastifyInstance } from 'fastify'

/** Response headers. CORS stays closed; TLS, and so HSTS, is the business of what stands in front. */
export async function addSecurityHeaders (app: FastifyInstance): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ['\'none\''], frameAncestors: ['\'none\''] } },
    strictTransportSecurity: false,
  })
}
