import type { BatchTimings } from './batch.js'
import type { Kind } from './tasks.js'

export interface BatchReport extends BatchTimings {
  readonly kind: Kind
  readonly jobs: number
  /** Images or latents. */
  readonly rows: number
}

/** What became of one job. */
export interface JobReport extends BatchTimings {
  /** When it came into the queue, and when it left for a worker: as of `performance.now()`. */
  readonly queuedAt: number
  readonly startedAt: number
  /** Of its batch. */
  readonly jobs: number
  readonly rows: number
}

/** Who measures: told by the pool, asked by nobody. */
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
