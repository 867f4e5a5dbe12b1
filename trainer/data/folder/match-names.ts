/** Which file a name in a table stands for: names are written by other programs, on other systems, than the files. */
import { isAbsolute, posix } from 'node:path'

export interface NameMatcher {
  /** The file that a name stands for; undefined for none, and for one that could be several files. */
  find (name: string): string | undefined
  /** Why a name stands for no file, as far as that can be told: words to follow it, or nothing. */
  explain (name: string): string
}

/**
 * Finds files by their names in a table: exactly, or else with slashes for backslashes, without `./`, as a path inside
 * the folder where it is absolute, and in whichever Unicode form (é as one character or as two), where that leaves one
 * file. Upper and lower case are told apart, as file systems do.
 * @param paths of the files, relative to the folder, with slashes
 * @param directories absolute paths of the folder
 */
export function createNameMatcher (paths: readonly string[], directories: readonly string[]): NameMatcher {
  const exact = new Set(paths)
  const byForm = groupBy(paths, path => path.normalize('NFC'))
  let loose: Map<string, string[]> | undefined

  return {
    find (name) {
      for (const form of formsOf(name, directories)) if (exact.has(form)) return form
      for (const form of formsOf(name, directories)) {
        const files = byForm.get(form.normalize('NFC')) ?? []
        if (files.length === 1) return files[0]
      }
      return undefined
    },
    explain (name) {
      const form = formsOf(name, directories).at(-1)!
      const sameLetters = byForm.get(form.normalize('NFC')) ?? []
      if (sameLetters.length > 1) {
        return ` (${sameLetters.length} files have this name in different Unicode forms, ` +
          `${sameLetters.map(unicodeForm).join(' and ')}: rename all but one)`
      }
      if (isAbsolute(form) || /^[A-Za-z]:/.test(form)) {
        return ' (an absolute path; expected one relative to the folder of the images)'
      }
      loose ??= groupBy(paths, letters)
      const [similar] = loose.get(letters(form)) ?? []
      if (similar === undefined) return ''
      if (similar.toLowerCase() === form.toLowerCase()) return ` (there is ${similar}: upper and lower case count)`
      return ` (there is ${similar}: folder and ending belong to the name)`
    },
  }
}

/** From what is written to the plain form that files are listed in. */
function formsOf (name: string, directories: readonly string[]): string[] {
  const trimmed = name.trim()
  const slashed = posix.normalize(trimmed.replaceAll('\\', '/'))
  const above = directories.find(directory => slashed.startsWith(`${directory.replaceAll('\\', '/')}/`))
  const inside = above === undefined ? slashed : slashed.slice(above.length + 1)
  return [name, trimmed, trimmed.replace(/^(\.\/)+/, ''), inside]
}

/** Strips a name of its folders, ending and case. */
function letters (path: string): string {
  return posix.basename(path).replace(/\.[^.]*$/, '').toLowerCase().normalize('NFC')
}

function unicodeForm (text: string): string {
  return text === text.normalize('NFC') ? 'NFC' : text === text.normalize('NFD') ? 'NFD' : 'mixed'
}

function groupBy (paths: readonly string[], keyOf: (path: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const path of paths) {
    const key = keyOf(path)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [path])
    else group.push(path)
  }
  return groups
}
