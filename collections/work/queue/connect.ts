/** The connection to Redis: it waits while Redis is away, and says so. */
import { Redis } from 'ioredis'
import { CollectionError } from '../../foundation/errors.js'

/** Longest wait until a lost Redis is tried again. Milliseconds. */
const LONGEST_WAIT = 5000

export interface ConnectionOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` by TLS. */
  readonly url: string
  /** Told when Redis is away, and when it is back. Meanwhile all waits. */
  readonly onState?: ((message: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

/** Faults of the address or the key, which waiting does not mend. */
const FINAL = /WRONGPASS|NOAUTH|invalid password|ENOTFOUND|ERR invalid DB index|NOPERM|certificate|protocol error/i

/**
 * Connects, and waits where Redis is away.
 * @throws CollectionError PVAE_QUEUE_UNAVAILABLE for an address or a password that is wrong; the signal's reason
 */
export async function connect ({ url, onState, signal }: ConnectionOptions): Promise<Redis> {
  const where = describe(url)
  const redis = new Redis(url, {
    lazyConnect: true,
    // Commands wait for as long as Redis is away.
    maxRetriesPerRequest: null,
    retryStrategy: times => Math.min(LONGEST_WAIT, 100 * 2 ** Math.min(times, 6)),
  })
  let isAway = false
  await new Promise<void>((resolve, reject) => {
    const stop = () => give(signal!.reason)
    let isOpen = false
    // Until it is open: what is under way then is finished, and closes the connection itself.
    const give = (error: unknown) => {
      signal?.removeEventListener('abort', stop)
      redis.disconnect()
      reject(error)
    }
    signal?.addEventListener('abort', stop, { once: true })
    if (signal?.aborted) stop()
    redis.on('error', (error: Error) => {
      const reason = error.message || (error as NodeJS.ErrnoException).code || 'no connection'
      if (!isOpen && FINAL.test(reason)) {
        give(new CollectionError('PVAE_QUEUE_UNAVAILABLE', `expected a Redis that lets one in at ${where} but found: ${
          reason}`, { cause: error }))
      } else if (!isAway) onState?.(`Redis at ${where} is away (${reason}); waiting for it`)
      isAway = true
    })
    redis.on('ready', () => {
      if (isAway) onState?.(`Redis at ${where} is back`)
      isAway = false
      isOpen = true
      signal?.removeEventListener('abort', stop)
      resolve()
    })
    redis.connect().catch(() => {})
  })
  return redis
}

/** Without the password. @throws CollectionError PVAE_INVALID_PARAMETER */
function describe (url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol)) {
    throw new CollectionError('PVAE_INVALID_PARAMETER',
      `expected redis://HOST[:PORT] for the queue but received ${JSON.stringify(url)}`)
  }
  return `${parsed.hostname}:${parsed.port || 6379}`
}
