/** Does pieces of a queue, one or several at once. */
import { Worker, WaitingError, type Job, type Queue } from 'bullmq'
import { connect } from './connect.js'
import { bullQueueOf, TRIES, type QueueOptions, type Withdrawable } from './queue.js'

/** Workers that may be lost with a piece until it is given up. */
const MOST_LOST = 100
/** Milliseconds between two looks whether a piece is wanted still. */
const LOOK = 1000

/** Thrown by who stops in the middle of a piece: another worker goes on with it, and it is no failure. */
export class PieceUnfinished extends Error {
  override readonly name = 'PieceUnfinished'
}

export interface WorkerOptions<Data extends object> extends QueueOptions {
  /** Pieces at once. */
  readonly concurrency: number
  /** A piece whose worker has not renewed its lock for so long is given to another. */
  readonly leaseSeconds: number
  /**
   * Does a piece. It must not keep this thread busy, on which locks are renewed: what computes does so on others.
   * @param withdrawn aborted when nobody wants the piece any more; whoever stops then just returns
   * @throws PieceUnfinished; or why it can't be done
   */
  readonly run: (data: Data, withdrawn: AbortSignal) => Promise<void>
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
export async function startQueueWorker<Data extends object> (options: WorkerOptions<Data>): Promise<QueueWorker> {
  const { concurrency, leaseSeconds, run, onDone, onFailed } = options
  const redis = await connect(options)
  const queue = bullQueueOf(options, redis)
  const worker = new Worker<Data>(queue.name, async (job, token) => {
    const watch = watchWithdrawal(queue, job)
    try {
      await run(job.data, watch.signal)
    } catch (error) {
      if (!(error instanceof PieceUnfinished)) throw error
      await job.moveToWait(token)
      throw new WaitingError()
    } finally {
      watch.end()
    }
  }, {
    connection: redis,
    concurrency,
    lockDuration: leaseSeconds * 1000,
    stalledInterval: leaseSeconds * 500,
    maxStalledCount: MOST_LOST,
  })
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

/** Looks now and then whether a piece is wanted still, from before its work begins. */
function watchWithdrawal (
  queue: Queue, { id, data }: Job<object>
): { readonly signal: AbortSignal, end (): void } {
  const withdrawal = new AbortController()
  const heed = (found: Withdrawable | undefined) => { if (found?.isWithdrawn === true) withdrawal.abort() }
  heed(data)
  let isLooking = false
  const timer = setInterval(async () => {
    // While Redis is away a look waits, and no other begins.
    if (isLooking) return
    isLooking = true
    await queue.getJob(id!).then((job: Job<object> | undefined) => heed(job?.data), () => {})
    isLooking = false
  }, LOOK)
  return { signal: withdrawal.signal, end: () => clearInterval(timer) }
}
