import type { BatchTimings } from './batch.js'
import type { Kind } from './tasks.js'

export interface BatchReport extends BatchTimings {
  readonly kind: Kind
  readonly jobs: number
  /** Images or latents. */
  readonly rows: number
}

/** The times and the batch of one job that was done. */
export interface JobReport extends BatchTimings {
  /** When it came into the queue, and when it left for a worker: as of `performance.now()`. */
  readonly queuedAt: number
  readonly startedAt: number
  /** Jobs and rows of the batch that it was in. */
  readonly jobs: number
  readonly rows: number
}

/** The one who measures: the pool tells it of events and asks it nothing. */
export interface PoolObserver {
  /** A job has left the queue for a worker. */
  waited (milliseconds: number): void
  /** A worker has answered a batch. */
  batchDone (report: BatchReport): void
  workerReplaced (): void
  /**
   * A job has come into the queue. Called while its request runs; the function that it may give is called when the
   * job's batch has been answered.
   */
  readonly jobQueued?: (key: string, kind: Kind) => ((report: JobReport) => void) | undefined
}
