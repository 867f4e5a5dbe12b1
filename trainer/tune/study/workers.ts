import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readCapacity } from '@partition-vae/collections/capacity'
import { TrainerError } from '../../foundation/errors.js'

/** Tells a process that another shows what it does. */
const WORKER_FLAG = '--worker'

export interface SideBySide {
  /** The command's arguments: each process is given the same ones. */
  readonly argv: readonly string[]
  readonly jobs: number
  readonly signal: AbortSignal
}

/**
 * Runs the same command in several processes, each of which works on the study until it is finished. What they have to
 * say goes to standard error. Once the signal is aborted, or this process is gone, they stop and save.
 * @throws TrainerError PVAE_WORKER_LOST where one ends otherwise; the others stop then too
 */
export async function workSideBySide ({ argv, jobs, signal }: SideBySide): Promise<void> {
  // Groups of their own: Ctrl-C in a terminal is for this process, which tells them.
  const children = Array.from({ length: jobs }, () => fork(process.argv[1]!, [...argv, WORKER_FLAG], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  }))
  const stop = () => { for (const child of children) disconnect(child) }
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  const ends = await Promise.all(children.map(async child => {
    const [code, killedBy] = await once(child, 'exit') as [number | null, string | null]
    const isWell = code === 0 || signal.aborted
    if (!isWell) stop()
    return isWell ? undefined : code ?? killedBy
  }))
  signal.removeEventListener('abort', stop)
  const failed = ends.find(end => end !== undefined)
  if (failed === undefined) return
  throw new TrainerError(
    'PVAE_WORKER_LOST',
    `expected all ${jobs} processes to work until the study is finished but found one that ended with ${failed}; what ` +
      'was done is kept: go on with the same command'
  )
}

/** Divides threads among trials side by side. @returns undefined for all cores */
export function threadsOfEach (
  { threads, jobs }: { readonly threads?: number | undefined, readonly jobs: number }
): number | undefined {
  if (jobs === 1) return threads
  return Math.max(1, Math.floor((threads ?? readCapacity().cores) / jobs))
}

function disconnect (child: ChildProcess): void {
  if (child.connected) child.disconnect()
}
