import createError, { type FastifyError, type FastifyErrorConstructor } from '@fastify/error'

export type ServiceErrorConstructor = FastifyErrorConstructor<{ code: string, statusCode: number }, [string?]>

const constructors = new Map<string, ServiceErrorConstructor>()

/**
 * Every message is composed where the fault is found, so that it can name the field, what was expected and what was
 * received.
 */
function define (code: string, statusCode: number): ServiceErrorConstructor {
  const constructor = createError<string, number, [string?]>(code, '%s', statusCode)
  constructors.set(code, constructor)
  return constructor
}

export const InvalidParameterError = define('PVAE_INVALID_PARAMETER', 400)
export const InvalidBodyError = define('PVAE_INVALID_BODY', 400)
export const InvalidLatentError = define('PVAE_INVALID_LATENT', 400)
export const UnknownPartitionError = define('PVAE_UNKNOWN_PARTITION', 400)
export const ImageMissingError = define('PVAE_IMAGE_MISSING', 400)
export const ImageInvalidError = define('PVAE_IMAGE_INVALID', 400)
export const InvalidMultipartError = define('PVAE_INVALID_MULTIPART', 400)
export const BadRequestError = define('PVAE_BAD_REQUEST', 400)
export const OutputTooLargeError = define('PVAE_OUTPUT_TOO_LARGE', 400)
export const UnauthorizedError = define('PVAE_UNAUTHORIZED', 401)
export const RouteNotFoundError = define('PVAE_ROUTE_NOT_FOUND', 404)
export const ModelNotFoundError = define('PVAE_MODEL_NOT_FOUND', 404)
export const NoLayersError = define('PVAE_NO_LAYERS', 404)
export const NoSampleError = define('PVAE_NO_SAMPLE', 404)
export const NoIndexError = define('PVAE_NO_INDEX', 404)
export const ReportNotFoundError = define('PVAE_REPORT_NOT_FOUND', 404)
export const VersionNotFoundError = define('PVAE_VERSION_NOT_FOUND', 404)
export const MethodNotAllowedError = define('PVAE_METHOD_NOT_ALLOWED', 405)
export const NotAcceptableError = define('PVAE_NOT_ACCEPTABLE', 406)
export const RequestTimeoutError = define('PVAE_REQUEST_TIMEOUT', 408)
export const IndexMismatchError = define('PVAE_INDEX_MISMATCH', 409)
export const ImageTooLargeError = define('PVAE_IMAGE_TOO_LARGE', 413)
export const BodyTooLargeError = define('PVAE_BODY_TOO_LARGE', 413)
export const TooManyImagesError = define('PVAE_TOO_MANY_IMAGES', 413)
export const ImageUnsupportedError = define('PVAE_IMAGE_UNSUPPORTED', 415)
export const UnsupportedMediaTypeError = define('PVAE_UNSUPPORTED_MEDIA_TYPE', 415)
export const UnsupportedEncodingError = define('PVAE_UNSUPPORTED_ENCODING', 415)
export const RateLimitedError = define('PVAE_RATE_LIMITED', 429)
export const HeadersTooLargeError = define('PVAE_HEADERS_TOO_LARGE', 431)
/** The client has gone; it never sees this answer. The number is the log's, after nginx. */
export const ClientGoneError = define('PVAE_CLIENT_GONE', 499)
export const InternalError = define('PVAE_INTERNAL', 500)
export const InferenceError = define('PVAE_INFERENCE_FAILED', 500)
export const WorkerCrashedError = define('PVAE_WORKER_CRASHED', 500)
export const IndexFailedError = define('PVAE_INDEX_FAILED', 500)
export const OverloadedError = define('PVAE_OVERLOADED', 503)
export const ShuttingDownError = define('PVAE_SHUTTING_DOWN', 503)
export const TimeoutError = define('PVAE_TIMEOUT', 504)

/** Every code the service answers with, and its status: `GET /openapi.json` and the tests read it. */
export const ERROR_STATUSES: Readonly<Record<string, number>> =
  Object.fromEntries([...constructors].map(([code, constructor]) => [code, new constructor('').statusCode]))

/** The one form of a message about a bad value. */
export function expected (what: string, name: string, received: string): string {
  return `expected ${what} for ${name} but received ${received}`
}

/** An error as it travels between threads: structured clone keeps an Error's message, but not its code. */
export interface ErrorMessage {
  readonly code: string
  readonly message: string
  /** For the log only: what the native library said. */
  readonly detail?: string
}

function hasCode (error: unknown): error is Error & { code: unknown } {
  return error instanceof Error && 'code' in error
}

/** Foreign errors become `fallback`, their own words kept for the log: they may name paths or data. */
export function errorToMessage (error: unknown, fallback: ErrorMessage): ErrorMessage {
  if (hasCode(error) && typeof error.code === 'string' && error.code.startsWith('PVAE_')) {
    return { code: error.code, message: error.message }
  }
  return { ...fallback, detail: error instanceof Error ? error.message : String(error) }
}

export function errorFromMessage ({ code, message, detail }: ErrorMessage): FastifyError {
  // The codes of models/ (a version that is refused) travel too; no client ever sees those.
  const error = new (constructors.get(code) ?? createError<string, number, [string?]>(code, '%s', 500))(message)
  if (detail !== undefined) error.cause = new Error(detail)
  return error
}
