import { TrainerError, type TrainerErrorCode } from './errors.js'

/**
 * The error for a file or folder that a person names and that can't be read.
 * @param what names it, e.g. `data.directory` or `--config`
 * @param error of the operating system
 */
export function notFound (
  path: string,
  what: string,
  error: unknown,
  code: TrainerErrorCode = 'PVAE_DATA_NOT_FOUND'
): TrainerError {
  return new TrainerError(code, describe(path, what, error as NodeJS.ErrnoException), { cause: error })
}

function describe (path: string, what: string, { code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'ENOENT': return `no such file or folder: ${path} (${what})`
    case 'ENOTDIR': return `expected a folder for ${what} but found a file: ${path}`
    case 'EISDIR': return `expected a file for ${what} but found a folder: ${path}`
    case 'EACCES': return `expected to be allowed to read ${path} (${what}) but found that permission is denied`
    default: return `expected to read ${path} for ${what} but found ${message}`
  }
}
