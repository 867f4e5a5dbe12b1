import type { components } from './openapi.js'

/** The answer was not the service's: a proxy's page, or one that is cut off or malformed. */
const INVALID_ANSWER = 'PVAE_CLIENT_INVALID_ANSWER'
/** No answer came: nothing listens there, the name is unknown, the connection broke. */
const UNREACHABLE = 'PVAE_CLIENT_UNREACHABLE'

/** Statuses after which the same request may succeed. */
const PASSING = [429, 502, 503, 504]
/** Milliseconds, where the service does not say. */
const RETRY_AFTER = 1000

export interface ServiceErrorOptions extends ErrorOptions {
  readonly status: number
  readonly code: string
  readonly details?: unknown
  readonly retryAfter?: number | undefined
}

/**
 * An error of the service, or on the way to it. The one class that all methods reject with, but for requests that were
 * aborted: those reject with the signal's reason.
 */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  /** The HTTP status; 0 where no answer came. */
  readonly status: number
  /**
   * Stable, for programs: the service's (`PVAE_…`), or `PVAE_CLIENT_UNREACHABLE` or `PVAE_CLIENT_INVALID_ANSWER`.
   */
  readonly code: string
  /** The body as it came: an object if it was JSON, else text. */
  readonly details: unknown
  /** Milliseconds after which the same request may succeed. Undefined: it would fail again. */
  readonly retryAfter: number | undefined

  constructor (message: string, { status, code, details, retryAfter, ...options }: ServiceErrorOptions) {
    super(message, options)
    this.status = status
    this.code = code
    this.details = details
    this.retryAfter = retryAfter
  }
}

/** Reads `Retry-After`, seconds or a date, as milliseconds. */
function readDelay (header: string | null): number | undefined {
  if (header === null) return undefined
  const delay = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(delay) ? undefined : Math.max(0, delay)
}

function parse (text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Makes an error of an answer whose status says that it is one. */
export async function errorOf (response: Response): Promise<ServiceError> {
  const { status, statusText, headers } = response
  const details = parse(await response.text().catch(() => ''))
  const retryAfter = PASSING.includes(status) ? readDelay(headers.get('retry-after')) ?? RETRY_AFTER : undefined
  const { code, message } = Object(details) as Partial<components['schemas']['Error']>
  return typeof code === 'string' && typeof message === 'string'
    ? new ServiceError(message, { status, code, details, retryAfter })
    : new ServiceError(
      `expected an answer of the service but received ${status} ${statusText} from elsewhere`.replace('  ', ' '),
      { status, code: INVALID_ANSWER, details, retryAfter }
    )
}

/** Makes an error of an answer that is not as it must be. */
export function invalidAnswer (
  expected: string,
  found: string,
  { status }: Pick<Response, 'status'>,
  cause?: unknown
): ServiceError {
  return new ServiceError(`expected ${expected} but received ${found}`, { status, code: INVALID_ANSWER, cause })
}

/** Makes an error of a connection that could not be made, or broke. */
export function unreachable (cause: unknown): ServiceError {
  const { message, cause: deeper } = cause as Error
  const reason = deeper instanceof Error && deeper.message !== '' ? deeper.message : message
  return new ServiceError(`expected an answer of the service but none came: ${reason}`, {
    status: 0,
    code: UNREACHABLE,
    retryAfter: RETRY_AFTER,
    cause,
  })
}
