import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createDirectory, writing } from '../foundation/files.js'
import { encodeEvent, type EventContent, type Summary } from './event.js'
import { frameRecord } from './record.js'

export interface EventFile {
  /** Appends what became known at a step. A kill after it returns loses nothing. */
  write (step: number, summary: Summary): Promise<void>
  /** Hands all that was written to the disk. */
  flush (): Promise<void>
  close (): Promise<void>
}

const FILE = /^events\.out\.tfevents\.(\d{10})\./

/**
 * A new event file in a folder. TensorBoard reads a folder's files in the order of their names, so the name's time is
 * later than that of every file before, even if the clock was set back. Where there are others, an earlier process
 * wrote what may lie beyond `step`: readers are told to forget that.
 * @param step steps taken before the first one that will be written
 * @param now seconds since 1970
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE; so do the file's methods
 */
export async function openEventFile (
  directory: string,
  step: number,
  now: () => number = () => Date.now() / 1000
): Promise<EventFile> {
  await createDirectory(directory)
  const earlier = await writing(directory, () => readdir(directory))
  const times = earlier.map(name => Number(FILE.exec(name)?.[1] ?? -1))
  const time = Math.max(Math.floor(now()), ...times.map(time => time + 1))
  const path = join(directory, `events.out.tfevents.${String(time).padStart(10, '0')}.partition-vae`)
  const handle = await writing(path, () => open(path, 'ax'))
  const append = (step: number, content: EventContent) =>
    writing(path, () => handle.appendFile(frameRecord(encodeEvent({ wallTime: now(), step, content }))))
  try {
    await append(0, { kind: 'version' })
    if (earlier.length > 0) await append(step + 1, { kind: 'start' })
  } catch (error) {
    await handle.close()
    throw error
  }
  return {
    write: (step, summary) => append(step, { kind: 'summary', summary }),
    flush: () => writing(path, () => handle.datasync()),
    close: () => writing(path, () => handle.close()),
  }
}
