import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { invalidIndex } from './errors.js'

/** Files of an index, open: whoever replaces the index on the disk changes nothing here. */
export interface ColumnFiles {
  /**
   * Fills `target` with the bytes that begin at `position`. @throws CollectionError PVAE_INDEX_INVALID at the file's
   * end
   */
  read (path: string, target: Uint8Array, position: number): void
  /** Reads a text as a whole. */
  readAll (path: string): string
  close (): void
}

export function openColumnFiles (folder: string, paths: readonly string[]): ColumnFiles {
  const open = new Map<string, number>()
  const close = () => {
    for (const file of open.values()) closeSync(file)
    open.clear()
  }
  try {
    for (const path of paths) open.set(path, openSync(join(folder, path), 'r'))
  } catch (error) {
    close()
    throw error
  }
  const read = (path: string, target: Uint8Array, position: number) => {
    for (let done = 0; done < target.length;) {
      const count = readSync(open.get(path)!, target, done, target.length - done, position + done)
      if (count === 0) {
        const { size } = fstatSync(open.get(path)!)
        throw invalidIndex(folder, `${position + target.length} bytes`, path, `${size} bytes`)
      }
      done += count
    }
  }
  return {
    close,
    read,
    readAll (path) {
      const bytes = Buffer.alloc(fstatSync(open.get(path)!).size)
      read(path, bytes, 0)
      return bytes.toString('utf8')
    },
  }
}

/** Views the memory of numbers as bytes. */
export function bytesOf ({ buffer, byteOffset, byteLength }: NodeJS.TypedArray): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}
