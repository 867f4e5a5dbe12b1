/** Pieces of work in a queue that many machines take from: BullMQ on Redis. */
import { Queue, Worker, type Job } from 'bullmq'
import { Redis } from 'ioredis'
import { CollectionError } from '../foundation/errors.js'

/** The one queue of this project on a Redis. */
const NAME = 'pvae'
/** Tries of a piece that fails. Those that are lost with their worker are not counted. */
const TRIES = 3
/** Workers that may be lost with a piece until it is given up. */
const MOST_LOST = 100
/** Longest wait until a lost Redis is tried again. Milliseconds. */
const LONGEST_WAIT = 5000

/** A piece of work, as JSON. Its id is the same whoever adds it. */
export interface Piece<Data = unknown> {
  readonly id: string
  readonly data: Data
}

export interface QueueOptions {
  /** `redis://[user:password@]host[:port][/database]`, or `rediss://` by TLS. */
  readonly url: string
  /** Told when Redis is away, and when it is back. Meanwhile all waits. */
  readonly onState?: ((message: string) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface WorkQueue {
  /** Adds pieces; those that are there already stay as they are, but for those that were given up. */
  add (pieces: readonly Piece[]): Promise<void>
  /** Gives the reasons of those of the pieces that were given up, by id. */
  failures (ids: readonly string[]): Promise<Map<string, string>>
  close (): Promise<void>
}

/** Faults of the address or the key, which waiting does not mend. */
const FINAL = /WRONGPASS|NOAUTH|invalid password|ENOTFOUND|ERR invalid DB index|NOPERM|certificate|protocol error/i

/**
 * Connects, and waits where Redis is away.
 * @throws CollectionError PVAE_QUEUE_UNAVAILABLE for an address or a password that is wrong; the signal's reason
 */
async function connect ({ url, onState, signal }: QueueOptions): Promise<Redis> {
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

export async function openQueue (options: QueueOptions): Promise<WorkQueue> {
  const redis = await connect(options)
  const queue = new Queue(NAME, { connection: redis })
  queue.on('error', () => {})
  /** Gives those of the pieces that were given up. */
  async function findFailed (ids: readonly string[]): Promise<Job[]> {
    const wanted = new Set(ids)
    return (await queue.getFailed()).filter(({ id }) => wanted.has(id!))
  }

  return {
    async add (pieces) {
      for (const job of await findFailed(pieces.map(({ id }) => id))) await job.remove()
      await queue.addBulk(pieces.map(({ id, data }) => ({
        name: 'piece',
        data,
        opts: { jobId: id, attempts: TRIES, backoff: { type: 'exponential', delay: 500 }, removeOnComplete: true },
      })))
    },
    async failures (ids) {
      return new Map((await findFailed(ids)).map(({ id, failedReason }) => [id!, failedReason]))
    },
    async close () {
      await queue.close()
      redis.disconnect()
    },
  }
}

export interface WorkerOptions<Data> extends QueueOptions {
  /** Pieces at once. */
  readonly concurrency: number
  /** A piece whose worker has not renewed its lock for so long is given to another. */
  readonly leaseSeconds: number
  /**
   * Does a piece. It must not keep this thread busy, on which locks are renewed: what computes does so on others.
   * @throws why it can't be done
   */
  readonly run: (data: Data) => Promise<void>
  readonly onDone?: ((data: Data) => void) | undefined
  readonly onFailed?: ((data: Data, message: string, isGivenUp: boolean) => void) | undefined
}

export interface QueueWorker {
  /** Resolves when there is nothing to do, here or for others. */
  drained (): Promise<void>
  /** Finishes what runs. @param isNow gives it up instead: another worker gets it once the lock has run out */
  close (isNow: boolean): Promise<void>
}

/** Takes pieces from the queue for as long as it is open. */
export async function startQueueWorker<Data> (options: WorkerOptions<Data>): Promise<QueueWorker> {
  const { concurrency, leaseSeconds, run, onDone, onFailed } = options
  const redis = await connect(options)
  const queue = new Queue(NAME, { connection: redis })
  const worker = new Worker<Data>(NAME, ({ data }: Job<Data>) => run(data), {
    connection: redis,
    concurrency,
    lockDuration: leaseSeconds * 1000,
    stalledInterval: leaseSeconds * 500,
    maxStalledCount: MOST_LOST,
  })
  // What Redis says while it is away is told by the connection.
  queue.on('error', () => {})
  worker.on('error', () => {})
  worker.on('completed', ({ data }) => onDone?.(data))
  worker.on('failed', (job, error) => {
    if (job !== undefined) onFailed?.(job.data, error.message, job.attemptsMade >= TRIES)
  })
  return {
    async drained () {
      for (;;) {
        const { waiting, active, delayed, prioritized } =
          await queue.getJobCounts('waiting', 'active', 'delayed', 'prioritized')
        if (waiting! + active! + delayed! + prioritized! === 0) return
        await new Promise(resolve => setTimeout(resolve, 500))
      }
    },
    async close (isNow) {
      await worker.close(isNow)
      await queue.close()
      redis.disconnect()
    },
  }
}
