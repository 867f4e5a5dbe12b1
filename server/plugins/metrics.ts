import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { PoolObserver } from '../inference/observer.js'
import type { ModelRegistry } from '../inference/registry.js'
import { translateError } from './error-handling.js'

export interface Metrics extends PoolObserver {
  /** The content type of the text format. */
  readonly contentType: string
  /** In the Prometheus text format, as of now. */
  render (): Promise<string>
  /** Measures the requests of an app and what its registry serves. Before routes are registered. */
  observe (app: FastifyInstance, models: ModelRegistry): void
}

/** Seconds. From a request that is answered from memory to one that is about to run out of time. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Seconds. Of one batch, or in the queue. */
const WORK_SECONDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const BATCH_ROWS = [1, 2, 4, 8, 16, 32, 64, 128, 256]
/** The label of requests that match no route: their paths are the clients', and would make labels without end. */
const UNMATCHED = 'unmatched'

/** A registry of its own: metrics of two services in one process do not mix. */
export function createMetrics (): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  const requests = new Counter({
    name: 'pvae_http_requests_total',
    help: 'Requests answered',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const duration = new Histogram({
    name: 'pvae_http_request_duration_seconds',
    help: 'From the headers of a request to the end of its answer',
    labelNames: ['method', 'route'],
    buckets: REQUEST_SECONDS,
    registers,
  })
  const rejected = new Counter({
    name: 'pvae_rejected_requests_total',
    help: 'Requests answered with an error, by its code',
    labelNames: ['reason'],
    registers,
  })
  const wait = new Histogram({
    name: 'pvae_queue_wait_seconds',
    help: 'From the arrival of a job in the queue to its leaving for a worker',
    buckets: WORK_SECONDS,
    registers,
  })
  const batch = new Histogram({
    name: 'pvae_batch_rows',
    help: 'Images or latents in one batch',
    labelNames: ['kind'],
    buckets: BATCH_ROWS,
    registers,
  })
  const jobs = new Counter({
    name: 'pvae_jobs_total',
    help: 'Jobs that workers have finished',
    labelNames: ['kind'],
    registers,
  })
  const decode = new Histogram({
    name: 'pvae_decode_seconds',
    help: 'Until the inputs of one batch were decoded',
    labelNames: ['kind'],
    buckets: WORK_SECONDS,
    registers,
  })
  const inference = new Histogram({
    name: 'pvae_inference_seconds',
    help: 'In the graphs, for one batch',
    labelNames: ['kind'],
    buckets: WORK_SECONDS,
    registers,
  })
  const restarts = new Counter({
    name: 'pvae_worker_restarts_total',
    help: 'Workers that ended unexpectedly and were replaced',
    registers,
  })

  return {
    contentType: register.contentType,
    render: () => register.metrics(),
    waited: milliseconds => wait.observe(milliseconds / 1000),
    batchDone ({ kind, jobs: count, rows, decodeMs, inferenceMs }) {
      const labels = { kind }
      batch.observe(labels, rows)
      jobs.inc(labels, count)
      decode.observe(labels, decodeMs / 1000)
      inference.observe(labels, inferenceMs / 1000)
    },
    workerReplaced: () => restarts.inc(),
    observe (app, models) {
      watchRegistry(models, registers)
      app.addHook('onResponse', (request, reply, done) => {
        const labels = { method: request.method, route: request.routeOptions.url ?? UNMATCHED }
        duration.observe(labels, reply.elapsedTime / 1000)
        requests.inc({ ...labels, status: reply.statusCode })
        done()
      })
      app.addHook('onError', (request, _reply, error, done) => {
        rejected.inc({ reason: translateError(error, request).code })
        done()
      })
    },
  }
}

/** Asked for at each scrape, as nothing tells of it. */
function watchRegistry (models: ModelRegistry, registers: Registry[]): void {
  const queue: Gauge = new Gauge({
    name: 'pvae_queue_jobs',
    help: 'Jobs that wait for a worker',
    registers,
    collect: () => queue.set(models.queued),
  })
  const loaded: Gauge<'model' | 'version'> = new Gauge({
    name: 'pvae_model_loaded',
    help: '1 for each version that is served',
    labelNames: ['model', 'version'],
    registers,
    collect () {
      loaded.reset()
      for (const { name, versions } of models.list()) {
        for (const { card } of versions) loaded.set({ model: name, version: card.version }, 1)
      }
    },
  })
}
