/** Files in tar archives, one after the other: the one importer of modern-tar. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { createTarDecoder } from 'modern-tar'
import { TrainerError } from '../../foundation/errors.js'
import { notFound } from '../../foundation/not-found.js'

export interface TarFile {
  readonly name: string
  /** Whether it is a link, which has no bytes of its own. */
  readonly isLink: boolean
  /**
   * Reads its bytes; before the next file is asked for, or never.
   * @throws TrainerError PVAE_DATA_CORRUPT where the archive ends in it, or it is too large; the signal's reason
   */
  read (): Promise<Uint8Array>
}

/** Larger files are no pictures and no words about them. */
const MOST_BYTES = 256 * 2 ** 20

/**
 * Reads the files of a tar archive in their order, gzipped (told by its content) or not, never whole.
 * @throws TrainerError PVAE_DATA_NOT_FOUND, PVAE_DATA_CORRUPT for what is no whole archive; the signal's reason
 */
export async function * readTar (path: string, signal?: AbortSignal): AsyncGenerator<TarFile> {
  const isPacked = await isGzip(path)
  const file = createReadStream(path, { highWaterMark: 2 ** 18 })
  const bytes = isPacked ? file.pipe(createGunzip()) : file
  if (isPacked) file.on('error', error => bytes.destroy(error))
  const notWhole = (error: unknown) => {
    signal?.throwIfAborted()
    if (error instanceof TrainerError) return error
    return new TrainerError('PVAE_DATA_CORRUPT', `${path}: expected a whole tar archive but found ` +
      `${(error as Error).message}: is it cut off?`, { cause: error })
  }
  try {
    const entries = Readable.toWeb(bytes).pipeThrough(createTarDecoder({ strict: true }))
    for await (const { header: { name, size, type }, body } of entries) {
      signal?.throwIfAborted()
      let isRead = false
      const isLink = type === 'link' || type === 'symlink'
      if (type === undefined || type === 'file' || isLink) {
        yield {
          name,
          isLink,
          async read () {
            isRead = true
            if (size > MOST_BYTES) {
              throw new TrainerError('PVAE_DATA_CORRUPT', `${path}: expected at most ${MOST_BYTES / 2 ** 20} MiB for ` +
                `${name} but found ${size} bytes`)
            }
            const chunks: Uint8Array[] = []
            try {
              for await (const chunk of body) chunks.push(chunk)
            } catch (error) {
              throw notWhole(error)
            }
            return Buffer.concat(chunks)
          },
        }
      }
      if (!isRead) await body.cancel()
    }
  } catch (error) {
    throw notWhole(error)
  } finally {
    file.destroy()
  }
}

async function isGzip (path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch((error: unknown) => { throw notFound(path, 'data.file', error) })
  try {
    const head = Buffer.alloc(2)
    await handle.read(head, 0, 2, 0)
    return head[0] === 0x1f && head[1] === 0x8b
  } finally {
    await handle.close()
  }
}
