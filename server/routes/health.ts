import { Type } from '@partition-vae/models/typebox'
import type { Routes } from './service.js'

const LiveSchema = Type.Object({ live: Type.Boolean() })
const ReadySchema = Type.Object({ ready: Type.Boolean() })

/** The Open Inference Protocol's health routes. */
export const healthRoutes: Routes = async (app, { models }) => {
  app.get(
    '/v2/health/live',
    {
      logLevel: 'warn', // probes would fill the log
      schema: {
        operationId: 'live',
        summary: 'The process answers',
        tags: ['operations'],
        response: { 200: LiveSchema },
      },
    },
    async () => ({ live: true })
  )

  app.get('/v2/health/ready', {
    logLevel: 'warn',
    schema: {
      operationId: 'ready',
      summary: 'Models are loaded and proven, and the service is not draining',
      tags: ['operations'],
      response: { 200: ReadySchema, 503: ReadySchema },
    },
  }, async (_request, reply) => await reply.code(models.ready ? 200 : 503).send({ ready: models.ready }))
}
