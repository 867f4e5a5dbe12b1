import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

export interface OutputDirectories {
  /** The folder of all runs. */
  readonly runs: string
  /** The model repository's root. */
  readonly repository: string
  /** The folder of all studies. */
  readonly studies: string
  /** The folder of all benchmarks. */
  readonly benchmarks: string
}

/**
 * Gives `runs`, `studies`, `benchmarks` and `models/repository` of the project that `directory` lies in; beside no
 * project, of `directory` itself.
 */
export function defaultDirectories (directory: string): OutputDirectories {
  const root = projectRoot(directory) ?? directory
  return {
    runs: join(root, 'runs'),
    repository: join(root, 'models', 'repository'),
    studies: join(root, 'studies'),
    benchmarks: join(root, 'benchmarks'),
  }
}

/**
 * Gives the folders that flags name, from `directory` on, in place of the defaults. output: of studies or benchmarks,
 * as the command writes them
 */
export function chosenDirectories (
  directory: string,
  { runs, repository, output }: { readonly runs?: string, readonly repository?: string, readonly output?: string }
): OutputDirectories {
  const defaults = defaultDirectories(directory)
  return {
    runs: runs === undefined ? defaults.runs : resolve(directory, runs),
    repository: repository === undefined ? defaults.repository : resolve(directory, repository),
    studies: output === undefined ? defaults.studies : resolve(directory, output),
    benchmarks: output === undefined ? defaults.benchmarks : resolve(directory, output),
  }
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
