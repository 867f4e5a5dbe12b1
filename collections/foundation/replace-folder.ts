import { rename, rm } from 'node:fs/promises'

/**
 * Gives a finished folder its name; a folder that has it already is replaced. On failure the old one keeps it.
 * @param aside where the folder that is replaced is, for a moment
 */
export async function replaceFolder (fresh: string, out: string, aside: string): Promise<void> {
  const wasThere = await rename(out, aside).then(() => true, (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    return false
  })
  try {
    await rename(fresh, out)
  } catch (error) {
    if (wasThere) await rename(aside, out)
    throw error
  }
  await rm(aside, { recursive: true, force: true })
}
