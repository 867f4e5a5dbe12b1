import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import type { ModelRegistry } from './inference/registry.js'
import { DEFAULT_LIMITS, type Limits } from './limits.js'
import { answerClientError, answerFrameworkError, installErrorHandling } from './plugins/error-handling.js'
import { describeApi } from './plugins/openapi.js'
import { addSecurityHeaders } from './plugins/security.js'
import { acceptImages } from './plugins/uploads.js'
import { installValidation } from './plugins/validation.js'
import { decodeRoutes } from './routes/decode.js'
import { docsRoutes } from './routes/docs.js'
import { encodeRoutes } from './routes/encode.js'
import { healthRoutes } from './routes/health.js'
import { modelRoutes } from './routes/models.js'
import { reconstructRoutes } from './routes/reconstruct.js'
import { traversalRoutes } from './routes/traversal.js'
import { ErrorSchema } from './schemas/common.js'

export interface AppDependencies {
  /** Called once, with the service's log. The app closes what it gives. */
  readonly loadModels: (log: FastifyBaseLogger) => Promise<ModelRegistry>
}

export interface AppOptions {
  /** Default: no log. */
  readonly logger?: Exclude<FastifyServerOptions['logger'], undefined>
  readonly limits?: Partial<Limits>
  /** Of the service, for the API document. */
  readonly version?: string
}

/** A request that does not arrive is closed: milliseconds. */
const TIMEOUTS = { headers: 10_000, request: 30_000, keepAlive: 10_000, check: 2_000 }

/**
 * The whole service but the process: composition only. Closing it drains: not ready, no new connections, what is in flight is
 * finished, then the workers end.
 */
export async function buildApp ({ loadModels }: AppDependencies, options: AppOptions = {}): Promise<FastifyInstance> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const app = Fastify({
    logger: options.logger ?? false,
    bodyLimit: limits.jsonBytes,
    requestTimeout: TIMEOUTS.request,
    keepAliveTimeout: TIMEOUTS.keepAlive,
    http: { headersTimeout: TIMEOUTS.headers, connectionsCheckingInterval: TIMEOUTS.check },
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
  })
  const models = await loadModels(app.log)
  installErrorHandling(app)
  installValidation(app)
  app.addSchema(ErrorSchema)
  app.addHook('preClose', async () => models.drain())
  app.addHook('onClose', async () => await models.close())

  await addSecurityHeaders(app)
  await describeApi(app, options.version ?? '0.0.0')
  const dependencies = { models, limits }
  await app.register(modelRoutes, dependencies)
  await app.register(decodeRoutes, dependencies)
  await app.register(traversalRoutes, dependencies)
  await app.register(healthRoutes, dependencies)
  await app.register(async scope => {
    await acceptImages(scope, limits)
    await scope.register(encodeRoutes, dependencies)
    await scope.register(reconstructRoutes, dependencies)
  })
  await app.register(docsRoutes)
  return app
}
