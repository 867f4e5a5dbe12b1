import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GraphSource } from '../runtime/graphs.js'
import { shareWeights } from '../runtime/share-weights.js'

/** Graphs of which several threads may open one copy. */
export interface SharedSource {
  /** Gives the graphs as a thread is to open them now. */
  current (): GraphSource
  /** Tells that a thread has opened them. Once all have, the files are gone: sessions keep what they have mapped. */
  opened (): Promise<void>
  close (): Promise<void>
}

/**
 * Writes the weights of a model into the system's temporary folder, from where all threads map them. Where that can't
 * be done, or for one thread alone, each opens the graphs as they are. A process that is killed while its threads open
 * them leaves that folder behind.
 * @param threads how many there will be; one that comes later has a copy of its own
 */
export async function shareSource (source: GraphSource, threads: number): Promise<SharedSource> {
  let shared: GraphSource | undefined
  let left = threads
  const folder = threads < 2
    ? undefined
    : await realpath(tmpdir()).then(path => mkdtemp(join(path, 'pvae-weights-'))).catch(() => undefined)
  const close = async () => {
    shared = undefined
    if (folder !== undefined) await rm(folder, { recursive: true, force: true })
  }
  try {
    if (folder !== undefined) shared = await shareWeights(source, folder)
  } catch {
    // A graph at fault fails in the threads again, and they say so.
  }
  if (shared === undefined) await close()
  return {
    current: () => shared ?? source,
    async opened () { if (--left === 0) await close() },
    close,
  }
}
