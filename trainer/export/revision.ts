import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The commit that is stated where there is no git, or the program does not lie in a clone of its own project. */
export const UNKNOWN_COMMIT = 'unknown'

/**
 * The commit of the program's sources, e.g. `3f2a…`, with ` with changes` where tracked files differ from it.
 * @param directory inside the sources; default: this file's
 */
export async function sourceCommit (directory = dirname(fileURLToPath(import.meta.url))): Promise<string> {
  const git = async (...argv: string[]) =>
    (await run('git', ['-C', directory, ...argv], { timeout: 5000 })).stdout.trim()
  try {
    // Installed as a package it lies in somebody else's repository, which does not track it.
    if (await git('ls-files', '.') === '') return UNKNOWN_COMMIT
    const commit = await git('rev-parse', 'HEAD')
    return await git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit} with changes`
  } catch {
    return UNKNOWN_COMMIT
  }
}
