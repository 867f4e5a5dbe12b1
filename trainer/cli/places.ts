import { readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

export interface Places {
  /** The folder of all runs. */
  readonly runs: string
  /** The model repository's root. */
  readonly repository: string
}

/** `runs` and `models/repository` of the project that `directory` lies in; beside no project, of `directory` itself. */
export function defaultPlaces (directory: string): Places {
  const root = projectRoot(directory) ?? directory
  return { runs: join(root, 'runs'), repository: join(root, 'models', 'repository') }
}

export function chosenPlaces (directory: string, { runs, repository }: { runs?: string, repository?: string }): Places {
  const places = defaultPlaces(directory)
  return {
    runs: runs === undefined ? places.runs : resolve(directory, runs),
    repository: repository === undefined ? places.repository : resolve(directory, repository),
  }
}

/** As a person in `directory` would type it. */
export function displayPath (directory: string, path: string): string {
  const short = relative(directory, path)
  return short === '' ? '.' : short.startsWith('..') ? path : short
}

function projectRoot (directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (packageName(join(at, 'package.json')) === 'partition-vae') return at
    if (dirname(at) === at) return undefined
  }
}

function packageName (path: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { name?: string }).name
  } catch {
    return undefined
  }
}
