import type { BatchTimings } from './batch.js'
import type { Kind } from './tasks.js'

export interface BatchReport extends BatchTimings {
  readonly kind: Kind
  readonly jobs: number
  /** Images or latents. */
  readonly rows: number
}

/** Who measures: told by the pool, asked by nobody. */
export interface PoolObserver {
  /** A job has left the queue for a worker. */
  waited (milliseconds: number): void
  /** A worker has answered a batch. */
  batchDone (report: BatchReport): void
  workerReplaced (): void
}
