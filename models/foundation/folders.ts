import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Names the folders in `path`, links to folders included. @throws what the file system throws */
export async function readFolders (path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true })
  const folders = await Promise.all(entries.map(async entry => {
    if (!entry.isSymbolicLink()) return entry.isDirectory()
    // a dangling link is no folder
    return (await stat(join(path, entry.name)).catch(() => undefined))?.isDirectory() ?? false
  }))
  return entries.filter((_, i) => folders[i]).map(({ name }) => name)
}
