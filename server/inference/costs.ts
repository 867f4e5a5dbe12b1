/** How long jobs take, learned from those that were done: it decides how many workers may take them. */
import type { Job } from './queue.js'

export interface Costs {
  /**
   * Tells whether jobs of this one's version, kind and size have taken so long that handing them over costs nothing
   * beside. False for what has not been seen.
   */
  long (job: Job): boolean
  /** @param milliseconds that a worker was busy with a batch of alike jobs */
  learn (jobs: readonly Job[], milliseconds: number): void
}

/** Milliseconds of a job. A digit takes a tenth of it, a photograph three times as much, a grid of digits six. */
const LONG = 1
/** The weight of the last batch in the mean. */
const NEWS = 0.2
/** Kinds of work that are remembered: nobody has so many models that all are busy. */
const REMEMBERED = 1000

/** Kind and size tell apart what one graph alone does not: a photograph from a digit, a grid from one picture. */
function classOf ({ key, kind, bytes }: Job): string {
  return `${kind} ${Math.ceil(Math.log2(bytes + 1))} ${key}`
}

export function createCosts (): Costs {
  const means = new Map<string, number>()
  return {
    long: job => (means.get(classOf(job)) ?? 0) > LONG,
    learn (jobs, milliseconds) {
      const taken = milliseconds / jobs.length
      for (const name of new Set(jobs.map(classOf))) {
        const mean = means.get(name)
        means.delete(name)
        means.set(name, mean === undefined ? taken : mean + NEWS * (taken - mean))
      }
      for (const [oldest] of means) {
        if (means.size <= REMEMBERED) return
        means.delete(oldest)
      }
    },
  }
}
