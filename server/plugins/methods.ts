import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { MethodNotAllowedError, RouteNotFoundError } from '../foundation/errors.js'

/** `/v1/models/:name/*` → what it matches. */
function matcherOf (pattern: string): RegExp {
  const source = pattern.split('/').map(segment => {
    if (segment.startsWith(':')) return '[^/]+'
    return segment.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace('*', '.*')
  })
  return new RegExp(`^${source.join('/')}$`)
}

/** The paths that an app knows, for requests that ask one of them by a method that it does not have. */
export interface KnownPaths {
  /**
   * Answers what matches no route: OPTIONS of a known path with 204, both with `Allow`.
   * @throws PVAE_METHOD_NOT_ALLOWED, PVAE_ROUTE_NOT_FOUND
   */
  answer (request: FastifyRequest, reply: FastifyReply): FastifyReply
}

/** Learns the paths of the routes that are registered from now on. */
export function learnPaths (app: FastifyInstance): KnownPaths {
  const patterns = new Map<string, { readonly matcher: RegExp, readonly methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    // Of @fastify/cors, for all paths that there may be.
    if (url === '*') return
    const known = patterns.get(url) ?? { matcher: matcherOf(url), methods: new Set(['OPTIONS']) }
    // Fastify tells of the GET of a plugin's own path only once, for the form without the last slash; HEAD it tells of
    // for both, and each comes with a GET.
    for (const each of [method].flat()) {
      for (const name of each === 'HEAD' ? ['GET', 'HEAD'] : [each]) known.methods.add(name)
    }
    patterns.set(url, known)
  })

  function methodsOf (path: string): string[] {
    const found = [...patterns.values()].filter(({ matcher }) => path === '*' || matcher.test(path))
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].sort()
  }

  return {
    answer (request, reply) {
      const path = request.url.split('?')[0]!
      const methods = methodsOf(path)
      // A file that is not there, under a path where others are: the method is not the fault.
      if (methods.length === 0 || (request.method !== 'OPTIONS' && methods.includes(request.method))) {
        throw new RouteNotFoundError(`There is no ${request.method} ${path}; /docs lists what there is`)
      }
      reply.header('allow', methods.join(', '))
      if (request.method === 'OPTIONS') return reply.code(204).send()
      throw new MethodNotAllowedError(
        `expected ${methods.join(' or ')} for the method of ${path} but received ${request.method}`
      )
    },
  }
}
