import { randomUUID } from 'node:crypto'
import { readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, unwritable, writeDurably } from './publish.js'

/** An empty file beside the versions: its number has been used, and is not given again. */
const MARKER = /^\.removed-([1-9]\d{0,14})$/
const REMOVING = /^\.removing-/

/** The numbers of versions that were removed, among the names in a model's folder. */
export function removedVersions (names: readonly string[]): number[] {
  return names.flatMap(name => MARKER.exec(name)?.[1] ?? []).map(Number)
}

/**
 * Removes a version that exists: readers see all of it or nothing, since it is renamed before anything in it is
 * deleted. Its number is not given again, as clients may keep what they were told of a version for good.
 * @param model the model's folder
 * @throws ModelError PVAE_REPOSITORY_UNWRITABLE; then the version is as it was, or gone
 */
export async function removeVersion (model: string, version: number): Promise<void> {
  const directory = join(model, String(version))
  try {
    await writeDurably(join(model, `.removed-${version}`), new Uint8Array(), 'w')
    await rename(directory, join(model, `.removing-${version}-${randomUUID()}`))
    await syncFolder(model)
    // Of this removal, and of those that were killed here.
    for (const name of await readdir(model)) {
      if (REMOVING.test(name)) await rm(join(model, name), { recursive: true, force: true })
    }
  } catch (cause) {
    throw unwritable(directory, cause)
  }
}
