/** Work that waits for a worker: first in, first out, over all models. */
export interface Job {
  /** Which version it is for. */
  readonly key: string
  /** Only jobs of one kind share a batch: they finish at the same time. */
  readonly kind: string
  /** Images or latents: what a batch is measured in. */
  readonly rows: number
  /** The memory that it holds, mostly encoded images. */
  readonly bytes: number
}

export interface QueueLimits {
  /** Jobs that may wait. */
  readonly jobs: number
  /** Bytes that may wait in them. A queue that holds less takes one job more, however large. */
  readonly bytes: number
}

/** The most that one batch may hold. The oldest job goes whatever its size. */
export interface BatchLimits {
  readonly rows: number
  readonly bytes: number
}

export interface JobQueue<J extends Job> {
  readonly length: number
  /** The job that has waited longest. */
  readonly oldest: J | undefined
  /** Nothing more is taken until something leaves. */
  readonly full: boolean
  /** Adds a job at the end. Returns whether there was room for it. */
  push (job: J): boolean
  /**
   * The oldest job and, in order, those behind it that are for the same version, of the same kind and within the
   * limits. Out of the queue.
   * @param most jobs; default: any number
   */
  take (limitsOf: (key: string) => BatchLimits, most?: number): J[]
  /** Out of the queue, if it is in there. */
  remove (job: J): void
  /** All of them, out of the queue. */
  drain (): J[]
}

function fits (size: BatchLimits, most: BatchLimits): boolean {
  return size.rows <= most.rows && size.bytes <= most.bytes
}

export function createJobQueue<J extends Job> (limits: QueueLimits): JobQueue<J> {
  let waiting: J[] = []
  let bytes = 0
  const isFull = () => waiting.length >= limits.jobs || bytes >= limits.bytes

  return {
    get length () { return waiting.length },
    get oldest () { return waiting[0] },
    get full () { return isFull() },
    push (job) {
      if (isFull()) return false
      waiting.push(job)
      bytes += job.bytes
      return true
    },
    take (limitsOf, jobs = Infinity) {
      const [oldest] = waiting
      if (oldest === undefined) return []
      const most = limitsOf(oldest.key)
      const taken: J[] = []
      const left: J[] = []
      let size = { rows: 0, bytes: 0 }
      let open = true
      for (const job of waiting) {
        const alike = job.key === oldest.key && job.kind === oldest.kind
        const next = { rows: size.rows + job.rows, bytes: size.bytes + job.bytes }
        // The first that does not fit closes the batch: a small one must not overtake it.
        if (alike) open = taken.length === 0 || (open && fits(next, most) && taken.length < jobs)
        if (!alike || !open) {
          left.push(job)
          continue
        }
        taken.push(job)
        size = next
      }
      waiting = left
      bytes -= size.bytes
      return taken
    },
    remove (job) {
      const at = waiting.indexOf(job)
      if (at < 0) return
      waiting.splice(at, 1)
      bytes -= job.bytes
    },
    drain () {
      const all = waiting
      waiting = []
      bytes = 0
      return all
    },
  }
}
