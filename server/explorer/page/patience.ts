import { describeProblem } from './problems.js'
import { ServiceError } from './service.js'
import { isSlow, problem, said } from './store.js'

/** Progress shows after this many milliseconds. */
const SLOW = 300
/** Milliseconds between two tries. */
const PAUSE = 3000

const pause = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

/**
 * Asks the service until it answers: while it is away or busy the page says so and asks again.
 * @param isWanted whether the answer is still of use
 * @returns undefined for what is no longer wanted, and for what was refused, which the page says
 */
export async function patiently<T> (ask: () => Promise<T>, isWanted: () => boolean): Promise<T | undefined> {
  const slow = setTimeout(() => { isSlow.value = true }, SLOW)
  try {
    while (isWanted()) {
      try {
        const answer = await ask()
        if (problem.peek()?.waiting) {
          problem.value = undefined
          said.value = 'And back.'
        }
        return isWanted() ? answer : undefined
      } catch (error) {
        if (!isWanted()) return undefined
        problem.value = describeProblem(error)
        if (!problem.value.waiting) return undefined
        await pause(error instanceof ServiceError ? Math.max(error.retryAfter ?? 0, PAUSE) : PAUSE)
      }
    }
    return undefined
  } finally {
    clearTimeout(slow)
    isSlow.value = false
  }
}
