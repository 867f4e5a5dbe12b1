import { relative } from 'node:path'

/** Writes a path as a person in `directory` would type it. */
export function displayPath (directory: string, path: string): string {
  const short = relative(directory, path)
  return short === '' ? '.' : short.startsWith('..') ? path : short
}
