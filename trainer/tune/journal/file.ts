/** A journal on disk: lines of JSON that are only ever added, so that many processes can share it. */
import { randomUUID } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { invalid } from '../../config/invalid.js'
import { writing } from '../../foundation/files.js'
import { withJournalLock } from './lock.js'
import type { JournalEntry, Operation } from './operations.js'
import { createJournalState, type JournalState } from './replay.js'

export interface Journal {
  /** As of the last look. */
  readonly state: JournalState
  /** Reads what was added since. @throws TrainerError PVAE_CONFIG_INVALID naming the line that is no operation */
  refresh (): Promise<void>
  /**
   * Decides and writes while no other process does: `decide` sees all that was written, and what it returns is added.
   * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
   */
  change<T> (decide: (state: JournalState) => Promise<Change<T>> | Change<T>): Promise<T>
}

/** Begins the ids of our workers. Optuna, which may work on the same journal, begins its own with a UUID. */
export const WORKER_PREFIX = 'pvae-'

export interface Change<T> {
  readonly operations: readonly Operation[]
  readonly result: T
}

/**
 * Opens a journal, which is made where there is none. A last line that a kill tore is passed over, and cut off when the
 * journal is next written.
 */
export async function openJournal (path: string): Promise<Journal> {
  await writing(path, async () => (await open(path, 'a')).close())
  const state = createJournalState()
  const worker = `${WORKER_PREFIX}${randomUUID()}`
  let read = { bytes: 0, lines: 0 }

  let last: Promise<unknown> = Promise.resolve()
  /** One after the other: two looks at once would apply lines twice. */
  const serially = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => {})
    return result
  }

  async function refresh (): Promise<void> {
    const handle = await open(path, 'r')
    try {
      const { size } = await handle.stat()
      const text = await readFrom(handle, read.bytes, size)
      const whole = text.subarray(0, text.lastIndexOf(0x0a) + 1)
      for (const line of whole.toString('utf8').split('\n').slice(0, -1)) {
        read = { bytes: read.bytes + Buffer.byteLength(line) + 1, lines: read.lines + 1 }
        state.apply(parseEntry(line, `line ${read.lines} of ${path}`))
      }
    } finally {
      await handle.close()
    }
  }

  await refresh()
  return {
    state,
    refresh: () => serially(refresh),
    change: decide => serially(() => withJournalLock(path, async () => {
      await cutTornLine(path)
      await refresh()
      const { operations, result } = await decide(state)
      if (operations.length > 0) {
        await append(path, operations.map(operation => ({ ...operation, worker_id: worker })))
        await refresh()
      }
      return result
    })),
  }
}

/** Adds lines in one write, and waits until they are on the disk. */
async function append (path: string, entries: readonly JournalEntry[]): Promise<void> {
  await writing(path, async () => {
    const handle = await open(path, 'a')
    try {
      await handle.appendFile(entries.map(entry => `${JSON.stringify(entry)}\n`).join(''))
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
}

/** Cuts off a line without an end: whoever wrote it was killed, since nobody writes without the lock. */
async function cutTornLine (path: string): Promise<void> {
  const handle = await open(path, 'r+')
  try {
    const { size } = await handle.stat()
    let end = size
    // From the end, in pieces: lines are short.
    while (end > 0) {
      const from = Math.max(0, end - 4096)
      const newline = (await readFrom(handle, from, end)).lastIndexOf(0x0a)
      end = newline < 0 ? from : from + newline + 1
      if (newline >= 0) break
    }
    if (end < size) await writing(path, () => handle.truncate(end))
  } finally {
    await handle.close()
  }
}

async function readFrom (handle: FileHandle, from: number, to: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, to - from))
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, from)
  return buffer.subarray(0, bytesRead)
}

function parseEntry (line: string, where: string): JournalEntry {
  let entry: unknown
  try {
    // Python writes numbers that are none as JSON does not know them.
    entry = JSON.parse(line.replace(/([:[,] ?)(?:NaN|-?Infinity)(?=[,}\]])/g, '$1null'))
  } catch (error) {
    throw invalid(where, 'an operation of a study as JSON', (error as Error).message, { cause: error })
  }
  if (typeof (entry as JournalEntry | null)?.op_code === 'number') return entry as JournalEntry
  throw invalid(where, 'an operation with an op_code', line.slice(0, 80))
}
