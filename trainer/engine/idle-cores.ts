import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'

/**
 * Measures for so many milliseconds how many of the machine's cores are idle, in cores' worth of time: from 0 to their
 * number.
 */
export async function idleCores (milliseconds = 100): Promise<number> {
  const before = cpus()
  await setTimeout(milliseconds)
  return cpus().reduce((sum, { times }, i) => {
    const idle = times.idle - before[i]!.times.idle
    const all = Object.entries(times).reduce(
      (total, [kind, time]) => total + time - before[i]!.times[kind as keyof typeof times],
      0
    )
    return sum + (all > 0 ? idle / all : 1)
  }, 0)
}
