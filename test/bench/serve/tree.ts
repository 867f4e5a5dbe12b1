/** What a process and all its descendants cost, as Linux counts it. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of `utime` and `stime` in /proc/PID/stat, per second: USER_HZ is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

export interface TreeCost {
  /** User and system time of every thread so far, children that have ended included, seconds. */
  readonly cpu: number
  /** Sum of the largest resident sets so far, bytes. */
  readonly peakMemory: number
  /** Sum of the resident sets now, bytes. */
  readonly memory: number
  readonly openFiles: number
}

interface Stat { readonly parent: number, readonly cpu: number }

function readStat (pid: number): Stat | undefined {
  try {
    // The second field is the command in brackets, and may hold spaces and brackets itself.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ').map(Number)
    const [parent, utime, stime, cutime, cstime] = [fields[1]!, fields[11]!, fields[12]!, fields[13]!, fields[14]!]
    return { parent, cpu: (utime + stime + cutime + cstime) / TICKS_PER_SECOND }
  } catch {
    return undefined // it has ended
  }
}

function readMemory (pid: number): { now: number, peak: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0)
    return { now: kilobytes('VmRSS') * 1024, peak: kilobytes('VmHWM') * 1024 }
  } catch {
    return { now: 0, peak: 0 }
  }
}

function countFiles (pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
}

function treeOf (root: number, stats: ReadonlyMap<number, Stat>): number[] {
  const tree = stats.has(root) ? [root] : []
  // Grows while it is walked: children of children follow.
  for (const parent of tree) for (const [pid, stat] of stats) if (stat.parent === parent) tree.push(pid)
  return tree
}

/** The cost of the tree under `root` until now; undefined where there is no /proc, or no such process. */
export function measureTree (root: number): TreeCost | undefined {
  let names: string[]
  try {
    names = readdirSync('/proc')
  } catch {
    return undefined
  }
  const stats = new Map<number, Stat>()
  for (const name of names) {
    const stat = /^\d+$/.test(name) ? readStat(Number(name)) : undefined
    if (stat !== undefined) stats.set(Number(name), stat)
  }
  const tree = treeOf(root, stats)
  if (tree.length === 0) return undefined
  const cost = { cpu: 0, peakMemory: 0, memory: 0, openFiles: 0 }
  for (const pid of tree) {
    const { now, peak } = readMemory(pid)
    cost.cpu += stats.get(pid)!.cpu
    cost.memory += now
    cost.peakMemory += peak
    cost.openFiles += countFiles(pid)
  }
  return cost
}
