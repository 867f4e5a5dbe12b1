/** Who does a piece of work: told apart from an earlier process with the same number. */
import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'

export interface Holder {
  readonly pid: number
  readonly host: string
  /** Start time in clock ticks since boot, where the system tells (Linux); null elsewhere. */
  readonly startedAt: string | null
}

/** Describes this process. */
export async function describeSelf (): Promise<Holder> {
  return { pid: process.pid, host: hostname(), startedAt: await startTimeOf(process.pid) }
}

/** @returns undefined for a text that describes none */
export function parseHolder (text: string): Holder | undefined {
  try {
    const { pid, host, startedAt } = JSON.parse(text) as Holder
    return Number.isInteger(pid) && typeof host === 'string' ? { pid, host, startedAt } : undefined
  } catch {
    return undefined
  }
}

/** Tells whether a process lives. Those of other machines can't be looked up: undefined. */
export async function isRunning ({ pid, host, startedAt }: Holder): Promise<boolean | undefined> {
  if (host !== hostname()) return undefined
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const started = await startTimeOf(pid)
  return startedAt === null || started === null || started === startedAt
}

/** Field 22 of /proc/<pid>/stat. The command's name, field 2, may hold spaces and parentheses: count from its end. */
async function startTimeOf (pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}
