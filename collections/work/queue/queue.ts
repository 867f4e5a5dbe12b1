/** Pieces of work in a queue that many machines take from: BullMQ on Redis. */
import { Queue, type Job } from 'bullmq'
import type { Redis } from 'ioredis'
import { connect, type ConnectionOptions } from './connect.js'

/** The queue of shards of pictures. */
const DEFAULT_NAME = 'pvae'
/** Tries of a piece that fails. Those that are lost with their worker are not counted. */
export const TRIES = 3
/** States of a piece that has not come to its end. */
const OPEN = ['waiting', 'active', 'delayed', 'prioritized'] as const

/** A piece of work, as JSON. Its id is the same whoever adds it. */
export interface Piece<Data extends object = object> {
  readonly id: string
  readonly data: Data
}

/** Stands in a piece's data once nobody wants it any more. */
export interface Withdrawable { readonly isWithdrawn?: true }

export interface QueueOptions extends ConnectionOptions {
  /** Each kind of work has a queue of its own. Default: that of `pvae encode`. */
  readonly name?: string | undefined
}

export interface WorkQueue {
  /** Adds pieces; those that are there already stay as they are, but for those that were given up. */
  add (pieces: readonly Piece[]): Promise<void>
  /** Gives the reasons of those of the pieces that were given up, by id. */
  failures (ids: readonly string[]): Promise<Map<string, string>>
  /** Lists the pieces whose id begins so and that wait, are worked on or are to be tried again. */
  open (prefix: string): Promise<string[]>
  /** Takes pieces out. Where a worker is at one, it is told to stop. */
  withdraw (ids: readonly string[]): Promise<void>
  close (): Promise<void>
}

/** Opens BullMQ's view of a queue. */
export function bullQueueOf ({ name = DEFAULT_NAME }: QueueOptions, redis: Redis): Queue {
  const queue = new Queue(name, { connection: redis })
  // What Redis says while it is away is told by the connection.
  queue.on('error', () => {})
  return queue
}

/**
 * Connects, and waits where Redis is away.
 * @throws CollectionError PVAE_QUEUE_UNAVAILABLE for an address or a password that is wrong; the signal's reason
 */
export async function openQueue (options: QueueOptions): Promise<WorkQueue> {
  const redis = await connect(options)
  const queue = bullQueueOf(options, redis)
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
    async open (prefix) {
      return (await queue.getRanges([...OPEN], 0, -1)).filter(id => id.startsWith(prefix))
    },
    async withdraw (ids) {
      for (const id of ids) {
        // A piece that is worked on is locked: its worker has to see that it is not wanted.
        if (await queue.remove(id) === 1) continue
        const job = await queue.getJob(id) as Job<object> | undefined
        await job?.updateData({ ...job.data, isWithdrawn: true } satisfies Withdrawable)
      }
    },
    async close () {
      await queue.close()
      redis.disconnect()
    },
  }
}
