import { readdir, stat } from 'node:fs/promises'
import { TrainerError } from '../foundation/errors.js'
import { writing } from '../foundation/files.js'

export interface Place {
  /** Names what was exported before and may be replaced: `a page that was exported before`. */
  readonly own: string
  /** Names what else is in a folder with these names; undefined where all of it was exported before. */
  findOther (names: readonly string[]): Promise<string | undefined> | string | undefined
}

/**
 * Looks whether a folder may be written: nothing is there, an empty folder, or with `force` what was exported before.
 * @throws TrainerError PVAE_OUTPUT_UNWRITABLE where it is taken, and by what
 */
export async function checkPlace (path: string, force: boolean, { own, findOther }: Place): Promise<void> {
  const other = await writing(path, async () => {
    const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (found === undefined) return undefined
    if (!found.isDirectory()) return 'a file'
    const names = await readdir(path)
    if (names.length === 0) return undefined
    return await findOther(names) ?? (force ? undefined : `${own} (--force replaces it)`)
  })
  if (other === undefined) return
  throw new TrainerError('PVAE_OUTPUT_UNWRITABLE', `expected a new folder for ${path} but found ${other}`)
}
