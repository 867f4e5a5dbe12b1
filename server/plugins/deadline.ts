import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { Cancellation } from '../foundation/cancellation.js'
import { ClientGoneError, TimeoutError } from '../foundation/errors.js'

declare module 'fastify' {
  interface FastifyReply {
    /**
     * The signal that this request's work watches. Its time counts from the first access: when the request has arrived.
     */
    readonly cancellation: Cancellation
  }
}

/**
 * Not `request.signal` of Fastify: it is aborted as soon as a body has been read, as that closes Node's request stream.
 */
function begin (response: ServerResponse, milliseconds: number): Cancellation {
  const cancellation = new Cancellation()
  const timer = setTimeout(
    () => cancellation.cancel(new TimeoutError(`The request was not answered within ${milliseconds} ms`)),
    milliseconds
  ).unref()
  response.once('close', () => {
    clearTimeout(timer)
    if (!response.writableFinished) cancellation.cancel(new ClientGoneError('The client left before it was answered'))
  })
  return cancellation
}

/**
 * Gives every request a time to be answered in, and an end when its client has gone. Costs nothing where nobody looks.
 */
export function limitWork (app: FastifyInstance, milliseconds: number): void {
  const begun = new WeakMap<FastifyReply, Cancellation>()
  app.decorateReply('cancellation', {
    getter (this: FastifyReply) {
      const known = begun.get(this)
      if (known !== undefined) return known
      const cancellation = begin(this.raw, milliseconds)
      begun.set(this, cancellation)
      return cancellation
    },
  })
}
