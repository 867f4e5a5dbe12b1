import Fastify, { type FastifyBaseLogger, type FastifyInstance, type FastifyServerOptions } from 'fastify'
import { createAnswers } from './foundation/answers.js'
import type { PoolObserver } from './inference/observer.js'
import type { ModelRegistry } from './inference/registry.js'
import {
  DEFAULT_LIMITS,
  DEFAULT_REQUEST_TIMEOUT,
  DEFAULT_TIMEOUTS,
  type Limits,
  type Timeouts,
} from './settings/limits.js'
import { controlAdmission } from './plugins/admission.js'
import { limitWork } from './plugins/deadline.js'
import { answerClientError, answerFrameworkError, installErrorHandling } from './plugins/error-handling.js'
import { believePrefix } from './plugins/forwarded-prefix.js'
import { createMetrics } from './plugins/metrics.js'
import { describeApi } from './plugins/openapi.js'
import { secure, type SecurityOptions } from './plugins/security.js'
import type { Tracing } from './plugins/tracing.js'
import { acceptImages } from './plugins/uploads.js'
import { installValidation } from './plugins/validation.js'
import { decodeRoutes } from './routes/decode.js'
import { docsRoutes } from './routes/docs.js'
import { encodeRoutes } from './routes/encode.js'
import { explorerRoutes } from './routes/explorer.js'
import { healthRoutes } from './routes/health.js'
import { imageTraversalRoutes } from './routes/image-traversal.js'
import { influenceRoutes } from './routes/influence.js'
import { layersRoutes } from './routes/layers.js'
import { metricsRoutes } from './routes/metrics.js'
import { mixRoutes } from './routes/mix.js'
import { modelRoutes } from './routes/models.js'
import { openInferenceRoutes } from './routes/open-inference.js'
import { reconstructRoutes } from './routes/reconstruct.js'
import { reportRoutes } from './routes/report.js'
import { sampleRoutes } from './routes/sample.js'
import { searchRoutes } from './routes/search.js'
import { traversalRoutes } from './routes/traversal.js'
import { ErrorSchema } from './schemas/common.js'
import { ProtocolErrorSchema } from './schemas/open-inference.js'
import type { Indexes } from './search/indexes.js'

export interface AppDependencies {
  /** Called once, with the service's log and who measures. The app closes what it gives. */
  readonly loadModels: (log: FastifyBaseLogger, observer: PoolObserver) => Promise<ModelRegistry>
  /** What the models' collections are searched by. Default: none. Called and closed as loadModels. */
  readonly loadIndexes?: ((log: FastifyBaseLogger) => Promise<Indexes>) | undefined
  /** Default: no traces. The app closes it, last. */
  readonly tracing?: Tracing | undefined
}

export interface AppOptions {
  /** Default: no log. */
  readonly logger?: Exclude<FastifyServerOptions['logger'], undefined>
  readonly limits?: Partial<Limits>
  readonly timeouts?: Partial<Timeouts>
  readonly security?: SecurityOptions
  /**
   * Whose `X-Forwarded-For` is believed: addresses and networks between commas. Default: nobody's. (A count of proxies
   * could be forged by whoever reaches the service.)
   */
  readonly trustProxy?: string
  /** Milliseconds to answer a request that has arrived. */
  readonly requestTimeout?: number
  /** Bytes of pictures that are kept, to be given to whoever asks for the same ones. Default: none. */
  readonly answerBytes?: number
  /** The folder of the explorer's built files. Default: there is no explorer, and `/` leads to the API's page. */
  readonly explorer?: string | undefined
  /** The version of the service, for the API document. */
  readonly version?: string
}

/** Connections are looked at so often: late ones are closed by then. Milliseconds. Node's default is half a minute. */
const LOOK_EVERY = 1000

/**
 * The whole service but the process: composition only. Closing it drains: not ready, no new connections, what is in
 * flight is finished, then the workers end.
 */
export async function buildApp (
  { loadModels, loadIndexes, tracing }: AppDependencies,
  options: AppOptions = {}
): Promise<FastifyInstance> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts }
  const app = Fastify({
    logger: options.logger ?? false,
    bodyLimit: limits.jsonBytes,
    requestTimeout: timeouts.arrival,
    keepAliveTimeout: timeouts.keepAlive,
    http: {
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: Math.min(LOOK_EVERY, timeouts.headers),
      maxHeaderSize: limits.headerBytes,
    },
    trustProxy: options.trustProxy ?? false,
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: answerClientError,
    // What still comes while the service closes is answered like everything else, and its connection ends with it.
    return503OnClosing: false,
  })
  tracing?.observe(app)
  let models: ModelRegistry | undefined
  installErrorHandling(app, error => models?.explain(error) ?? error)
  // Before anything is loaded: a file of keys that can't be used ends it here.
  await secure(app, options.security ?? {})
  believePrefix(app, options.trustProxy)
  const metrics = createMetrics()
  const registry = (models = await loadModels(
    app.log,
    tracing === undefined ? metrics : { ...metrics, jobQueued: tracing.jobQueued }
  ))
  const indexes = await loadIndexes?.(app.log)
  installValidation(app)
  app.addSchema(ErrorSchema)
  app.addSchema(ProtocolErrorSchema)
  metrics.observe(app, registry)
  controlAdmission(app, registry)
  limitWork(app, options.requestTimeout ?? DEFAULT_REQUEST_TIMEOUT)
  app.addHook('onClose', async () => {
    await registry.close()
    await indexes?.close()
    await tracing?.close()
  })

  const version = options.version ?? '0.0.0'
  await describeApi(app, version, registry, indexes)
  const answers = createAnswers(options.answerBytes ?? 0)
  const dependencies = { models: registry, limits, answers, indexes }
  await app.register(modelRoutes, dependencies)
  await app.register(sampleRoutes, dependencies)
  await app.register(reportRoutes, dependencies)
  await app.register(decodeRoutes, dependencies)
  await app.register(layersRoutes, dependencies)
  await app.register(traversalRoutes, dependencies)
  await app.register(influenceRoutes, dependencies)
  await app.register(openInferenceRoutes, { ...dependencies, version })
  await app.register(healthRoutes, dependencies)
  await app.register(metricsRoutes, { metrics })
  await app.register(async scope => {
    await acceptImages(scope, limits)
    await scope.register(encodeRoutes, dependencies)
    await scope.register(reconstructRoutes, dependencies)
    await scope.register(imageTraversalRoutes, dependencies)
    await scope.register(mixRoutes, dependencies)
    await scope.register(searchRoutes, dependencies)
  })
  await app.register(docsRoutes)
  await app.register(explorerRoutes, { folder: options.explorer })
  return app
}
