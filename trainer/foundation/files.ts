import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { TrainerError, isSystemError } from './errors.js'

/** The operating system's codes in words for the person whose disk it is. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file would exceed the size limit',
  EROFS: 'a read-only file system',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOTDIR: 'a file where a folder should be',
  EISDIR: 'a folder where a file should be',
  EEXIST: 'a file where a folder should be',
  ENOENT: 'a folder that does not exist',
}

/**
 * Runs `action`, which writes to `path`, and turns every failure of the operating system into one error that a user can
 * act on.
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE naming the path and the reason; other errors pass unchanged
 */
export async function writing<T> (path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    if (!isSystemError(error)) throw error
    const code = error.code!
    throw new TrainerError(
      'PVAE_OUTPUT_UNWRITABLE',
      `expected to write ${path} but found ${reasons[code] ?? error.message} (${code})`,
      { cause: error }
    )
  }
}

/** Makes a folder and the folders above it. It may exist already. @throws TrainerError PVAE_OUTPUT_UNWRITABLE */
export async function createDirectory (path: string): Promise<void> {
  await writing(path, () => mkdir(path, { recursive: true }))
}

/**
 * Writes a file so that `path` holds either its old content or all of the new, whatever happens: to a temporary
 * sibling, flushed to the disk, then renamed. The folder must exist. On failure the temporary file is removed and the
 * old content stays.
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE
 */
export async function writeFileAtomic (path: string, data: string | Uint8Array): Promise<void> {
  await writing(path, async () => {
    // A name nobody else takes, in a shared folder or another container with the same process id.
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(data)
      await publishFile(handle, temporary, path)
    } catch (error) {
      await handle.close()
      await rm(temporary, { force: true })
      throw error
    }
  })
}

/**
 * The end of an atomic write, for files that are streamed: flushes `handle`, closes it, renames `temporary` to `path`
 * and flushes the folder. After it returns, `path` is whole even if the power fails.
 */
export async function publishFile (handle: FileHandle, temporary: string, path: string): Promise<void> {
  await handle.sync()
  await handle.close()
  await rename(temporary, path)
  await syncDirectory(dirname(resolve(path)))
}

/**
 * Makes renames in a folder durable. Windows and some network file systems refuse to open a folder; the rename is
 * atomic there too.
 */
export async function syncDirectory (path: string): Promise<void> {
  try {
    const handle = await open(path, 'r')
    await handle.sync().finally(() => handle.close())
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}
