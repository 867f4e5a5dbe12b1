import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api'
import { ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from '@opentelemetry/sdk-trace-base'
import {
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVICE_NAME,
  ATTR_SERVICE_VERSION,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { ClientGoneError } from '../foundation/errors.js'
import type { PoolObserver } from '../inference/observer.js'
import { translateError } from './error-handling.js'

// The one file that knows of OpenTelemetry. It is imported only where an operator has asked for traces: others do not
// pay for it.

export interface Tracing extends Required<Pick<PoolObserver, 'jobQueued'>> {
  /**
   * A span for each request of an app, and its trace in the lines that the request logs. Before hooks and routes are
   * registered.
   */
  observe (app: FastifyInstance): void
  /** Exports what is left, but does not wait for it longer than `flushWithin`. */
  close (): Promise<void>
}

export interface TracingOptions {
  /** The version of the service. */
  readonly version: string
  /** The longest that a collector which does not answer may hold up the end. Milliseconds. */
  readonly flushWithin: number
}

/** The code of a request that nobody waited for. */
const CLIENT_GONE = new ClientGoneError('').code

/** Says when exporting begins to fail and when it works again, not each time: a collector may be down for hours. */
function reporting (exporter: SpanExporter, log: () => FastifyBaseLogger | undefined): SpanExporter {
  let failing = false
  return {
    export (spans, done) {
      exporter.export(spans, result => {
        const failed = result.code !== ExportResultCode.SUCCESS
        if (failed && !failing) log()?.warn({ err: result.error }, 'traces can not be exported')
        if (!failed && failing) log()?.info('traces are exported again')
        failing = failed
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
  }
}

/**
 * Exports over OTLP (HTTP, protobuf). Where to, the sampler, further attributes of the resource, batching and limits
 * are the standard `OTEL_…` variables, which the SDK reads itself. Spans wait in a bounded queue: what does not fit is
 * dropped, no request waits for it. A span names methods, route patterns, codes, models and sizes; never a path, query,
 * header or body.
 */
export function createTracing ({ version, flushWithin }: TracingOptions): Tracing {
  let log: FastifyBaseLogger | undefined
  const provider = new BasicTracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ [ATTR_SERVICE_NAME]: 'partition-vae', [ATTR_SERVICE_VERSION]: version }))
      .merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(reporting(new OTLPTraceExporter(), () => log))],
  })
  const tracer = provider.getTracer('partition-vae', version)
  const propagator = new W3CTraceContextPropagator()
  const spans = new WeakMap<IncomingMessage, Span>()
  /** The request that runs. */
  const current = new AsyncLocalStorage<Span>()

  function begin (request: IncomingMessage): Span {
    const parent = propagator.extract(ROOT_CONTEXT, request.headers, defaultTextMapGetter)
    const method = request.method ?? '_OTHER'
    const span = tracer.startSpan(
      method,
      { kind: SpanKind.SERVER, attributes: { [ATTR_HTTP_REQUEST_METHOD]: method, [ATTR_URL_SCHEME]: 'http' } },
      parent
    )
    spans.set(request, span)
    return span
  }

  return {
    observe (app) {
      log = app.log
      // The earliest there is: the line that says that a request has come in has its trace already.
      app.setChildLoggerFactory((logger, bindings, options, request) => {
        const { traceId, spanId } = begin(request).spanContext()
        return logger.child({ ...bindings, trace_id: traceId, span_id: spanId }, options)
      })
      app.addHook('onRequest', (request, reply, done) => {
        const span = spans.get(request.raw)!
        const route = request.routeOptions.url
        if (route !== undefined) span.updateName(`${request.method} ${route}`).setAttribute(ATTR_HTTP_ROUTE, route)
        reply.raw.once('close', () => {
          if (span.isRecording()) span.setAttribute(ATTR_ERROR_TYPE, CLIENT_GONE).end() // else it has been answered
        })
        current.run(span, done)
      })
      // A body arrives in events of its connection, and what follows them has lost the request.
      app.addHook('preHandler', (request, _reply, done) => current.run(spans.get(request.raw)!, done))
      app.addHook('onResponse', (request, reply, done) => {
        const span = spans.get(request.raw)!
        span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, reply.statusCode)
        if (reply.statusCode >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
        done()
      })
      app.addHook('onError', (request, _reply, error, done) => {
        spans.get(request.raw)?.setAttribute(ATTR_ERROR_TYPE, translateError(error, request).code)
        done()
      })
    },
    jobQueued (key, kind) {
      const span = current.getStore()
      if (span?.isRecording() !== true) return undefined
      const parent = trace.setSpan(ROOT_CONTEXT, span)
      return ({ queuedAt, startedAt, rows, jobs, decodeMs, inferenceMs }) => {
        const child = (name: string, from: number, to: number, attributes = {}) =>
          tracer
            .startSpan(
              name,
              { startTime: from, attributes: { 'pvae.model': key, 'pvae.kind': kind, ...attributes } },
              parent
            )
            .end(to)
        const decoded = startedAt + decodeMs
        const batch = { 'pvae.batch.rows': rows, 'pvae.batch.jobs': jobs }
        child('queue', queuedAt, startedAt)
        child('decode inputs', startedAt, decoded, batch)
        child('inference', decoded, decoded + inferenceMs, batch)
      }
    },
    async close () {
      const flushed = provider.shutdown().catch(() => {}) // that it failed has been logged
      await Promise.race([flushed, delay(flushWithin, undefined, { ref: false })])
    },
  }
}
