/**
 * A client that does what polite ones do not: it stops in the middle, lies about lengths, and reports what became of
 * it.
 */
import { Agent, request as httpRequest } from 'node:http'

export interface Shot {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Send this many bytes of the body, then hang up. */
  readonly abortAfter?: number
}

export interface Answer {
  readonly kind: 'answer'
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

export type Outcome =
  | Answer
  /** We hung up, as the shot says. */
  | { readonly kind: 'aborted' }
  /** The connection ended without an answer. */
  | { readonly kind: 'broken', readonly reason: string }
  /** No answer within the deadline. */
  | { readonly kind: 'late' }

export interface Client {
  /** Never rejects. */
  send (shot: Shot): Promise<Outcome>
  close (): void
}

export interface ClientOptions {
  /** Kept open at most. */
  readonly connections: number
  /** Milliseconds for one request. */
  readonly deadline: number
}

export function createClient (url: string, { connections, deadline }: ClientOptions): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send ({ method, path, headers = {}, body, abortAfter }) {
      return new Promise(resolve => {
        const length = body === undefined ? {} : { 'content-length': String(body.length) }
        const request = httpRequest(`${url}${path}`, { agent, method, headers: { ...length, ...headers } })
        const finish = (outcome: Outcome) => {
          clearTimeout(timer)
          resolve(outcome)
        }
        const timer = setTimeout(() => {
          finish({ kind: 'late' })
          request.destroy()
        }, deadline)
        request.on('response', response => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => { chunks.push(chunk) })
          response.on('end', () => {
            const { statusCode, headers } = response
            finish({ kind: 'answer', status: statusCode!, headers, body: Buffer.concat(chunks) })
          })
          response.on('error', (error: Error) => finish({ kind: 'broken', reason: error.message }))
        })
        // After an answer this changes nothing: a promise settles once.
        request.on('error', (error: Error) => finish({ kind: 'broken', reason: error.message }))
        if (abortAfter === undefined) {
          request.end(body)
          return
        }
        request.write(body!.subarray(0, abortAfter), () => {
          finish({ kind: 'aborted' })
          request.destroy()
        })
      })
    },
    close: () => agent.destroy(),
  }
}
