/** Reads images of an open cache file, by their positions in it. */
import { read } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { TrainerError } from '../../foundation/errors.js'
import { HEADER_BYTES, type CacheHeader } from './cache-format.js'

export interface CacheReader {
  /**
   * Copies images into the start of `out`, one after the other. @throws TrainerError PVAE_DATA_CORRUPT where the file
   * ends before
   */
  read (slots: Uint32Array, out: Uint8Array): Promise<void>
  /** Waits until nothing is read any more: a closed file's number must not become another file's. */
  settle (): Promise<void>
}

/** @param name of what is read, for errors */
export function createCacheReader (
  name: string,
  { handle, header: { height, width, channels } }: { readonly handle: FileHandle, readonly header: CacheHeader }
): CacheReader {
  const size = height * width * channels
  const reading = new Set<Promise<unknown>>()

  async function readRun (slot: number, out: Uint8Array): Promise<void> {
    for (let done = 0; done < out.length;) {
      const bytesRead = await readAt(handle, out, done, HEADER_BYTES + slot * size + done)
      if (bytesRead === 0) {
        throw new TrainerError(
          'PVAE_DATA_CORRUPT',
          `expected ${out.length} bytes of image ${slot} for the image cache of ${name} but found ${done}: start ` +
            'again to rebuild it'
        )
      }
      done += bytesRead
    }
  }

  return {
    async read (slots, out) {
      const runs: Array<Promise<void>> = []
      for (let from = 0, to: number; from < slots.length; from = to) {
        // Neighbours in the file are read at once: evaluation goes through it in order.
        const slot = slots[from]!
        for (to = from + 1; to < slots.length && slots[to] === slot + to - from;) to++
        runs.push(readRun(slot, out.subarray(from * size, to * size)))
      }
      const all = Promise.all(runs)
      reading.add(all)
      await all.finally(() => reading.delete(all))
    },
    async settle () {
      await Promise.allSettled(reading)
    },
  }
}

/**
 * By a callback: the promises of a FileHandle take three times as long, which counts with a hundred images a step.
 * @returns bytes read
 */
function readAt ({ fd }: FileHandle, out: Uint8Array, offset: number, position: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(fd, out, offset, out.length - offset, position, (error, bytesRead) =>
      error === null ? resolve(bytesRead) : reject(error)
    )
  })
}
