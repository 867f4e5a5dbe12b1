import { readResults, type RunResult } from './results.js'

/** Between two looks, in ms. */
const PERIOD = 1000

/**
 * Looks at a benchmark's results again and again while others work on it, and tells of each that is new.
 * @param known names of runs that nobody needs to be told of
 */
export function watchResults (
  directory: string,
  known: Iterable<string>,
  onResult: (result: RunResult) => void | Promise<void>
): { end (): Promise<void> } {
  const told = new Set(known)
  const look = async () => {
    for (const [name, result] of await readResults(directory)) {
      if (told.has(name)) continue
      told.add(name)
      await onResult(result)
    }
  }
  let looking = Promise.resolve()
  const timer = setInterval(() => {
    // A folder that can't be read now stops who works in it, not who looks.
    looking = looking.then(look).catch(() => {})
  }, PERIOD)
  return {
    async end () {
      clearInterval(timer)
      await looking
      await look()
    },
  }
}
