import createFetchClient, { type Client as FetchClient } from 'openapi-fetch'
import { errorOf, invalidAnswer, ServiceError, unreachable } from './errors.js'
import type { paths } from './openapi.js'

export interface ClientOptions {
  /**
   * Where the service is: the part of its addresses before `/v1`, with a path if it is behind one. In a page it may be
   * relative to the page's origin, e.g. `''` or `/models`.
   */
  readonly baseUrl: string | URL
  /** Sent with every request as a bearer token. A function is asked before each. None: `undefined` or `''`. */
  readonly apiKey?: string | (() => string | undefined)
  /** Sends requests. Default: the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>
}

/** What every method takes. */
export interface RequestOptions {
  /** Aborts the request: the method rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/** An answer that is not an error. */
export interface Answer<D> {
  readonly data: D
  readonly response: Response
}

export interface Transport {
  readonly api: FetchClient<paths>
  /**
   * Waits for an answer. @throws ServiceError for whatever goes wrong, but the signal's reason if it was aborted
   */
  ask<D>(answer: Promise<{ data?: D, response: Response }>, options: RequestOptions): Promise<Answer<D>>
}

/**
 * Fills in a path. Every path of a model has a twin under `/versions/{version}`: a version goes behind the name. A
 * file's slashes stay what they are.
 */
function fillPath (pattern: string, { version, ...values }: Record<string, unknown>): string {
  return pattern
    .replace('{name}', version === undefined ? '{name}' : `{name}/versions/${Number(version)}`)
    .replace(/\{(name|file)\}/g, (_, key: string) => {
      const parts = key === 'file' ? String(values[key]).split('/') : [String(values[key])]
      return parts.map(encodeURIComponent).join('/')
    })
}

/** @throws TypeError for an address that nothing can be relative to */
function checkBase (baseUrl: string | URL): string {
  const base = String(baseUrl)
  const origin = (globalThis as { location?: { href?: string } }).location?.href
  if (!URL.canParse(base, origin)) {
    throw new TypeError(`expected an absolute URL for baseUrl but received ${JSON.stringify(base)}`)
  }
  return base
}

/** Makes what sends requests: addresses, keys and errors. */
export function createTransport ({ baseUrl, apiKey, fetch }: ClientOptions): Transport {
  const api = createFetchClient<paths>({
    baseUrl: checkBase(baseUrl),
    pathSerializer: fillPath,
    // Looked up when it is called: what replaces it later, as for tracing, is used too.
    fetch: request => (fetch ?? globalThis.fetch)(request),
  })
  api.use({
    onRequest ({ request }) {
      const key = typeof apiKey === 'function' ? apiKey() : apiKey
      if (key !== undefined && key !== '') request.headers.set('authorization', `Bearer ${key}`)
    },
    async onResponse ({ response }) {
      if (!response.ok) throw await errorOf(response)
    },
  })
  return {
    api,
    async ask (answer, { signal }) {
      try {
        const { data, response } = await answer
        if (data === undefined) throw invalidAnswer('an answer', 'an empty one', response)
        return { data, response }
      } catch (error) {
        if (signal?.aborted) throw signal.reason
        if (error instanceof ServiceError) throw error
        if (error instanceof SyntaxError) throw invalidAnswer('JSON', 'what is not', { status: 200 }, error)
        throw unreachable(error)
      }
    },
  }
}
