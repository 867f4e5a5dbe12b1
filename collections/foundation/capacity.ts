import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { readContainerLimits, type ReadText } from './cgroup.js'

/** What this process may use, and what says so. */
export interface Capacity {
  /** Whole cores, ≥ 1: those that it may run on, fewer where the container's CPU quota is less. */
  readonly cores: number
  /** The file of the quota, where that decides. */
  readonly quotaFile: string | undefined
  /** Bytes: the container's limit, or the machine's memory. */
  readonly memory: number
  /** The file of the limit, where that decides. */
  readonly memoryFile: string | undefined
}

/** The machine's own numbers. */
export interface Machine {
  /** Cores that the process may run on: its affinity and its CPU set. */
  readonly cores: number
  /** Bytes. */
  readonly memory: number
}

function readText (path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * Reads what this process may use. A quota that is no whole number is rounded down: threads beyond it would be stopped
 * in the middle of each other's work.
 */
export function readCapacity (
  read: ReadText = readText,
  machine: Machine = { cores: availableParallelism(), memory: totalmem() }
): Capacity {
  const { cpu, memory } = readContainerLimits(read)
  const quota = cpu === undefined ? Infinity : Math.max(1, Math.floor(cpu.value))
  // Version 1 writes "no limit" as a number beyond all memory.
  const limit = memory?.value ?? Infinity
  return {
    cores: Math.min(machine.cores, quota),
    quotaFile: quota < machine.cores ? cpu?.file : undefined,
    memory: Math.min(machine.memory, limit),
    memoryFile: limit < machine.memory ? memory?.file : undefined,
  }
}
