import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Tracing } from '../../server/plugins/tracing.js'
import { imagesOf } from './service.js'

/** Paths that the linear model has no answer for. */
const LAYERED = /\/(layers|sample|sample\/sheet)$/

export interface RegisteredRoute {
  readonly method: string
  /** Its pattern. */
  readonly url: string
}

/**
 * Every route of an app as it is registered, hidden ones and those of plugins included. Goes where traces would: that
 * is told of the app before its routes are.
 */
export function listenForRoutes (): { readonly routes: RegisteredRoute[], readonly tracing: Tracing } {
  const routes: RegisteredRoute[] = []
  const observe = (app: FastifyInstance) => {
    app.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) {
        routes.push({ method: each, url })
        // Of `/docs/`, beside `/docs`, only HEAD is told.
        if (each === 'HEAD' && !routes.some(route => route.method === 'GET' && route.url === url)) {
          routes.push({ method: 'GET', url })
        }
      }
    })
  }
  return { routes, tracing: { observe, jobQueued: () => undefined, close: async () => {} } }
}

/**
 * A request that a route of the test service answers, with a body that is right: of the linear model, and of the
 * layered one (`publishLayeredModel`) where only such a model has an answer.
 */
export function requestFor (
  { method, url }: RegisteredRoute,
  image: Uint8Array
): InjectOptions & { readonly url: string } {
  const path = url
    .replace(':name', LAYERED.test(url) ? 'layered' : 'linear')
    .replace(':model', 'linear-decoder')
    .replace(':version', '1')
    .replace('report/*', 'report/index.html')
    .replace('*', 'index.css')
  const request = { method: method as 'GET', url: path }
  if (method !== 'POST') return request
  const json = { 'content-type': 'application/json' }
  if (path.endsWith('/layers')) return { ...request, headers: json, payload: { latents: [new Array(10).fill(0)] } }
  if (path.endsWith('/search')) return { ...request, headers: json, payload: { latent: [0, 0, 0] } }
  if (path.endsWith('/decode')) return { ...request, headers: json, payload: { latents: [[0, 0, 0]] } }
  if (path.endsWith('/infer')) {
    return {
      ...request,
      headers: json,
      payload: { inputs: [{ name: 'latent', shape: [1, 3], datatype: 'FP32', data: [0, 0, 0] }] },
    }
  }
  if (path.endsWith('/mix')) return { ...request, ...imagesOf(image, image) }
  return { ...request, headers: { 'content-type': 'image/png' }, payload: Buffer.from(image) }
}
