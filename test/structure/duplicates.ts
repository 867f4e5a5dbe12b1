import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Fewer lines than so many, blank ones and imports left out, may be alike by chance. */
const WINDOW = 6

/**
 * Counts lines that are part of a run of at least 6 which is found somewhere else too: in another file or further down.
 * Blank lines, comments and imports are left out, indentation does not count.
 */
export function countDuplicateLines (root: string, files: readonly string[]): number {
  const windows = new Map<string, Array<readonly [file: string, line: number]>>()
  for (const file of files) {
    const lines = readFileSync(join(root, file), 'utf8').split('\n').map(line => line.trim())
      .filter(line => line !== '' && !/^(import |export .* from |\/\/|\/\*|\*)/.test(line))
    for (let i = 0; i + WINDOW <= lines.length; i++) {
      const key = lines.slice(i, i + WINDOW).join('\n')
      // A list of brackets says nothing.
      if (key.replaceAll(/[^a-z]/gi, '').length < 10 * WINDOW) continue
      windows.set(key, [...windows.get(key) ?? [], [file, i]])
    }
  }
  const duplicates = new Set<string>()
  for (const places of windows.values()) {
    if (places.length < 2) continue
    for (const [file, line] of places) for (let i = 0; i < WINDOW; i++) duplicates.add(`${file}:${line + i}`)
  }
  return duplicates.size
}
