import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { ModelError } from '@partition-vae/models'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  BadRequestError,
  BodyTooLargeError,
  expected,
  HeadersTooLargeError,
  InternalError,
  InvalidBodyError,
  InvalidLatentError,
  InvalidParameterError,
  RequestTimeoutError,
  UnknownPartitionError,
  UnsupportedMediaTypeError,
  type ServiceErrorConstructor,
} from '../foundation/errors.js'
import { learnPaths } from './methods.js'

type ErrorBody = Readonly<{ statusCode: number, code: string, error: string, message: string }>

function bodyOf ({
  statusCode = 500,
  code,
  message,
}: Pick<FastifyError, 'statusCode' | 'code' | 'message'>): ErrorBody {
  return { statusCode, code, error: STATUS_CODES[statusCode] ?? 'Error', message }
}

/**
 * The service's errors for a ModelError that a client is the cause of, by its code. Of images that do not decode
 * server/image/codec.ts makes errors.
 */
const REFUSALS: Readonly<Partial<Record<string, ServiceErrorConstructor>>> = {
  PVAE_INVALID_PARAMETER: InvalidParameterError,
  PVAE_INVALID_LATENT: InvalidLatentError,
  PVAE_UNKNOWN_PARTITION: UnknownPartitionError,
}

/** Says errors of Fastify and of models/ in this service's words and codes. */
export function translateError (error: FastifyError, request: FastifyRequest): FastifyError {
  if (error instanceof ModelError) {
    const Refusal = REFUSALS[error.code]
    if (Refusal !== undefined) return new Refusal(expected(error.expected, error.field, error.found))
  }
  if (error.code?.startsWith('PVAE_')) return error
  const type = request.headers['content-type'] ?? 'none'
  switch (error.code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return new UnsupportedMediaTypeError(
        expected('a content type that this route takes', 'Content-Type', JSON.stringify(type))
      )
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new BodyTooLargeError(expected(`at most ${request.routeOptions.bodyLimit} bytes`, 'the body', 'more'))
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new InvalidBodyError(expected('JSON', 'the body', 'nothing'))
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new InvalidBodyError(`The body can not be read: ${error.message}`)
  }
  const { statusCode } = error
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) return new BadRequestError(error.message)
  const internal = new InternalError('Something went wrong in the service; its log has the details')
  internal.cause = error
  return internal
}

/** Routes of the Open Inference Protocol, which has an error form of its own. */
const PROTOCOL = /^\/v2(?:[/?]|$)/

function answer (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const translated = translateError(error, request)
  const { statusCode = 500 } = translated
  if (statusCode >= 500) request.log.error({ err: translated }, translated.message)
  else request.log.info({ code: translated.code }, translated.message)
  // A picture's headers do not belong to the error that came instead.
  for (const header of ['etag', 'content-type']) reply.removeHeader(header)
  // What is wrong now may be right in a moment: a model that was not there is loaded.
  reply.header('cache-control', 'no-store')
  // What follows on this connection may be the rest of a body that nobody reads.
  if (statusCode === 413) reply.header('connection', 'close')
  return reply
    .code(statusCode)
    .type('application/json; charset=utf-8')
    .serializer(JSON.stringify)
    .send(PROTOCOL.test(request.url) ? { error: translated.message } : bodyOf(translated))
}

/** Says more of an error than where it was thrown could be known. */
export type Explain = (error: FastifyError) => FastifyError | Promise<FastifyError>

/**
 * Every error, wherever it comes from, has the one form: `{statusCode, code, error, message}`; under /v2 the
 * protocol's, `{error}`.
 * @param explain asked before an error is answered
 */
export function installErrorHandling (app: FastifyInstance, explain: Explain = error => error): void {
  const paths = learnPaths(app)
  app.setErrorHandler(async (error: FastifyError, request, reply) => answer(await explain(error), request, reply))
  app.setNotFoundHandler((request, reply) => paths.answer(request, reply))
}

/** A path that can't be decoded and the like: before routing, so outside of the handler above. */
export function answerFrameworkError (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  answer(error, request, reply)
}

const CLIENT_ERRORS: Readonly<Record<string, () => FastifyError>> = {
  ERR_HTTP_REQUEST_TIMEOUT: () => new RequestTimeoutError('The request did not arrive in time'),
  HPE_HEADER_OVERFLOW: () => new HeadersTooLargeError('The headers are too large'),
}

/** Answers a connection whose bytes are not HTTP, or come too slowly: Node has no request to answer, only a socket. */
export function answerClientError (error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const body = bodyOf(CLIENT_ERRORS[error.code ?? '']?.() ?? new BadRequestError('The request is not valid HTTP'))
  const text = JSON.stringify(body)
  socket.end(
    `HTTP/1.1 ${body.statusCode} ${body.error}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ` +
      `${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`
  )
}
