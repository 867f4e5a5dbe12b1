/** Work that waits for a worker: first in, first out, over all models. */
export interface Job {
  /** Which version it is for. */
  readonly key: string
}

export interface JobQueue<J extends Job> {
  readonly length: number
  push (job: J): void
  /** The oldest job, out of the queue. */
  take (): J | undefined
  /** All of them, out of the queue. */
  drain (): J[]
}

export function createJobQueue<J extends Job> (): JobQueue<J> {
  let waiting: J[] = []
  return {
    get length () { return waiting.length },
    push (job) { waiting.push(job) },
    take: () => waiting.shift(),
    drain () {
      const all = waiting
      waiting = []
      return all
    },
  }
}
