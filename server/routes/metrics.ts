import type { FastifyPluginAsync } from 'fastify'
import { Type } from '@partition-vae/models/typebox'
import type { Metrics } from '../plugins/metrics.js'

/** For Prometheus. Says nothing about anybody's images; whoever may read it is the business of what stands in front. */
export const metricsRoutes: FastifyPluginAsync<{ readonly metrics: Metrics }> = async (app, { metrics }) => {
  app.get('/metrics', {
    logLevel: 'warn', // scrapes would fill the log
    schema: {
      operationId: 'metrics',
      summary: 'Metrics in the Prometheus text format',
      tags: ['operations'],
      response: { 200: { content: { 'text/plain': { schema: Type.String() } } } },
    },
  }, async (_request, reply) => await reply.type(metrics.contentType).serializer(String).send(await metrics.render()))
}
