/** At most this share of the time goes into checkpoints by time: where a disk is slow they come less often. */
const MOST_SHARE = 0.05

/** When the next checkpoint is due by time. When checkpoints are written changes nothing that training computes. */
export interface CheckpointClock {
  isDue (): boolean
  /** A checkpoint has been written, in so many seconds. */
  written (seconds: number): void
}

/** @param now seconds, monotonic */
export function createCheckpointClock (everySeconds: number, now: () => number): CheckpointClock {
  let due = now() + everySeconds
  return {
    isDue: () => now() >= due,
    written (seconds) {
      due = now() + Math.max(everySeconds, seconds / MOST_SHARE)
    },
  }
}
